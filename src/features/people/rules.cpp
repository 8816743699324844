#include "features/people/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace people {
namespace {

using base::ErrorKind;

base::Failure forbidden(std::string message) {
  return base::Failure({ErrorKind::forbidden, std::move(message), {}});
}

constexpr std::array<std::string_view, 4> kStandings{"pending", "active", "refused", "closed"};
constexpr std::array<std::string_view, 3> kSignUps{"open", "invited", "approved"};

template <class Enum, std::size_t size>
std::optional<Enum> found_in(const std::array<std::string_view, size>& words, std::string_view word) {
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) return std::nullopt;
  return static_cast<Enum>(at - words.begin());
}

bool holds(const Grant& grant, std::string_view role, const Ref& object, base::Instant now) {
  return grant.role == role && grant.object == object && (!grant.expires || *grant.expires > now);
}

}  // namespace

std::string_view word_for(Standing standing) {
  return kStandings[static_cast<std::size_t>(standing)];
}
std::optional<Standing> standing_from(std::string_view word) {
  return found_in<Standing>(kStandings, word);
}
std::optional<SignUp> sign_up_from(std::string_view word) {
  return found_in<SignUp>(kSignUps, word);
}

bool is_administrator(const Viewer& viewer, base::Instant now) {
  return std::any_of(viewer.grants.begin(), viewer.grants.end(),
                     [&](const Grant& grant) { return holds(grant, kAdministrator, kPlatform, now); });
}

bool has_role(const Viewer& viewer, std::string_view role, const Ref& object, base::Instant now) {
  if (!viewer.person) return false;
  if (is_administrator(viewer, now)) return true;
  return std::any_of(viewer.grants.begin(), viewer.grants.end(),
                     [&](const Grant& grant) { return holds(grant, role, object, now); });
}

base::Result<Standing> decided(Standing before, Decision decision) {
  using enum Standing;
  switch (decision) {
    case Decision::approve:
      if (before == pending || before == refused) return active;
      break;
    case Decision::refuse:
      if (before == pending) return refused;
      break;
    case Decision::close:
      if (before == active) return closed;
      break;
    case Decision::reopen:
      if (before == closed) return active;
      break;
  }
  constexpr std::string_view kWays[] = {"approved: only a pending or refused one can be",
                                        "refused: only a pending one can be, close an active one instead",
                                        "closed: only an active one can be",
                                        "reopened: only a closed one can be"};
  return base::conflict(fmt::format("this account is {} and cannot be {}", word_for(before),
                                    kWays[static_cast<std::size_t>(decision)]));
}

base::Result<Standing> standing_at_sign_up(SignUp mode, Invited invited) {
  if (invited == Invited::yes || mode == SignUp::open) return Standing::active;
  if (mode == SignUp::approved) return Standing::pending;
  return forbidden("accounts are made by invitation here: ask an administrator for one and send its code");
}

base::Result<void> why_not_signed_in(Standing standing) {
  switch (standing) {
    case Standing::active:
      return {};
    case Standing::pending:
      return forbidden("an administrator has to approve this account first: try again later");
    case Standing::refused:
      return forbidden("an administrator refused this account: ask them why");
    case Standing::closed:
      return forbidden("this account is closed: ask an administrator to reopen it");
  }
  return {};
}

base::Instant session_end(base::Instant created, base::Instant last_used) {
  return std::min(last_used + kIdle, created + kAbsolute);
}

base::Result<void> check_scope(const Viewer& viewer, std::string_view scope) {
  if (!viewer.by_token || scope.empty()) return {};
  if (std::find(viewer.scopes.begin(), viewer.scopes.end(), scope) != viewer.scopes.end()) return {};
  return forbidden(fmt::format("this token lacks the scope \"{}\": make one that has it", scope));
}

std::chrono::seconds pause_after(int failures, int free) {
  if (failures < free) return std::chrono::seconds(0);
  constexpr std::chrono::seconds kMost{900};
  const int doublings = std::min(failures - free, 10);
  return std::min(kMost, std::chrono::seconds(5LL << doublings));
}

bool is_worth_a_line(int failures) {
  if (failures % kFreeForAccount != 0) return false;
  const auto times = static_cast<unsigned>(failures / kFreeForAccount);
  return times > 0 && (times & (times - 1)) == 0;
}

bool is_word(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 64 && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(), fits);
}

base::Result<void> check_grant(const Grant& grant, base::Instant now) {
  if (grant.subject.kind != "person" && grant.subject.kind != "group")
    return base::invalid("a grant is given to a \"person\" or a \"group\"");
  if (!is_word(grant.role) || !is_word(grant.object.kind))
    return base::invalid("role and object kind are lower-case words");
  if (grant.object.id.empty() || grant.object.id.size() > 128)
    return base::invalid("the object's id has 1 to 128 characters");
  if (grant.object.kind == kPlatform.kind) {
    if (grant.object != kPlatform) return base::invalid("there is one platform: its id is \"platform\"");
    if (grant.role != kAdministrator && grant.role != kOrganiser)
      return base::invalid("the platform's roles are \"administrator\" and \"organiser\"");
  }
  if (grant.expires && *grant.expires <= now)
    return base::invalid("expires_at has passed: give a later time, or remove the grant");
  return {};
}

}  // namespace people
