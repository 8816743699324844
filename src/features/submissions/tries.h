// Tries: a submission's trial by itself, on public data, one fold, shown whole to its author alone. It uses
// up nothing and stands on no list. Knows nothing of who may try where: whoever creates one has decided it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/submissions/submissions.h"

namespace submissions {

using TryId = base::Id<struct TryTag>;

// waiting → running → passed | failed | cancelled.
enum class TryState { waiting, running, passed, failed, cancelled };
std::string_view word_for(TryState state);
bool has_ended(TryState state);

struct Try {
  TryId id;
  ProblemId problem;
  people::Ref contest;
  people::PersonId author;
  TryState state = TryState::waiting;
  base::Instant created{};
  std::optional<base::Instant> started{}, ended{};
};

struct NewTry {
  ProblemId problem;
  people::Ref contest;
  people::PersonId author;
  std::vector<File> files;
};

// Before the transaction. Fails as Room::keep_files does; keeps nothing.
base::Result<void> check_try(Room& room, const NewTry& asked);
// In the transaction that decided that it may be: writes and enqueues it, and cancels the one that its author
// has at work, wherever.
base::Result<Try> create_try(Room& room, storage::Transaction& transaction, const NewTry& asked,
                             base::Instant now);
// At once; what runs is stopped within a second. Ended: `conflict`. Unknown: `not_found`.
base::Result<Try> cancel_try(Room& room, const TryId& id, base::Instant now);

base::Result<std::optional<Try>> find_try(storage::Session& session, const TryId& id);

// The Try of the API, for its author.
base::Result<base::json::value> view(Room& room, storage::Session& session, const Try& shown,
                                     base::Instant now);

// Those that ended an hour ago and earlier, with all that was told of them. Call it now and then.
base::Result<void> remove_old_tries(Room& room, base::Instant now);

}  // namespace submissions
