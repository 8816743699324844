#include "features/submissions/store_tries.h"

#include "features/submissions/rules_tries.h"
#include "features/submissions/store_events.h"
#include "features/submissions/store_json.h"
#include "machine/storage/events.h"

namespace submissions {
namespace {

constexpr std::string_view kKind = "try";

constexpr std::string_view kInsert =
    "INSERT INTO tries (id, problem, contest_kind, contest_id, author, state, attempt, scores, output, "
    "created, job) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
constexpr std::string_view kUpdate =
    "UPDATE tries SET state = $2, attempt = $3, failure = $4, scores = $5, figure = $6, output = $7, "
    "fit_seconds = $8, predict_seconds = $9, peak_memory_bytes = $10, started = $11, ended = $12, job = $13 "
    "WHERE id = $1";

KeptTry try_of(storage::Row row) {
  KeptTry kept{.face = {.id = row.get<TryId>("id"),
                        .problem = row.get<ProblemId>("problem"),
                        .contest = {row.get<std::string>("contest_kind"), row.get<std::string>("contest_id")},
                        .author = row.get<people::PersonId>("author")}};
  kept.face.state = try_state_from(row.get<std::string>("state")).value_or(TryState::failed);
  kept.face.created = row.get<base::Instant>("created");
  kept.face.started = row.get<std::optional<base::Instant>>("started");
  kept.face.ended = row.get<std::optional<base::Instant>>("ended");
  kept.attempt = row.get<int>("attempt");
  kept.job = row.get<std::optional<base::Ulid>>("job");
  if (const auto failure = row.get<std::optional<std::string>>("failure"))
    kept.failure = failure_from(*failure);
  kept.scores = row.get<std::string>("scores");
  kept.figure = row.get<std::optional<std::string>>("figure");
  kept.output = row.get<std::string>("output");
  kept.fit_seconds = row.get<std::optional<double>>("fit_seconds");
  kept.predict_seconds = row.get<std::optional<double>>("predict_seconds");
  kept.peak_memory_bytes = row.get<std::optional<std::uint64_t>>("peak_memory_bytes");
  return kept;
}

struct Old {
  TryId id;
  base::Instant created, ended;
};

base::Result<void> remove_try(storage::Transaction& tx, const Old& old) {
  auto gone = tx.query("DELETE FROM try_files WHERE try = $1", old.id);
  if (gone) gone = tx.query("DELETE FROM tries WHERE id = $1", old.id);
  if (!gone) return tl::unexpected(gone.error());
  return storage::forget(tx, kKind, base::to_text(old.id), old.created, old.ended);
}

}  // namespace

base::Result<void> insert_try(storage::Transaction& tx, const KeptTry& kept, const std::vector<File>& files) {
  const auto& face = kept.face;
  auto written =
      tx.query(kInsert, face.id, face.problem, face.contest.kind, face.contest.id, face.author,
               word_for(face.state), kept.attempt, kept.scores, kept.output, face.created, kept.job);
  if (!written) return tl::unexpected(written.error());
  for (const auto& file : files) {
    auto added = tx.query("INSERT INTO try_files (try, path, content) VALUES ($1, $2, $3)", face.id,
                          file.path, storage::BytesView{file.bytes});
    if (!added) return tl::unexpected(added.error());
  }
  return {};
}

base::Result<void> update_try(storage::Transaction& tx, const KeptTry& kept) {
  const auto failure = kept.failure ? std::optional(json_of(*kept.failure)) : std::nullopt;
  auto written = tx.query(kUpdate, kept.face.id, word_for(kept.face.state), kept.attempt, failure,
                          kept.scores, kept.figure, kept.output, kept.fit_seconds, kept.predict_seconds,
                          kept.peak_memory_bytes, kept.face.started, kept.face.ended, kept.job);
  if (!written) return tl::unexpected(written.error());
  return {};
}

base::Result<std::optional<KeptTry>> find_kept_try(storage::Session& session, const TryId& id) {
  auto rows = session.query("SELECT * FROM tries WHERE id = $1", id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->first(try_of);
}

base::Result<std::optional<Try>> find_try(storage::Session& session, const TryId& id) {
  auto kept = find_kept_try(session, id);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept) return std::nullopt;
  return std::move((*kept)->face);
}

base::Result<std::vector<File>> files_of_try(storage::Session& session, const TryId& id) {
  auto rows = session.query("SELECT path, content FROM try_files WHERE try = $1 ORDER BY path", id);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map([](storage::Row row) {
    return File{row.get<std::string>("path"), row.get<storage::Bytes>("content").value};
  });
}

base::Result<std::vector<KeptTry>> tries_at_work(storage::Session& session, const people::PersonId& author) {
  auto rows = session.query("SELECT * FROM tries WHERE author = $1 AND ended IS NULL ORDER BY id", author);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map(try_of);
}

base::Result<int> remove_tries(const storage::Database& database, base::Instant until) {
  // Nearly always there is none, which a look alone finds.
  auto rows = database.query(
      "SELECT id, created, ended FROM tries WHERE ended IS NOT NULL AND ended <= $1 LIMIT 1000", until);
  if (!rows) return tl::unexpected(rows.error());
  auto old = rows->map([](storage::Row row) {
    return Old{row.get<TryId>("id"), row.get<base::Instant>("created"), row.get<base::Instant>("ended")};
  });
  if (!old) return tl::unexpected(old.error());
  if (old->empty()) return 0;
  return storage::transact(
      database,
      [&](storage::Transaction& tx) -> base::Result<int> {
        for (const auto& one : *old)
          if (auto gone = remove_try(tx, one); !gone) return tl::unexpected(gone.error());
        return static_cast<int>(old->size());
      },
      storage::Isolation::read_committed);
}

base::Result<void> tell_of_try(storage::Transaction& tx, const Try& told, std::string view,
                               base::Instant now) {
  storage::Event event;
  event.topic = topic_of(told.author);
  event.kind = kKind;
  event.payload = std::move(view);
  event.object_kind = kKind;
  event.object_id = base::to_text(told.id);
  event.at = now;
  return storage::append(tx, std::move(event));
}

}  // namespace submissions
