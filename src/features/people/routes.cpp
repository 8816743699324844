#include "features/people/routes.h"

#include "features/people/routes_room.h"
#include "features/people/routes_shapes.h"
#include "features/people/secrets.h"
#include "features/people/store.h"
#include "features/people/store_invitations.h"

namespace people {

std::vector<PermissionRow> platform_permissions();
web::Gate gate_of(std::vector<PermissionRow> rows);

namespace {

class OpenRoom : public Room {
 public:
  OpenRoom(std::shared_ptr<const storage::Database> database, Settings settings)
      : app_{std::move(database), settings}, keys_(keys_in_database(app_)) {}

  web::Authenticator authenticator() override {
    return [this](const web::Request& request) { return authenticate(app_, request); };
  }
  web::Gate gate(std::vector<PermissionRow> rows) override { return gate_of(std::move(rows)); }
  web::KeyStore& keys() override { return *keys_; }
  std::vector<PermissionRow> permissions() override { return platform_permissions(); }
  std::vector<web::NamedSchema> schemas() override {
    std::vector<web::NamedSchema> all;
    for (auto* chapter : {people_schemas, token_schemas, invitation_schemas, group_schemas, grant_schemas,
                          setting_schemas, audit_schemas})
      for (const auto& schema : chapter()) all.push_back(schema);
    return all;
  }

  std::vector<web::Route> routes() override {
    std::vector<web::Route> all;
    for (auto* chapter : {sign_in_routes, me_routes, token_routes, reset_routes, people_routes,
                          invitation_routes, group_routes, grant_routes, setting_routes, audit_routes})
      for (auto& route : chapter(app_)) all.push_back(std::move(route));
    return all;
  }

  // A room of people may sit behind one address: so many may sign up at once.
  std::vector<web::RateRow> rates() override {
    using std::chrono::minutes;
    return {{"sign-in", 120, minutes(1)}, {"sign-up", 60, minutes(10)}, {"resets", 10, minutes(10)}};
  }

  base::Result<std::optional<std::string>> first_invitation(base::Instant now) override {
    auto code = new_code();
    auto made = make_first_invitation(app_.db(), hash_of_secret(code), now);
    if (!made) return base::Failure(made.error());
    if (!*made) return std::optional<std::string>();
    return std::optional(std::move(code));
  }

 private:
  App app_;
  std::unique_ptr<web::KeyStore> keys_;
};

}  // namespace

base::Result<std::unique_ptr<Room>> Room::open(const storage::Database& database, Settings settings) {
  return std::make_unique<OpenRoom>(copy_of(database), settings);
}

}  // namespace people
