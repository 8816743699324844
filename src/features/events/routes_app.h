// What this room's routes share: the room's parts, the event that a path names, helpers. Not for other rooms.
#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "features/events/routes.h"
#include "features/events/starters.h"
#include "features/events/store_acts.h"
#include "features/events/store_boards.h"
#include "features/events/store_looks.h"

namespace events {

namespace json = base::json;

struct App {
  std::shared_ptr<const storage::Database> database;
  submissions::Room* submissions;
  Settings settings;
  Starters starters;
  Boards boards;
  const storage::Database& db() const { return *database; }
};

std::string_view event_in(const web::Request& request);

// An event as this viewer may know it.
json::object look_json(const Look& look, base::Instant now);
// With the ETag that a change asks for.
web::Response answer_event(const Look& look, base::Instant now, int status = 200);
base::Result<web::Response> answer_seen(App& app, const web::Request& request, const Seen& seen,
                                        int status = 200);

// The kit that the request's kit_upload is, and with data_upload its hidden data, given to the submissions'
// room.
base::Result<submissions::Problem> register_kit(const web::Request& request, App& app,
                                                submissions::NewProblem problem, base::Instant now);

std::optional<std::string> text_in(const web::Request& request, std::string_view field);
std::optional<int> number_in(const web::Request& request, std::string_view field);
bool is_in(const web::Request& request, std::string_view field);
// Files that lie in JSON, checked against its schema: {"path", "content", "encoding"}.
base::Result<std::vector<submissions::File>> files_in(const json::value& files);
inline constexpr std::uint64_t kMostBody = 32u << 20;  // of such files; larger ones come as an upload
// Null takes the time away. Fails with `invalid`, naming the field.
base::Result<std::optional<base::Instant>> time_in(const web::Request& request, std::string_view field);
using web::after_in;
using web::limit_in;
using web::with_page;

// Each chapter of the list of routes.
std::vector<web::Route> event_routes(App& app);
std::vector<web::Route> act_routes(App& app);
std::vector<web::Route> kit_routes(App& app);
std::vector<web::Route> participant_routes(App& app);
std::vector<web::Route> submission_routes(App& app);
std::vector<web::Route> try_routes(App& app);
std::vector<web::Route> board_routes(App& app);
std::vector<web::Route> message_routes(App& app);
std::vector<web::Route> file_routes(App& app);
std::vector<web::Route> cockpit_routes(App& app);
std::vector<web::Route> person_routes(App& app);
std::vector<web::NamedSchema> event_schemas();
web::NamedSchema message_schema();

inline constexpr std::string_view kTag = "events";
inline const web::ErrorRow kNoSession{401, "nobody is signed in"};
inline const web::ErrorRow kNotAllowed{403, "it may be seen, but not this, or the token's scope is missing"};
inline const web::ErrorRow kNoEvent{404, "there is no such event, as far as this viewer may know"};

extern const std::string_view kEventExample;
extern const std::string_view kEventItemExample;

}  // namespace events
