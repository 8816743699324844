// This room's values as JSON over HTTP, their schemas and examples.

#include <fmt/format.h>

#include "base/hash.h"
#include "features/events/routes_app.h"

namespace events {

const std::string_view kEventItemExample =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCE", "slug": "breast-cancer", "title": "Breast cancer", "summary": "",
        "state": "open", "opens_at": "2026-03-01T08:00:00Z", "closes_at": null, "released_at": null,
        "is_practice": false, "is_trusted": false, "quota": {"per_day": 20, "failures_per_day": 20},
        "official": "roc_auc", "score_columns": [{"name": "roc_auc", "precision": 3, "is_lower_the_better": false}],
        "elements": ["classifier.py"], "folds": 5, "environment": "default", "people_count": 2, "submission_count": 7,
        "problem": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCH", "name": "breast_cancer", "title": "Breast cancer"}})";

const std::string_view kEventExample =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCE", "slug": "breast-cancer", "title": "Breast cancer", "summary": "",
        "state": "open", "opens_at": "2026-03-01T08:00:00Z", "closes_at": null, "released_at": null,
        "is_practice": false, "is_trusted": false, "quota": {"per_day": 20, "failures_per_day": 20},
        "official": "roc_auc", "score_columns": [{"name": "roc_auc", "precision": 3, "is_lower_the_better": false}],
        "elements": ["classifier.py"], "folds": 5, "environment": "default", "people_count": 2, "submission_count": 7,
        "problem": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCH", "name": "breast_cancer", "title": "Breast cancer"},
        "statement": "# Breast cancer\n\nTell malignant from benign.",
        "mine": {"is_participant": true, "is_organiser": false, "may_leave": false,
                 "team": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCF", "name": "Ada Lovelace"},
                 "submitted_today": 2, "left_today": 18, "resets_at": "2026-03-02T00:00:00Z"}})";

namespace {

constexpr std::string_view kEvent = R"({"type": "object",
  "required": ["id", "slug", "title", "state", "opens_at", "closes_at", "is_practice", "is_trusted", "quota",
               "official", "score_columns", "elements", "folds", "environment", "people_count", "submission_count", "problem"],
  "description": "statement where one event is asked for; findings for its organisers; mine for who signed in",
  "properties": {
    "id": {"type": "string", "format": "ulid"}, "slug": {"type": "string"}, "title": {"type": "string"},
    "summary": {"type": "string"},
    "state": {"type": "string", "enum": ["checking", "refused", "ready", "open", "closed", "released"],
              "description": "by the clock; ready: waits for its opening"},
    "opens_at": {"type": ["string", "null"], "format": "date-time"}, "closes_at": {"type": ["string", "null"], "format": "date-time"},
    "released_at": {"type": ["string", "null"], "format": "date-time", "description": "since when test scores are shown"},
    "is_practice": {"type": "boolean", "description": "without hidden data: its labels are public"},
    "is_trusted": {"type": "boolean", "description": "its participants see what their code printed on hidden data"},
    "quota": {"type": "object", "required": ["per_day", "failures_per_day"],
              "description": "of a team, from 00:00 UTC to 24:00 UTC",
              "properties": {"per_day": {"type": "integer"}, "failures_per_day": {"type": "integer"}}},
    "official": {"type": ["string", "null"], "description": "the score that ranks; null before the check"},
    "score_columns": {"type": "array", "items": {"$ref": "#/components/schemas/ScoreColumn"}},
    "elements": {"type": "array", "items": {"type": "string"}, "description": "files that a submission has"},
    "environment": {"type": "string", "description": "that code is trained and scored in; empty: not known yet"},
    "folds": {"type": "integer"}, "people_count": {"type": "integer"}, "submission_count": {"type": "integer"},
    "problem": {"type": "object", "required": ["id", "name", "title"], "properties": {
      "id": {"type": "string", "format": "ulid"}, "name": {"type": "string"}, "title": {"type": "string"}}},
    "statement": {"type": "string", "description": "Markdown"},
    "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
    "next_problem": {"type": "object", "required": ["id", "state", "findings"],
      "description": "a changed kit, to score everything again under", "properties": {
      "id": {"type": "string", "format": "ulid"}, "state": {"type": "string", "enum": ["checking", "ready", "refused"]},
      "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}}},
    "mine": {"type": "object", "required": ["is_participant", "is_organiser", "submitted_today", "left_today"],
      "properties": {
      "is_participant": {"type": "boolean"}, "is_organiser": {"type": "boolean"},
      "may_leave": {"type": "boolean", "description": "a participant, before the first submission"},
      "team": {"$ref": "#/components/schemas/Team"}, "submitted_today": {"type": "integer"},
      "left_today": {"type": "integer"}, "resets_at": {"type": "string", "format": "date-time"}}}}})";

constexpr std::string_view kRow = R"({"type": "object",
  "required": ["rank", "submission_id", "number", "name", "team", "scores", "created_at"],
  "properties": {
    "rank": {"type": ["integer", "null"], "description": "by the official score; equal scores share it"},
    "submission_id": {"type": "string", "format": "ulid"}, "number": {"type": "integer"}, "name": {"type": "string"},
    "team": {"$ref": "#/components/schemas/Team"},
    "scores": {"type": "object", "additionalProperties": {"type": "object", "properties": {
      "valid": {"type": ["number", "null"], "description": "of the bag of the folds"},
      "train_mean": {"type": ["number", "null"]}, "valid_mean": {"type": ["number", "null"]},
      "test": {"type": ["number", "null"], "description": "after the release"}}}},
    "fit_seconds": {"type": ["number", "null"]}, "predict_seconds": {"type": ["number", "null"]},
    "created_at": {"type": "string", "format": "date-time"}, "scored_at": {"type": ["string", "null"], "format": "date-time"},
    "is_mine": {"type": "boolean"}}})";

