#include "features/events/routes.h"

#include "features/events/routes_app.h"
#include "features/events/store_news.h"

namespace events {
namespace {

using base::ErrorKind;
using people::Viewer;
using Asks = base::Result<void> (*)(const Access&, const Viewer&, std::string_view event);

base::Failure refuse(ErrorKind kind, std::string message) {
  return tl::unexpected(base::Error{kind, std::move(message)});
}

base::Result<void> sees(const Access&, const Viewer&, std::string_view) {
  return {};
}

base::Result<void> visits(const Access&, const Viewer& viewer, std::string_view) {
  if (viewer.person) return {};
  return refuse(ErrorKind::unauthenticated, "sign in first: `agora login URL`");
}

base::Result<void> participates(const Access& access, const Viewer& viewer, std::string_view event) {
  if (auto signed_in = visits(access, viewer, event); !signed_in) return signed_in;
  if (access.is_participant || access.is_organiser) return {};
  return refuse(ErrorKind::forbidden,
                "this is for the event's participants: `agora join " + std::string(event) + "`");
}

base::Result<void> organises(const Access& access, const Viewer& viewer, std::string_view event) {
  if (auto signed_in = visits(access, viewer, event); !signed_in) return signed_in;
  if (access.is_organiser) return {};
  return refuse(ErrorKind::forbidden, "this is for the event's organisers: ask one of them");
}

people::PermissionRow row(const App& app, std::string_view name, std::string_view summary, Asks asks) {
  return {{name, summary, asks == sees}, [&app, asks](const web::Request& request) -> base::Result<void> {
            const auto& viewer = people::viewer_of(request);
            const auto access = access_to(app.db(), event_in(request), viewer, base::now());
            if (!access) return tl::unexpected(access.error());
            return asks(*access, viewer, event_in(request));
          }};
}

class OpenRoom : public Room {
 public:
  OpenRoom(const storage::Database& database, submissions::Room& submissions, const Settings& settings)
      : app_{copy_of(database), &submissions, settings,
             Starters(settings.folder / "starters", settings.server), Boards(database)} {}

  std::vector<web::Route> routes() override {
    std::vector<web::Route> all;
    for (auto* chapter :
         {event_routes, act_routes, kit_routes, participant_routes, submission_routes, try_routes,
          board_routes, message_routes, file_routes, cockpit_routes, person_routes})
      for (auto& route : chapter(app_)) all.push_back(std::move(route));
    return all;
  }
  std::vector<web::NamedSchema> schemas() override { return event_schemas(); }
  std::vector<people::PermissionRow> permissions() override {
    return {row(app_, "event-viewer", "whoever may see the event: anyone, once it is announced", sees),
            row(app_, "event-visitor", "whoever may see the event and is signed in", visits),
            row(app_, "event-participant", "participants and organisers of the event", participates),
            row(app_, "event-organiser", "organisers of the event", organises)};
  }
  std::vector<web::RateRow> rates() override { return {{"submit", 60, std::chrono::minutes(1)}}; }

  base::Result<void> tick(base::Instant now) override {
    if (auto told = tell_what_is_due(app_.db(), now); !told) return told;
    return apply_rescores(app_.db(), *app_.submissions, now);
  }

 private:
  App app_;
};

}  // namespace

base::Result<std::unique_ptr<Room>> Room::open(const storage::Database& database,
                                               submissions::Room& submissions, Settings settings) {
  if (!settings.take_upload || !settings.drop_upload)
    return base::internal("the events' room was given no way to take uploads");
  return std::make_unique<OpenRoom>(database, submissions, settings);
}

}  // namespace events
