// What this room keeps of tries.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "features/submissions/tries.h"
#include "machine/storage/storage.h"

namespace submissions {

// A row of tries. `attempt` is the latest attempt of its job that wrote to it.
struct KeptTry {
  Try face;
  int attempt = 0;
  std::optional<base::Ulid> job{};
  std::optional<evaluation::Failure> failure{};
  std::string scores = "{}";            // JSON, as the API shows them
  std::optional<std::string> figure{};  // JSON, as the API shows it
  std::string output{};
  std::optional<double> fit_seconds{}, predict_seconds{};
  std::optional<std::uint64_t> peak_memory_bytes{};
};

base::Result<void> insert_try(storage::Transaction& tx, const KeptTry& kept, const std::vector<File>& files);
base::Result<void> update_try(storage::Transaction& tx, const KeptTry& kept);
base::Result<std::optional<KeptTry>> find_kept_try(storage::Session& session, const TryId& id);
base::Result<std::vector<File>> files_of_try(storage::Session& session, const TryId& id);
// Of this person, not ended: at most one.
base::Result<std::vector<KeptTry>> tries_at_work(storage::Session& session, const people::PersonId& author);
// Those that ended at `until` or before, their files, and what the event log says of them.
base::Result<int> remove_tries(const storage::Database& database, base::Instant until);

// For its author's stream: `view` is the Try of the API.
base::Result<void> tell_of_try(storage::Transaction& tx, const Try& told, std::string view,
                               base::Instant now);

}  // namespace submissions
