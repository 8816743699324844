// The Try of the API, for its author.
#include "features/submissions/parts_tries.h"
#include "features/submissions/rules_tries.h"
#include "features/submissions/view_parts.h"

namespace submissions {
namespace {

json::value parsed(const std::string& text) {
  auto value = base::parse_json(text);  // what we wrote ourselves
  return value ? std::move(*value) : json::value(nullptr);
}

void add_course(json::object& object, const KeptTry& kept) {
  object["created_at"] = base::to_rfc3339(kept.face.created);
  if (kept.face.started) object["started_at"] = base::to_rfc3339(*kept.face.started);
  if (kept.face.ended) object["ended_at"] = base::to_rfc3339(*kept.face.ended);
  if (kept.fit_seconds) object["fit_seconds"] = *kept.fit_seconds;
  if (kept.predict_seconds) object["predict_seconds"] = *kept.predict_seconds;
  if (kept.peak_memory_bytes) object["peak_memory_bytes"] = *kept.peak_memory_bytes;
}

void add_outcome(json::object& object, const KeptTry& kept) {
  if (kept.face.state == TryState::passed) object["scores"] = parsed(kept.scores);
  if (kept.failure) object["reason"] = reason_json(reason_of_try(*kept.failure));
  const bool has_traceback = kept.failure && !kept.failure->traceback.empty();
  object["traceback"] = has_traceback ? json::value(kept.failure->traceback) : json::value(nullptr);
  object["output"] = kept.output;
  object["figure"] = kept.figure ? parsed(*kept.figure) : json::value(nullptr);
}

}  // namespace

base::Result<json::value> view(Parts& parts, storage::Session& session, const KeptTry& kept,
                               base::Instant now) {
  json::object object{{"id", base::to_text(kept.face.id)}};
  auto contest = contest_json(parts, session, kept.face.contest);
  if (!contest) return tl::unexpected(contest.error());
  object[kept.face.contest.kind] = std::move(*contest);
  object["state"] = word_for(kept.face.state);
  if (!has_ended(kept.face.state) && kept.job)
    if (auto added = add_queue(object, session, *kept.job, now); !added) return tl::unexpected(added.error());
  auto official = official_of(session, kept.face.problem);
  if (!official) return tl::unexpected(official.error());
  object["official"] = std::move(*official);
  add_course(object, kept);
  add_outcome(object, kept);
  return object;
}

base::Result<json::value> view(Room& room, storage::Session& session, const Try& shown, base::Instant now) {
  const auto kept = expect_try(session, shown.id);
  if (!kept) return tl::unexpected(kept.error());
  return view(room.parts(), session, *kept, now);
}

base::Result<KeptTry> expect_try(storage::Session& session, const TryId& id) {
  auto kept = find_kept_try(session, id);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept)
    return base::not_found("there is no try " + base::to_text(id) + ": it goes an hour after its end");
  return std::move(**kept);
}

base::Result<void> save_and_tell(Parts& parts, storage::Transaction& tx, const KeptTry& kept,
                                 base::Instant now) {
  if (auto saved = update_try(tx, kept); !saved) return saved;
  auto shown = view(parts, tx, kept, now);
  if (!shown) return tl::unexpected(shown.error());
  return tell_of_try(tx, kept.face, base::to_text(*shown), now);
}

}  // namespace submissions
