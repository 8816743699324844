#include "apps/agora/demo_center.h"

#include <fstream>

#include <fmt/format.h>
#include <poll.h>

#include "apps/agora/demo_story.h"
#include "base/archive.h"

namespace agora {
namespace fs = std::filesystem;
namespace json = base::json;
namespace {

constexpr std::string_view kPassword = "agora-demo-2026";

bool can_be_read(const base::Fd& fd, int milliseconds) {
  pollfd wait{fd.get(), POLLIN, 0};
  return ::poll(&wait, 1, milliseconds) > 0;
}

std::string text_of(const json::value& value, std::string_view name) {
  const auto* member = base::find_member(value, name);
  return member != nullptr && member->is_string() ? std::string(member->as_string()) : "";
}

base::Result<json::value> json_of(const base::Result<web::Answer>& answer) {
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status >= 400) return tl::unexpected(web::error_of(*answer));
  return base::parse_json(answer->body);
}

base::Result<std::string> token_for(web::Client& client, const std::string& url, const std::string& cookie) {
  web::Headers headers;
  headers.add("Cookie", cookie.substr(0, cookie.find(';')));
  headers.add("Origin", url);
  headers.add("Content-Type", "application/json");
  const auto made =
      json_of(client.send("POST", "/api/v1/me/tokens",
                          R"({"name": "demo", "scopes": ["read", "submit", "organise", "admin"]})", headers));
  if (!made) return tl::unexpected(made.error());
  return text_of(*made, "token");
}

}  // namespace

void tell_sign_ins() {
  fmt::print("\nPeople (made up)\n");
  for (const auto& person : demo_people())
    if (!person.role.empty())
      fmt::print("  {} signs in as {}@example.org with the password {}\n", person.role, person.handle,
                 kPassword);
  fmt::print("  {} participants, ada@example.org among them, with the same password\n",
             demo_people().size() - 2);
  std::fflush(stdout);
}

base::Result<DemoVisitor> DemoVisitor::arrive(const std::string& url, const std::string& name,
                                              const std::string& email, const std::string& password,
                                              const std::string& invitation) {
  auto client = web::Client::make(url);
  if (!client) return tl::unexpected(client.error());
  const auto signed_up = client->post(
      "/api/v1/sign-up",
      json::object{{"email", email}, {"name", name}, {"password", password}, {"invitation", invitation}});
  if (!signed_up) return tl::unexpected(signed_up.error());
  web::Headers headers;
  headers.add("Content-Type", "application/json");
  const auto signed_in =
      client->send("POST", "/api/v1/sign-in",
                   base::to_text(json::object{{"email", email}, {"password", password}}), headers);
  if (!signed_in) return tl::unexpected(signed_in.error());
  if (signed_in->status >= 400) return tl::unexpected(web::error_of(*signed_in));
  auto token = token_for(*client, url, std::string(signed_in->headers.get("Set-Cookie")));
  if (!token) return tl::unexpected(token.error());
  web::ClientSettings settings;
  settings.token = *token;
  auto own = web::Client::make(url, settings);
  if (!own) return tl::unexpected(own.error());
  return DemoVisitor(std::move(*own));
}

base::Result<std::string> DemoCenter::invite(const std::string& role) {
  json::object wanted;
  if (!role.empty()) wanted["role"] = role;
  const auto made = people_.at("admin").client().post("/api/v1/invitations", wanted);
  if (!made) return tl::unexpected(made.error());
  return text_of(*made, "code");
}

base::Result<void> DemoCenter::bring_people(const std::string& first_invitation) {
  for (const auto& person : demo_people()) {
    auto invitation = person.role == "administrator" ? base::Result<std::string>(first_invitation)
                                                     : invite(std::string(person.role));
    if (!invitation) return tl::unexpected(invitation.error());
    const auto email = fmt::format("{}@example.org", person.handle);
    auto visitor =
        DemoVisitor::arrive(url_, std::string(person.name), email, std::string(kPassword), *invitation);
    if (!visitor) return tl::unexpected(visitor.error());
    people_.emplace(person.handle, std::move(*visitor));
  }
  return {};
}

base::Result<std::string> DemoCenter::open_event(const fs::path& kit, const fs::path& hidden,
                                                 const json::object& more) {
  auto scratch = base::TemporaryFolder::make("agora-demo-packing");
  if (!scratch) return tl::unexpected(scratch.error());
  auto& organiser = people_.at("organiser").client();
  json::object wanted = more;
  for (const auto& [folder, field] : {std::pair(kit, "kit_upload"), std::pair(hidden, "data_upload")}) {
    if (folder.empty()) continue;
    const auto archive = scratch->path() / fmt::format("{}.tar.gz", field);
    auto files = base::files_below(folder);
    if (!files) return tl::unexpected(files.error());
    if (auto packed = base::pack_tar_gz(std::move(*files), archive); !packed)
      return tl::unexpected(packed.error());
    const auto upload = organiser.upload("/api/v1/uploads", archive);
    if (!upload) return tl::unexpected(upload.error());
    wanted[field] = upload->substr(upload->rfind('/') + 1);
  }
  auto event = organiser.post("/api/v1/events", wanted);
  if (!event) return tl::unexpected(event.error());
  const auto path = fmt::format("/api/v1/events/{}", text_of(*event, "slug"));
  while (text_of(*event, "state") == "checking") {
    ::poll(nullptr, 0, 100);
    event = organiser.get(path);
    if (!event) return tl::unexpected(event.error());
  }
  if (auto opened = organiser.post(path + "/open", json::object{}); !opened)
    return tl::unexpected(opened.error());
  fmt::print("  {} is open: {}/events/{}\n", text_of(*event, "title"), url_, text_of(*event, "slug"));
  std::fflush(stdout);
  return text_of(*event, "slug");
}

