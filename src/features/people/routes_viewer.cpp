// From a cookie or a token to the viewer, and the words of permission.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "features/people/routes_room.h"
#include "features/people/rules.h"
#include "features/people/secrets.h"

namespace people {
namespace {

using base::ErrorKind;
using Who = std::shared_ptr<const Found>;

base::Failure unauthenticated(std::string message) {
  return base::Failure({ErrorKind::unauthenticated, std::move(message), {}});
}
base::Failure forbidden(std::string message) {
  return base::Failure({ErrorKind::forbidden, std::move(message), {}});
}

bool only_reads(const web::Request& request) {
  return request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
}

// A browser says where a request comes from; only programs say nothing, and they have no cookie to lose.
bool comes_from_elsewhere(const web::Request& request, std::string_view cookie) {
  if (only_reads(request)) return false;
  const bool by_browser = request.headers.has("Origin") || request.headers.has("Sec-Fetch-Site");
  return (by_browser || !cookie.empty()) && !web::comes_from_our_pages(request);
}

using Finder = base::Result<std::optional<Found>> (*)(const storage::Database&, const std::string&,
                                                      base::Instant);
// Null where the secret is nobody's.
base::Result<Who> find_who(App& app, Finder finder, std::string_view secret) {
  const auto hash = hash_of_secret(secret);
  const auto now = base::now();
  if (auto known = app.known.find(hash, now)) return known;
  auto found = finder(app.db(), hash, now);
  if (!found) return base::Failure(found.error());
  if (!*found) return Who();
  auto who = std::make_shared<const Found>(std::move(**found));
  app.known.keep(hash, who);
  return who;
}

web::Viewer viewer_from(Who who) {
  if (!who) return {};
  auto key = base::to_text(who->viewer.person->id);
  return {std::move(key), std::any(std::move(who))};
}

base::Result<web::Viewer> by_token(App& app, std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  const bool bearer = authorization.size() > kScheme.size() &&
                      web::same_name(authorization.substr(0, kScheme.size()), kScheme);
  if (!bearer) return unauthenticated("send the token as \"Authorization: Bearer agora_...\"");
  auto who = find_who(app, find_by_token, authorization.substr(kScheme.size()));
  if (!who) return base::Failure(who.error());
  if (!*who) return unauthenticated("this token is unknown, was removed or has expired: make a new one");
  return viewer_from(std::move(*who));
}

base::Result<void> signed_in(const web::Request& request) {
  if (viewer_of(request).person) return {};
  return unauthenticated("sign in first, or send a token as \"Authorization: Bearer agora_...\"");
}

base::Result<void> by_session(const web::Request& request) {
  if (auto known = signed_in(request); !known) return known;
  if (!viewer_of(request).by_token) return {};
  return forbidden("a token may not do this: sign in with the password");
}

base::Result<void> of_the_platform(const web::Request& request, std::string_view role) {
  if (auto known = signed_in(request); !known) return known;
  if (has_role(viewer_of(request), role, kPlatform, base::now())) return {};
  return forbidden(
      fmt::format("this asks for the role {} of the platform: an administrator can grant it", role));
}

}  // namespace

std::shared_ptr<const Found> Known::find(const std::string& hash, base::Instant now) {
  const auto moment = Steady::now();
  std::shared_ptr<const Found> found;
  {
    const std::scoped_lock lock(mutex_);
    const auto there = entries_.find(hash);
    if (there == entries_.end()) return nullptr;
    if (moment - there->second.since >= kViewersKept) {
      entries_.erase(there);
      return nullptr;
    }
    found = there->second.found;
  }
  if (found->ends <= now || was_touched(found->viewer.person->id, moment)) return nullptr;
  return found;
}

void Known::keep(const std::string& hash, std::shared_ptr<const Found> found) {
  const std::scoped_lock lock(mutex_);
  // Asked under the lock: what touches from here on is younger than this entry.
  const auto moment = Steady::now();
  if (was_touched(found->viewer.person->id, moment)) return;
  if (entries_.size() >= kMost)
    std::erase_if(entries_, [&](const auto& each) { return moment - each.second.since >= kViewersKept; });
  if (entries_.size() < kMost) entries_.insert_or_assign(hash, Entry{std::move(found), moment});
}

base::Result<web::Viewer> authenticate(App& app, const web::Request& request) {
  const auto authorization = request.headers.get("Authorization");
  if (!authorization.empty()) return by_token(app, authorization);
  const auto cookie = cookie_of(request, kCookie);
  if (comes_from_elsewhere(request, cookie))
    return forbidden(
        "this request does not come from the pages of this center: use those, or send a token instead of the "
        "cookie");
  if (cookie.empty()) return web::Viewer();
  // A session that has ended makes a stranger, not an error: public pages stay readable, and one can sign in.
  auto who = find_who(app, find_by_session, cookie);
  if (!who) return base::Failure(who.error());
  return viewer_from(std::move(*who));
}

const Found* found_of(const web::Request& request) {
  const auto* who = std::any_cast<Who>(&request.viewer.who);
  return who == nullptr ? nullptr : who->get();
}

const Viewer& viewer_of(const web::Request& request) {
  static const Viewer stranger;
  const auto* found = found_of(request);
  return found == nullptr ? stranger : found->viewer;
}

const Person& person_of(const web::Request& request) {
  return *viewer_of(request).person;
}

Act act_of(const web::Request& request, std::string_view what, Ref object, std::string details) {
  const auto& viewer = viewer_of(request);
  std::optional<PersonId> who;
  if (viewer.person) who = viewer.person->id;
  return {who, request.peer, std::string(what), std::move(object), std::move(details)};
}

std::vector<PermissionRow> platform_permissions() {
  return {
      {{web::kOpen, "anyone, without signing in", true},
       [](const web::Request&) { return base::Result<void>(); }},
      {{"signed-in", "whoever signed in, or sends a token"}, signed_in},
      {{"session", "whoever signed in with a password: no token may"}, by_session},
      {{"organiser", "an organiser of the platform, or an administrator"},
       [](const web::Request& request) { return of_the_platform(request, kOrganiser); }},
      {{"administrator", "an administrator of the platform"},
       [](const web::Request& request) { return of_the_platform(request, kAdministrator); }},
  };
}

web::Gate gate_of(std::vector<PermissionRow> rows) {
  auto checks = std::make_shared<std::map<std::string, decltype(PermissionRow::check), std::less<>>>();
  for (auto& row : rows) checks->emplace(row.permission.name, std::move(row.check));
  return [checks](const web::Request& request, const web::Route& route) -> base::Result<void> {
    const auto row = checks->find(route.permission);
    if (row == checks->end())
      return base::internal(
          fmt::format("the permission {} of {} has no row", route.permission, route.pattern));
    if (auto good = check_scope(viewer_of(request), route.scope); !good) return good;
    return row->second(request);
  };
}

}  // namespace people
