// What this room keeps in the database: environments and their logs. The only files here that know SQL are
// store*.cpp.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "features/compute/compute.h"
#include "machine/storage/storage.h"

namespace compute {

struct KeptEnvironment {
  EnvironmentId id;
  environments::Recipe recipe{};  // its name, kind, text, source, extras and wanted Python
  std::vector<environments::LeftOut> left_out{};
  State state = State::building;
  std::string why{};  // it failed
  std::string hash{}, python{}, platform{}, lock{};
  std::vector<environments::Package> packages{};
  std::optional<std::string> smoke{};  // JSON
  std::optional<people::PersonId> created_by{};
  base::Instant created{};
  std::optional<base::Instant> ended{};  // its making
  int attempt = 0;
  std::int64_t said_after = 0;      // behind this position of the event log its job speaks
  std::optional<base::Ulid> job{};  // at it, or waiting to be
};

// What an environment that is there tells of itself.
void take_facts(KeptEnvironment& kept, const environments::Environment& environment);

// Written anew where the id is known, with an empty log.
base::Result<void> put(storage::Transaction& tx, const KeptEnvironment& kept);
base::Result<void> update(storage::Transaction& tx, const KeptEnvironment& kept);

base::Result<std::optional<KeptEnvironment>> find(storage::Session& session, std::string_view name);
base::Result<std::optional<KeptEnvironment>> find(storage::Session& session, const EnvironmentId& id);
base::Result<KeptEnvironment> expect(storage::Session& session, std::string_view name);  // or `not_found`

struct Wanted {
  std::optional<State> state{};
  std::optional<EnvironmentId> after{};
  int limit = 50;
};
// Newest first.
base::Result<std::vector<KeptEnvironment>> list(storage::Session& session, const Wanted& wanted);

struct Log {
  std::string text;
  int lines = 0;
};
base::Result<Log> log_of(storage::Session& session, const EnvironmentId& id);
base::Result<void> clear_log(storage::Transaction& tx, const EnvironmentId& id);
// Adds to the log and tells whoever watches: `line` events of {"first", "lines"}.
base::Result<void> add_lines(storage::Transaction& tx, const EnvironmentId& id,
                             const std::vector<std::string>& lines, base::Instant now);
// Tells whoever watches in which state it is: an `environment` event of {"name", "state"}.
base::Result<void> tell_state(storage::Transaction& tx, const KeptEnvironment& kept, base::Instant now);

inline constexpr std::chrono::hours kBetweenTidyings{24};
base::Result<bool> is_tidying_due(storage::Session& session, base::Instant now);
// Whether it is, and this transaction's to ask for. The first call of all only begins to count.
base::Result<bool> take_tidying(storage::Transaction& tx, base::Instant now);
base::Result<void> put(storage::Transaction& tx, const Tidied& tidied);

std::string topic_of(const EnvironmentId& id);
struct Told {
  std::int64_t position = 0;
  std::string kind, payload;
};
// Events of one environment past `after`; none only where there are no more.
base::Result<std::vector<Told>> told_since(const storage::Database& database, std::int64_t after, int limit,
                                           const EnvironmentId& id);
base::Result<std::int64_t> told_last(const storage::Database& database);

}  // namespace compute