base::Result<void> DemoCenter::open_events() {
  auto scratch = base::TemporaryFolder::make("agora-demo-kit");
  if (!scratch) return tl::unexpected(scratch.error());
  const auto kit = scratch->path() / "breast_cancer";
  std::error_code failed;
  fs::copy(kits_ / "breast_cancer", kit, fs::copy_options::recursive, failed);
  if (failed) return base::internal("the kit cannot be copied", failed.message());
  const auto hidden = scratch->path() / "hidden";
  if (auto split = split_rows(kits_ / "breast_cancer" / "data", kit / "data", hidden); !split) return split;
  const auto first = open_event(kit, hidden, {{"slug", "breast-masses"}, {"per_day", 50}});
  if (!first) return tl::unexpected(first.error());
  const auto second = open_event(kits_ / "digits", {}, {{"slug", "handwritten-digits"}, {"per_day", 50}});
  if (!second) return tl::unexpected(second.error());
  events_ = {*first, *second};
  return {};
}

base::Result<void> DemoCenter::hand_in() {
  for (const auto& person : demo_people()) {
    if (!person.role.empty()) continue;
    for (const auto& event : events_)
      if (auto joined = json_of(people_.at(std::string(person.handle))
                                    .client()
                                    .send("POST", fmt::format("/api/v1/events/{}/join", event)));
          !joined)
        return tl::unexpected(joined.error());
  }
  const auto story = demo_story(kits_);
  if (!story) return tl::unexpected(story.error());
  for (const auto& part : *story) {
    json::array files;
    for (const auto& [path, content] : part.files)
      files.push_back(json::object{{"path", path}, {"content", content}, {"encoding", "utf-8"}});
    const auto sent = people_.at(part.person)
                          .client()
                          .post(fmt::format("/api/v1/events/{}/submissions", part.event),
                                json::object{{"name", part.name}, {"files", std::move(files)}});
    if (!sent) return tl::unexpected(sent.error());
    handed_in_.push_back({part.event, text_of(*sent, "id")});
  }
  return {};
}

base::Result<void> DemoCenter::watch(const base::Fd& stop) {
  auto& organiser = people_.at("organiser").client();
  std::size_t ended = 0;
  for (const auto& entry : handed_in_) {
    for (;;) {
      if (can_be_read(stop, 0)) return {};
      const auto seen = organiser.get(fmt::format("/api/v1/submissions/{}", entry.submission));
      if (!seen) return tl::unexpected(seen.error());
      const auto state = text_of(*seen, "state");
      if (state == "scored" || state == "failed" || state == "cancelled") {
        fmt::print("  {:>2} of {}  {:<10} {:<28} {}\n", ++ended, handed_in_.size(), state,
                   text_of(*seen, "name"), entry.event);
        std::fflush(stdout);
        break;
      }
      if (can_be_read(stop, 50)) return {};
    }
  }
  return {};
}

base::Result<void> DemoCenter::show_board(const std::string& event) {
  const auto board = people_.at("organiser").client().get(fmt::format("/api/v1/events/{}/board", event));
  if (!board) return tl::unexpected(board.error());
  fmt::print("\n{}\n", event);
  for (const auto& row : board->at("items").as_array())
    fmt::print("  {:>2}  {:<24} {}\n", row.at("rank").to_number<int>(), text_of(row.at("team"), "name"),
               base::to_text(row.at("scores").as_object().begin()->value()));
  return {};
}

base::Result<void> DemoCenter::fill(const std::string& first_invitation, const base::Fd& stop) {
  if (auto came = bring_people(first_invitation); !came) return came;
  tell_sign_ins();
  fmt::print("\nEvents\n");
  if (auto opened = open_events(); !opened) return opened;
  fmt::print("\nSubmissions\n");
  if (auto sent = hand_in(); !sent) return sent;
  if (auto seen = watch(stop); !seen) return seen;
  for (const auto& event : events_)
    if (auto shown = show_board(event); !shown) return shown;
  fmt::print(
      "\nFrom a second terminal, as a participant:\n"
      "  agora login {} --email ada@example.org     (password: {})\n"
      "  agora start {}\n"
      "  cd {}\n"
      "  agora try\n"
      "  agora submit submissions/starting_kit --wait\n"
      "  agora board --watch\n",
      url_, kPassword, events_[0], events_[0]);
  return {};
}

}  // namespace agora
