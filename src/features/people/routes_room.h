// What this room's routes share: the room's parts, who asks in full, small helpers. Not for other rooms.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "features/people/recent.h"
#include "features/people/routes.h"
#include "features/people/store_sessions.h"

namespace people {

// Viewers by the hash of their secret, for as long as recent.h says.
class Known {
 public:
  std::shared_ptr<const Found> find(const std::string& hash, base::Instant now);
  void keep(const std::string& hash, std::shared_ptr<const Found> found);

 private:
  static constexpr std::size_t kMost = 20000;
  struct Entry {
    std::shared_ptr<const Found> found;
    Steady::time_point since;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

struct App {
  std::shared_ptr<const storage::Database> database;
  Settings settings;
  Known known{};
  const storage::Database& db() const { return *database; }
};

base::Result<web::Viewer> authenticate(App& app, const web::Request& request);
// Null for a stranger.
const Found* found_of(const web::Request& request);

std::string_view cookie_of(const web::Request& request, std::string_view name);
void set_cookie(const App& app, const web::Request& request, web::Response& response,
                std::string_view secret);
void drop_cookie(const App& app, const web::Request& request, web::Response& response);
std::string agent_of(const web::Request& request);

// Each chapter of the list of routes.
std::vector<web::Route> sign_in_routes(App& app);
std::vector<web::Route> me_routes(App& app);
std::vector<web::Route> token_routes(App& app);
std::vector<web::Route> reset_routes(App& app);
std::vector<web::Route> people_routes(App& app);
std::vector<web::Route> invitation_routes(App& app);
std::vector<web::Route> group_routes(App& app);
std::vector<web::Route> grant_routes(App& app);
std::vector<web::Route> setting_routes(App& app);
std::vector<web::Route> audit_routes(App& app);

std::unique_ptr<web::KeyStore> keys_in_database(App& app);

}  // namespace people
