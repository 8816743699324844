// Invitations: single use, shown once.
#pragma once
#include "features/people/store.h"

namespace people {

using InvitationId = base::Id<struct InvitationTag>;

struct InvitationRow {
  InvitationId id;
  std::optional<std::string> email{}, role{};
  base::Instant created{}, expires{};
};

// A valid one. Fails with `forbidden`, saying what is wrong with it.
base::Result<InvitationRow> find_invitation(storage::Session& session, const std::string& code_hash,
                                            std::string_view email, base::Instant now);
base::Result<void> mark_used(storage::Transaction& transaction, const InvitationId& id, const PersonId& by,
                             base::Instant now);

base::Result<void> add_invitation(const storage::Database& database, const InvitationRow& invitation,
                                  const std::string& code_hash, const Act& act, base::Instant now);
// Those that may still be used, newest first.
base::Result<std::vector<InvitationRow>> list_invitations(const storage::Database& database,
                                                          const std::optional<InvitationId>& after, int limit,
                                                          base::Instant now);
base::Result<void> remove_invitation(const storage::Database& database, const InvitationId& id,
                                     const Act& act, base::Instant now);

// Where nobody administers: replaces the one made before. False where somebody does.
base::Result<bool> make_first_invitation(const storage::Database& database, const std::string& code_hash,
                                         base::Instant now);

}  // namespace people
