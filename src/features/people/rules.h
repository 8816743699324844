// What people may do and what texts they may give: decisions on values. Knows no database, HTTP or clock.
#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "features/people/people.h"

namespace people {

// ---- Accounts

std::optional<Standing> standing_from(std::string_view word);

enum class Decision { approve, refuse, close, reopen };
// The standing after it. Fails with `conflict` where it makes no sense.
base::Result<Standing> decided(Standing before, Decision decision);

enum class SignUp { open, invited, approved };
std::optional<SignUp> sign_up_from(std::string_view word);
enum class Invited { no, yes };
// The standing of a new account. Fails with `forbidden` where an invitation is needed.
base::Result<Standing> standing_at_sign_up(SignUp mode, Invited invited);

// Whether an account may sign in; the password was right, so it may be told why not.
base::Result<void> why_not_signed_in(Standing standing);

// "Ada Lovelace" → "ada-lovelace"; letters of Latin scripts lose their marks; at most 24 characters, so that
// no handle looks like an id. "person" where nothing is left.
std::string handle_from(std::string_view name);
std::string numbered(std::string_view handle, int number);  // ada, ada-2, ada-3

std::string tidy_email(std::string_view text);  // trimmed, lower case
std::string tidy_name(std::string_view text);   // trimmed, spaces single
base::Result<void> check_email(std::string_view tidy);
base::Result<void> check_name(std::string_view tidy);
base::Result<void> check_notice(std::string_view tidy);  // at most 200 characters; none: no notice
// 8 to 128 characters, none of the commonest, nor the person's own name or address.
base::Result<void> check_password(std::string_view password, std::string_view email, std::string_view name);

// ---- Sessions, tokens, attempts

inline constexpr std::chrono::hours kIdle{14 * 24};
inline constexpr std::chrono::hours kAbsolute{60 * 24};
// When a session ends, if it is not used again.
base::Instant session_end(base::Instant created, base::Instant last_used);

inline constexpr std::array<std::string_view, 5> kScopes{"read", "submit", "organise", "admin", "worker"};
// Whether a token's scopes allow a route. A session and a stranger have no scopes to look at.
base::Result<void> check_scope(const Viewer& viewer, std::string_view scope);

// So many failures are free; a room of people behind one address makes more typing errors than one account.
inline constexpr int kFreeForAccount = 5;
inline constexpr int kFreeForAddress = 20;
// The pause after so many failures in a row: none, then 5 s, doubled with each, at most a quarter of an hour.
std::chrono::seconds pause_after(int failures, int free);
inline constexpr std::chrono::hours kFailuresKept{24};
// 5, 10, 20, 40, ...: a burst of failures that the audit log should name.
bool is_worth_a_line(int failures);

// ---- Grants

base::Result<void> check_grant(const Grant& grant, base::Instant now);
// A name of a group, a role, a kind: lower-case letters, digits, - and _.
bool is_word(std::string_view text);

}  // namespace people