json::object next_problem_json(const submissions::Problem& problem) {
  return {{"id", base::to_text(problem.id)},
          {"state", submissions::word_for(problem.state)},
          {"findings", findings_json(problem.findings)}};
}

}  // namespace

std::string_view event_in(const web::Request& request) {
  return request.parameters.get("event");
}

json::object look_json(const Look& look, base::Instant now) {
  auto object = event_json(look.seen, Detail::whole);
  if (look.mine.is_organiser) {
    object["findings"] = findings_json(look.seen.problem.findings);
    if (look.next_problem) object["next_problem"] = next_problem_json(*look.next_problem);
  }
  object["mine"] = mine_json(look.mine, now);
  return object;
}

// The tag holds the version, which a change asks for, and the answer's hash, for those who ask whether it is
// still the same.
web::Response answer_event(const Look& look, base::Instant now, int status) {
  const json::value body = look_json(look, now);
  auto response = web::answer_json(body, status);
  response.headers.set("ETag", fmt::format("\"v{}.{}\"", look.seen.event.version,
                                           base::sha256_hex(base::to_text(body)).substr(0, 16)));
  return response;
}

base::Result<web::Response> answer_seen(App& app, const web::Request& request, const Seen& seen, int status) {
  const auto now = base::now();
  const auto look = look_at(app.db(), base::to_text(seen.event.id), people::viewer_of(request), now);
  if (!look) return tl::unexpected(look.error());
  return answer_event(*look, now, status);
}

std::optional<std::string> text_in(const web::Request& request, std::string_view field) {
  const auto* value = base::find_member(request.json, field);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<int> number_in(const web::Request& request, std::string_view field) {
  const auto* value = base::find_member(request.json, field);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<int>();
}

bool is_in(const web::Request& request, std::string_view field) {
  return base::find_member(request.json, field) != nullptr;
}

base::Result<std::optional<base::Instant>> time_in(const web::Request& request, std::string_view field) {
  const auto text = text_in(request, field);
  if (!text) return std::optional<base::Instant>();
  const auto instant = base::instant_from_rfc3339(*text);
  if (!instant) return base::invalid(fmt::format("{}: {}", field, instant.error().message));
  return std::optional(*instant);
}

std::vector<web::NamedSchema> event_schemas() {
  return {message_schema(),
          {"Event", kEvent},
          {"BoardRow", kRow},
          {"ScoreColumn", R"({"type": "object", "required": ["name", "precision", "is_lower_the_better"],
             "properties": {"name": {"type": "string"}, "precision": {"type": "integer"},
                            "is_lower_the_better": {"type": "boolean"}, "official": {"type": "boolean"}}})"},
          {"Team", R"({"type": "object", "required": ["id", "name"],
             "properties": {"id": {"type": "string", "format": "ulid"}, "name": {"type": "string"}}})"},
          {"Finding", R"({"type": "object", "required": ["weight", "file", "line", "message", "next"],
             "properties": {"weight": {"type": "string", "enum": ["error", "warning", "note"]},
               "file": {"type": "string"}, "line": {"type": "integer"}, "message": {"type": "string"},
               "next": {"type": "string", "description": "what to change"}}})"}};
}

}  // namespace events
