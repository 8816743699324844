#include <fmt/format.h>

#include "apps/agora/rooms.h"
#include "features/agora/agora.h"
#include "features/agora/routes.h"
#include "features/compute/compute.h"
#include "features/compute/jobs.h"
#include "features/compute/routes.h"
#include "features/events/events.h"
#include "features/events/routes.h"
#include "features/people/people.h"
#include "features/people/routes.h"
#include "features/submissions/jobs.h"
#include "features/submissions/routes.h"
#include "features/submissions/submissions.h"
#include "features/submissions/tries.h"
#include "machine/engine/queue.h"
#include "machine/storage/events.h"

namespace agora {
namespace {

template <class Range>
void add_all(auto& to, Range&& from) {
  for (auto&& item : from) to.push_back(std::move(item));
}

events::Settings settings_for_events(const CenterSettings& settings, web::Uploads& uploads) {
  events::Settings own;
  own.folder = settings.data / "starter-kits";
  own.server = settings.public_url.empty() ? fmt::format("http://{}:{}", settings.address, settings.port)
                                           : settings.public_url;
  own.take_upload = [&uploads](std::string_view id,
                               std::string_view key) -> base::Result<events::TakenUpload> {
    auto taken = uploads.take(id, key);
    if (!taken) return tl::unexpected(taken.error());
    const auto name = taken->metadata.find("filename");
    return events::TakenUpload{taken->file, name == taken->metadata.end() ? "" : name->second};
  };
  own.drop_upload = [&uploads](std::string_view id) { static_cast<void>(uploads.remove(id)); };
  return own;
}

compute::FindUses uses_of_environments() {
  return [](storage::Session& session, std::string_view name, std::string_view hash,
            base::Instant now) -> base::Result<std::vector<compute::Use>> {
    auto found = events::events_in_environment(session, name, hash, now);
    if (!found) return tl::unexpected(found.error());
    std::vector<compute::Use> uses;
    for (auto& one : *found)
      uses.push_back({events::ref_of(one.id), std::move(one.slug), std::move(one.title), one.is_announced});
    return uses;
  };
}

}  // namespace

const std::vector<storage::Migration>& all_migrations() {
  static const std::vector<storage::Migration> kAll = [] {
    std::vector<storage::Migration> all;
    for (const auto& room :
         {storage::migrations(), engine::migrations(), people::migrations(), forum::migrations(),
          compute::migrations(), submissions::migrations(), events::migrations()})
      all.insert(all.end(), room.begin(), room.end());
    return all;
  }();
  return kAll;
}

struct Rooms::Parts {
  CenterSettings settings;
  storage::Database database;
  std::unique_ptr<people::Room> people;
  std::unique_ptr<compute::Room> compute;
  std::unique_ptr<submissions::Room> submissions;
  std::unique_ptr<events::Room> events;
  std::unique_ptr<web::Uploads> uploads;

  std::vector<people::PermissionRow> permissions();
};

std::vector<people::PermissionRow> Rooms::Parts::permissions() {
  auto rows = people->permissions();
  add_all(rows, submissions::permissions(*submissions));
  add_all(rows, events->permissions());
  return rows;
}

Rooms::Rooms(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Rooms::~Rooms() = default;

base::Result<std::unique_ptr<Rooms>> Rooms::open(const storage::Database& database,
                                                 const CenterSettings& settings) {
  auto parts = std::make_unique<Parts>(Parts{settings, database, {}, {}, {}, {}, {}});
  auto people = people::Room::open(database, {.secure_cookies = settings.public_url.starts_with("https:")});
  if (!people) return tl::unexpected(people.error());
  parts->people = std::move(*people);
  auto compute = compute::Room::open(
      database, {.home = settings.home, .center = settings.data, .uses = uses_of_environments()});
  if (!compute) return tl::unexpected(compute.error());
  parts->compute = std::move(*compute);
  auto submissions = submissions::Room::open(database, {.folder = settings.data, .home = settings.home},
                                             {events::contest()});
  if (!submissions) return tl::unexpected(submissions.error());
  parts->submissions = std::move(*submissions);
  web::UploadSettings places;
  places.folder = settings.data / "uploads";
  places.permission = "signed-in";
  places.scope = "submit";
  auto uploads = web::Uploads::open(std::move(places));
  if (!uploads) return tl::unexpected(uploads.error());
  parts->uploads = std::move(*uploads);
  auto events =
      events::Room::open(database, *parts->submissions, settings_for_events(settings, *parts->uploads));
  if (!events) return tl::unexpected(events.error());
  parts->events = std::move(*events);
  return std::unique_ptr<Rooms>(new Rooms(std::move(parts)));
}

web::RouteTable Rooms::routes() {
  web::RouteTable table;
  for (auto&& row : parts_->permissions()) table.permissions.push_back(row.permission);
  table.routes = parts_->people->routes();
  add_all(table.routes, forum::routes(parts_->database));
  add_all(table.routes, compute::routes(*parts_->compute));
  add_all(table.routes, submissions::routes(*parts_->submissions));
  add_all(table.routes, parts_->events->routes());
  add_all(table.routes, parts_->uploads->routes());
  table.schemas = parts_->people->schemas();
  add_all(table.schemas, forum::schemas());
  add_all(table.schemas, compute::schemas());
  add_all(table.schemas, submissions::schemas());
  add_all(table.schemas, parts_->events->schemas());
  return table;
}

web::Settings Rooms::web_settings() {
  web::Settings settings;
  settings.authenticate = parts_->people->authenticator();
  settings.gate = parts_->people->gate(parts_->permissions());
  settings.keys = &parts_->people->keys();
  settings.rates = parts_->people->rates();
  for (auto& row : parts_->events->rates()) settings.rates.push_back(std::move(row));
  settings.rates.push_back({"default", parts_->settings.requests_per_minute, std::chrono::seconds(60)});
  return settings;
}

std::map<std::string, engine::Handler> Rooms::handlers() {
  return submissions::handlers(*parts_->submissions);
}

std::map<std::string, engine::Handler> Rooms::slow_handlers() {
  return compute::handlers(*parts_->compute);
}

base::Result<std::optional<std::string>> Rooms::first_invitation(base::Instant now) {
  return parts_->people->first_invitation(now);
}

engine::EndedByType Rooms::ended() {
  auto all = submissions::ended(*parts_->submissions);
  all.merge(compute::ended(*parts_->compute));
  return all;
}

base::Result<void> Rooms::keep_house(base::Instant now) {
  parts_->uploads->sweep(now);
  const auto removed = submissions::remove_old_tries(*parts_->submissions, now);
  const auto forgotten = forum::remove_old_notifications(parts_->database, now);
  if (auto looked = parts_->compute->keep_house(now); !looked) return looked;
  if (auto ticked = parts_->events->tick(now); !ticked) return ticked;
  if (!forgotten) return tl::unexpected(forgotten.error());
  return removed;
}

void Rooms::warm() {
  submissions::warm(*parts_->submissions);
}

}  // namespace agora
