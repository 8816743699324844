#include "features/people/store_invitations.h"

#include "features/people/rules.h"
#include "features/people/store_grants.h"

namespace people {
namespace {

constexpr std::chrono::hours kFirstKept{24};

InvitationRow invitation_of_row(const storage::Row& row) {
  return {row.get<InvitationId>("id"), row.get<std::optional<std::string>>("email"),
          row.get<std::optional<std::string>>("role"), row.get<base::Instant>("created"),
          row.get<base::Instant>("expires")};
}

base::Result<void> insert(storage::Transaction& tx, const InvitationRow& row, const std::string& code_hash,
                          const std::optional<PersonId>& by) {
  return done(tx.query(
      "INSERT INTO invitations (id, code_hash, email, role, created, created_by, expires) VALUES ($1, $2, "
      "$3, $4, $5, $6, $7)",
      row.id, code_hash, row.email, row.role, row.created, by, row.expires));
}

base::Failure unusable(std::string why) {
  return base::Failure({base::ErrorKind::forbidden, std::move(why), {}});
}

}  // namespace

base::Result<InvitationRow> find_invitation(storage::Session& session, const std::string& code_hash,
                                            std::string_view email, base::Instant now) {
  auto rows = session.query(
      "SELECT id, email, role, created, expires FROM invitations WHERE code_hash = $1 AND used IS NULL",
      code_hash);
  if (!rows) return base::Failure(rows.error());
  auto row = rows->first(invitation_of_row);
  if (!row) return base::Failure(row.error());
  if (!*row) return unusable("this invitation's code is not known, or was used already: ask for a new one");
  if ((*row)->expires <= now) return unusable("this invitation has expired: ask for a new one");
  if ((*row)->email && *(*row)->email != email)
    return unusable("this invitation is for another address: sign up with the one that it was sent to");
  return std::move(**row);
}

base::Result<void> mark_used(storage::Transaction& transaction, const InvitationId& id, const PersonId& by,
                             base::Instant now) {
  return done(transaction.query("UPDATE invitations SET used_by = $1, used = $2 WHERE id = $3", by, now, id));
}

base::Result<void> add_invitation(const storage::Database& database, const InvitationRow& invitation,
                                  const std::string& code_hash, const Act& act, base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    if (auto made = insert(tx, invitation, code_hash, act.who); !made) return made;
    return record(tx, act, now);
  });
}

base::Result<std::vector<InvitationRow>> list_invitations(const storage::Database& database,
                                                          const std::optional<InvitationId>& after, int limit,
                                                          base::Instant now) {
  auto rows = database.query(
      "SELECT id, email, role, created, expires FROM invitations WHERE used IS NULL AND expires > $1 AND ($2 "
      "IS "
      "NULL OR id < $2) ORDER BY id DESC LIMIT $3",
      now, after, limit);
  if (!rows) return base::Failure(rows.error());
  return rows->map(invitation_of_row);
}

base::Result<void> remove_invitation(const storage::Database& database, const InvitationId& id,
                                     const Act& act, base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto gone = done_to_one(tx.query("DELETE FROM invitations WHERE id = $1 AND used IS NULL", id),
                            "there is no such invitation: it may have been used");
    if (!gone) return gone;
    return record(tx, act, now);
  });
}

base::Result<bool> make_first_invitation(const storage::Database& database, const std::string& code_hash,
                                         base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<bool> {
    auto administrators = count_administrators(tx, now);
    if (!administrators) return base::Failure(administrators.error());
    if (*administrators > 0) return false;
    auto gone = tx.query("DELETE FROM invitations WHERE created_by IS NULL AND used IS NULL");
    if (!gone) return base::Failure(gone.error());
    const InvitationRow row{
        InvitationId(base::make_ulid(now)), {}, std::string(kAdministrator), now, now + kFirstKept};
    if (auto made = insert(tx, row, code_hash, {}); !made) return base::Failure(made.error());
    return true;
  });
}

}  // namespace people
