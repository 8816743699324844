// Accounts, sign-in, groups, grants and the audit log: who is there, and who may do what to which object.
// Knows no object but people and groups; the objects of other rooms are Refs.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "features/people/objects.h"

namespace storage {
class Database;
class Session;
class Transaction;
struct Migration;
}  // namespace storage

namespace people {

using PersonId = base::Id<struct PersonTag>;
using GroupId = base::Id<struct GroupTag>;

// pending: waits for an administrator's approval. closed: may not sign in; what they made stays.
enum class Standing { pending, active, refused, closed };
std::string_view word_for(Standing standing);

struct Person {
  PersonId id;
  std::string handle;  // lower-case, in URLs: "ada-lovelace"
  std::string name;
  std::string email;  // shown to themselves and to administrators only
  Standing standing = Standing::active;
  base::Instant created{};
};

// Roles, as grants name them. On kPlatform: administrator may do everything that people may, organiser may
// create events. On an object: what its room says, "organiser" and "participant" of an event, say.
inline constexpr std::string_view kAdministrator = "administrator";
inline constexpr std::string_view kOrganiser = "organiser";
inline constexpr std::string_view kParticipant = "participant";

struct Grant {
  Ref subject;  // {"person", id} or {"group", id}; later rooms add their own
  Ref object;
  std::string role;
  std::optional<base::Instant> expires{};
};

// Who asks, as the sign-in found them: a person by session (every scope) or by token (its scopes), or a
// stranger. `grants` are all that reach them, through groups too, and have not expired.
struct Viewer {
  std::optional<Person> person{};
  bool by_token = false;
  std::vector<std::string> scopes{};
  std::vector<Grant> grants{};
};

// The one permission function: whether a grant of `role` on `object` reaches the viewer at `now`. An
// administrator of the platform holds every role on every object. Pure.
bool has_role(const Viewer& viewer, std::string_view role, const Ref& object, base::Instant now);
bool is_administrator(const Viewer& viewer, base::Instant now);

// An act of power, for the audit log. `who` is empty for the program itself.
struct Act {
  std::optional<PersonId> who{};
  std::string from{};  // the peer's address
  std::string what;    // "event.open"
  Ref object;
  std::string details = "{}";  // JSON; never a secret
};

// Appends to the hash chain when the transaction commits.
base::Result<void> record(storage::Transaction& transaction, const Act& act, base::Instant now);

// Idempotent: granting again changes the expiry. Neither writes to the audit log: the act's room does.
base::Result<void> add_grant(storage::Transaction& transaction, const Grant& grant, base::Instant now);
base::Result<void> remove_grant(storage::Transaction& transaction, const Grant& grant);
// Those that hold on `object`, in the order they were given.
base::Result<std::vector<Grant>> grants_on(storage::Session& session, const Ref& object, base::Instant now);

// The active people whom a grant of `role` on `object` reaches, directly or through a group, each once.
base::Result<std::vector<PersonId>> people_with(storage::Session& session, std::string_view role,
                                                const Ref& object, base::Instant now);
// What a subject was given on objects of a kind, that has not expired; not what reaches it through groups.
base::Result<std::vector<Grant>> grants_of(storage::Session& session, const Ref& subject,
                                           std::string_view object_kind, base::Instant now);

base::Result<std::optional<Person>> find_person(storage::Session& session, const PersonId& id);
base::Result<std::optional<Person>> find_person(storage::Session& session, std::string_view handle_or_id);
base::Result<std::vector<Person>> find_people(storage::Session& session, std::span<const PersonId> ids);

// In the event log: what this person alone may know, from whatever room; GET /me/stream tells it, by its
// kind.
std::string topic_of(const PersonId& person);

// A setting of the platform, or its default.
base::Result<std::string> setting(storage::Session& session, std::string_view name);

std::span<const storage::Migration> migrations();

}  // namespace people
