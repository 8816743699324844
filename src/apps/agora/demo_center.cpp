#include "apps/agora/demo_center.h"

#include <algorithm>

#include <fmt/format.h>
#include <poll.h>

#include "base/time.h"
#include "features/events/commands_show.h"

namespace agora {
namespace json = base::json;
namespace {

constexpr std::string_view kNotice =
    "A demonstration: its people and their stories are made up; data and scores are real.";
constexpr int kShownRows = 5;
constexpr int kPause = 400;  // milliseconds between looks at what is going on: within the rate of one person

bool can_be_read(const base::Fd& fd, int milliseconds) {
  pollfd wait{fd.get(), POLLIN, 0};
  return ::poll(&wait, 1, milliseconds) > 0;
}

DemoAccount account_of(const DemoPerson& person) {
  return {std::string(person.name), fmt::format("{}@example.org", person.key)};
}

bool has_ended(std::string_view state) {
  return state == "scored" || state == "failed" || state == "cancelled";
}

std::string key_of(std::string_view event, std::string_view author, std::string_view name) {
  return fmt::format("{}/{}/{}", event, author, name);
}

void say(std::string_view text) {
  fmt::print("{}", text);
  std::fflush(stdout);
}

}  // namespace

bool DemoCenter::is_stopped() const {
  return can_be_read(stop_, 0);
}

base::Result<std::string> DemoCenter::invite(std::string_view role) {
  json::object wanted;
  if (!role.empty()) wanted["role"] = role;
  const auto made = person("admin").client().post("/api/v1/invitations", wanted);
  if (!made) return tl::unexpected(made.error());
  return base::find_text(*made, "code");
}

base::Result<DemoVisitor> DemoCenter::connect(const DemoPerson& one,
                                              const std::optional<std::string>& first_invitation) {
  const bool is_first = people_.empty();
  if (!first_invitation) {
    auto visitor = DemoVisitor::come_back(url_, account_of(one));
    if (visitor || is_first) return visitor;
  }
  const auto invitation = is_first ? base::Result<std::string>(*first_invitation) : invite(one.role);
  if (!invitation) return tl::unexpected(invitation.error());
  return DemoVisitor::arrive(url_, account_of(one), *invitation);
}

base::Result<void> DemoCenter::bring_people(const std::optional<std::string>& first_invitation) {
  for (const auto& one : demo_people()) {
    if (is_stopped()) return {};
    auto visitor = connect(one, first_invitation);
    if (!visitor) return tl::unexpected(visitor.error());
    people_.emplace(one.key, std::move(*visitor));
  }
  const auto noticed = person("admin").client().patch("/api/v1/settings", json::object{{"notice", kNotice}});
  if (!noticed) return tl::unexpected(noticed.error());
  return {};
}

base::Result<void> DemoCenter::join_events() {
  for (const auto& one : demo_people()) {
    for (const auto& event : demo_events()) {
      if (one.events.find(event.letter) == std::string_view::npos) continue;
      if (is_stopped()) return {};
      const auto joined = person(one.key).post(fmt::format("/api/v1/events/{}/join", event.slug));
      // From before, where the event has ended meanwhile.
      if (!joined && joined.error().kind != base::ErrorKind::conflict) return tl::unexpected(joined.error());
    }
  }
  return {};
}

base::Result<void> DemoCenter::look_what_is_there() {
  for (const auto& event : demo_events()) {
    const auto list = organiser().get(fmt::format("/api/v1/events/{}/submissions?limit=200", event.slug));
    if (!list) return tl::unexpected(list.error());
    auto items = list->at("items").as_array();
    std::reverse(items.begin(), items.end());  // as they came
    for (const auto& item : items) {
      there_.insert(
          key_of(event.slug, base::find_text(item.at("author"), "name"), base::find_text(item, "name")));
      handed_in_.push_back({std::string(event.slug), base::find_text(item, "id")});
    }
  }
  return {};
}

base::Result<void> DemoCenter::hand_in(const DemoPart& part) {
  json::array files;
  for (const auto& [path, content] : part.files)
    files.push_back(json::object{{"path", path}, {"content", content}, {"encoding", "utf-8"}});
  auto& author = person(part.person);
  const auto sent = author.client().post(fmt::format("/api/v1/events/{}/submissions", part.event),
                                         json::object{{"name", part.name}, {"files", std::move(files)}});
  if (!sent) return tl::unexpected(sent.error());
  const auto id = base::find_text(*sent, "id");
  handed_in_.push_back({std::string(part.event), id, part.act});
  if (part.act != DemoAct::cancel) return {};
  const auto cancelled = author.post(fmt::format("/api/v1/submissions/{}/cancel", id));
  if (!cancelled) return tl::unexpected(cancelled.error());
  return {};
}

base::Result<void> DemoCenter::hand_in() {
  const auto story = demo_story(kits_);
  if (!story) return tl::unexpected(story.error());
  for (const auto& part : *story) {
    if (is_stopped()) return {};
    const auto people = demo_people();
    const auto author = std::find_if(people.begin(), people.end(),
                                     [&](const DemoPerson& one) { return one.key == part.person; });
    if (there_.contains(key_of(part.event, author->name, part.name))) continue;
    if (auto handed = hand_in(part); !handed) return handed;
  }
  return {};
}

// Whether the submission at this place of the list has ended.
base::Result<bool> DemoCenter::look_at(std::size_t place) {
  const auto entry = handed_in_[place];
  const auto path = fmt::format("/api/v1/submissions/{}", entry.submission);
  const auto seen = organiser().get(path);
  if (!seen) return tl::unexpected(seen.error());
  const auto state = base::find_text(*seen, "state");
  if (!has_ended(state)) return false;
  ended_.insert(place);
  const auto* reason = base::find_member(*seen, "reason");
  say(fmt::format("  {:>2} of {}  {:<10} {:<20} {:<32} {}\n", ended_.size(), handed_in_.size(), state,
                  entry.event, base::find_text(*seen, "name"),
                  reason == nullptr ? "" : base::find_text(*reason, "kind")));
  if (entry.act != DemoAct::rerun) return true;
  if (const auto again = person("organiser").post(path + "/rerun"); !again)
    return tl::unexpected(again.error());
  handed_in_.push_back({entry.event, entry.submission});
  return true;
}

// Until all have ended. An event is closed and released as soon as its own have.
base::Result<void> DemoCenter::watch() {
  std::set<std::string_view> to_release;
  for (const auto& event : demo_events())
    if (event.is_released) to_release.insert(event.slug);
  for (std::size_t place = 0; place < handed_in_.size();) {
    const auto ended = look_at(place);
    if (!ended) return tl::unexpected(ended.error());
    if (*ended) ++place;
    if (!*ended && can_be_read(stop_, kPause)) return {};
    for (const auto& event : demo_events()) {
      const bool is_done =
          std::none_of(handed_in_.begin() + static_cast<std::ptrdiff_t>(place), handed_in_.end(),
                       [&](const Entry& entry) { return entry.event == event.slug; });
      if (is_done && to_release.erase(event.slug) > 0)
        if (auto released = release(event); !released) return released;
    }
  }
  return {};
}

base::Result<void> DemoCenter::release(const DemoEvent& event) {
  const auto path = fmt::format("/api/v1/events/{}", event.slug);
  const auto seen = organiser().get(path);
  if (!seen) return tl::unexpected(seen.error());
  const auto state = base::find_text(*seen, "state");
  if (state == "open")
    if (const auto closed = person("organiser").post(path + "/close"); !closed)
      return tl::unexpected(closed.error());
  if (state == "open" || state == "closed")
    if (const auto released = person("organiser").post(path + "/release"); !released)
      return tl::unexpected(released.error());
  say(fmt::format("  {} is over, and its test scores are released\n", event.slug));
  return {};
}

base::Result<void> DemoCenter::show_board(const DemoEvent& event) {
  const auto board = organiser().get(fmt::format("/api/v1/events/{}/board?limit={}", event.slug, kShownRows));
  if (!board) return tl::unexpected(board.error());
  fmt::print("\n{}\n{}", event.slug, events::board_text(*board, nullptr, kShownRows, base::now()));
  return {};
}

base::Result<void> DemoCenter::fill(const std::optional<std::string>& first_invitation) {
  auto told = tell(first_invitation);
  for (auto& [key, visitor] : people_) visitor.leave();
  return told;
}

base::Result<void> DemoCenter::tell(const std::optional<std::string>& first_invitation) {
  if (auto came = bring_people(first_invitation); !came) return came;
  if (!is_stopped()) show_demo_sign_ins(url_);
  for (auto step : {&DemoCenter::open_events, &DemoCenter::join_events, &DemoCenter::look_what_is_there}) {
    if (is_stopped()) return {};
    if (auto done = (this->*step)(); !done) return done;
  }
  say("\nSubmissions\n");
  if (auto sent = hand_in(); !sent) return sent;
  if (auto seen = watch(); !seen) return seen;
  if (is_stopped()) return {};
  for (const auto& event : demo_events())
    if (auto shown = show_board(event); !shown) return shown;
  is_whole_ = true;
  return {};
}

void show_demo_sign_ins(const std::string& url) {
  fmt::print("\nSign in at {} as one of these, who are made up; the password is {}\n", url, kDemoPassword);
  const auto people = demo_people();
  for (const auto& one : people)
    if (!one.role.empty()) fmt::print("  {:<14} {}\n", one.role, account_of(one).email);
  fmt::print("  {:<14} ada@example.org, and {} others\n", "participant", people.size() - 3);
  fmt::print("\nEvents\n");
  for (const auto& event : demo_events()) fmt::print("  {}/events/{}\n", url, event.slug);
  const auto& masses = demo_events()[1];
  fmt::print(
      "\nFrom a second terminal, as a participant:\n"
      "  agora login {} --email ada@example.org     (password: {})\n"
      "  agora start {} && cd {}\n"
      "  agora try\n"
      "  agora submit submissions/starting_kit --wait\n"
      "  agora board --watch\n",
      url, kDemoPassword, masses.slug, masses.slug);
  std::fflush(stdout);
}

}  // namespace agora
