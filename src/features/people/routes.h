// People over HTTP: sign-in, accounts, tokens, groups, grants, settings, audit; and what every room's routes
// need: who asks, and the words of permission.
#pragma once
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "features/people/people.h"
#include "machine/web/web.h"

namespace people {

inline constexpr std::string_view kCookie = "agora_session";  // holds a session's secret

// The viewer of a request that the authenticator let in; a stranger where there is none.
const Viewer& viewer_of(const web::Request& request);
// For handlers behind a permission that asks for a person.
const Person& person_of(const web::Request& request);
// Who did it and from where, for `record`.
Act act_of(const web::Request& request, std::string_view what, Ref object, std::string details = "{}");

// A row of the permission table: the word that routes name, and what it asks. `check` sees the request (its
// path names the object) and answers nothing, or why not: `unauthenticated` for a stranger, `not_found` where
// the object may not even be seen, `forbidden` with the reason. Each feature gives its rows; a route whose
// word has no row does not start.
struct PermissionRow {
  web::Permission permission;
  std::function<base::Result<void>(const web::Request&)> check;
};

struct Settings {
  bool secure_cookies = false;  // behind HTTPS
};

// What this room keeps while the server runs. The rest of the program hands its parts to web::Settings.
class Room {
 public:
  static base::Result<std::unique_ptr<Room>> open(const storage::Database& database, Settings settings);
  virtual ~Room() = default;

  virtual web::Authenticator authenticator() = 0;
  // Scopes, then the row of the route's permission.
  virtual web::Gate gate(std::vector<PermissionRow> rows) = 0;
  virtual web::KeyStore& keys() = 0;
  virtual std::vector<web::Route> routes() = 0;
  virtual std::vector<web::NamedSchema> schemas() = 0;
  virtual std::vector<web::RateRow> rates() = 0;
  // open, signed-in, organiser (of the platform), administrator.
  virtual std::vector<PermissionRow> permissions() = 0;

  // Where nobody is an administrator yet: the code of an invitation for the first one, made anew and valid
  // for a day. The server shows it once, on its own terminal.
  virtual base::Result<std::optional<std::string>> first_invitation(base::Instant now) = 0;
};

}  // namespace people
