// Messages of an event's organisers over a real server: who may send and read them, who is told, and how
// often.
#include <thread>

#include "features/events/routes.h"
#include "features/events/store_messages.h"
#include "features/events/testing.h"
#include "features/people/testing.h"

namespace events {
namespace {

namespace json = base::json;
using people::Asker;
using people::text_of;

class Messages : public people::WithServer {
 protected:
  std::vector<storage::Migration> more_migrations() override {
    std::vector<storage::Migration> more;
    for (const auto& step : all_migrations())
      if (step.room != "storage" && step.room != "people") more.push_back(step);
    return more;
  }
  void open_rooms() override {
    folder_.emplace(must(base::TemporaryFolder::make("agora-messages-test")));
    submissions_ = must(submissions::Room::open(
        *database_, {.folder = folder_->path(), .home = folder_->path() / "home"}, {contest()}));
    events_ =
        must(Room::open(*database_, *submissions_,
                        {.folder = folder_->path(),
                         .server = "https://agora.example.org",
                         .take_upload = [](std::string_view, std::string_view) -> base::Result<TakenUpload> {
                           return base::not_found("there is no such upload");
                         },
                         .drop_upload = [](std::string_view) {}}));
  }
  void add_parts(Parts& parts) override {
    const auto add = [](auto& to, auto from) {
      for (auto& one : from) to.push_back(std::move(one));
    };
    add(parts.routes, events_->routes());
    add(parts.rows, events_->permissions());
    add(parts.schemas, events_->schemas());
    add(parts.rates, events_->rates());
    // The earlier rooms' routes, and so their schemas, are not here.
    for (const std::string_view name : {"Submission", "Try"})
      parts.schemas.push_back({name, R"({"type": "object", "required": ["id", "state"]})"});
  }
  void SetUp() override {
    WithServer::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    grace_.emplace(administrator());
    olga_.emplace(member("Olga"));
    make_event();
  }
  void TearDown() override {
    WithServer::TearDown();
    events_.reset();
    submissions_.reset();
  }

  Asker member(std::string_view name) {
    const auto code = text_of(grace_->post("/invitations", json::object{}), "/code");
    return signed_up(name, std::string(name) + "@example.org", code);
  }
  people::PersonId id_of(Asker& asker) {
    return people::PersonId(must(base::ulid_from(text_of(asker.get("/me"), "/person/id"))));
  }
  // Open, made by Olga, on a problem as its check leaves it.
  void make_event() {
    const auto now = base::now();
    const submissions::ProblemId id(base::make_ulid(now));
    const auto olga = id_of(*olga_);
    const auto problem = must(storage::transact(
        *database_, [&](storage::Transaction& tx) -> base::Result<std::optional<submissions::Problem>> {
          auto made = tx.query(
              "INSERT INTO problems (id, name, title, statement, state, kit_blob, findings, elements, "
              "score_columns, folds, has_test, environment, submission_bytes, created_by, created) VALUES "
              "($1, "
              "'moons', 'Moons', '', 'ready', 'k', '[]', '[]', '[]', 2, TRUE, 'default', 1000, $2, $3)",
              id, olga, now);
          if (!made) return tl::unexpected(made.error());
          return submissions::find_problem(tx, id);
        }));
    const auto event =
        must(create_event(*database_, {.slug = "moons", .opens = now - 1h}, *problem,
                          {.who = olga, .from = "test", .what = "event.create", .object = {}}, now));
    event_ = event.event.id;
  }
  void make_organiser(std::string_view subject, const std::string& id) {
    must(storage::transact(*database_, [&](storage::Transaction& tx) {
      return people::add_grant(
          tx, {{std::string(subject), id}, ref_of(*event_), std::string(people::kOrganiser)}, base::now());
    }));
  }
  static json::object message(std::string_view title = "The data is *mended*") {
    return {{"title", title}, {"text", "Load it again:\n\n- `agora start moons`\n"}};
  }
  // What they were told, each as "kind|title|text|url".
  std::vector<std::string> told(Asker& asker) {
    const auto id = id_of(asker);
    return must(
        storage::read(*database_, [&](storage::Snapshot& snapshot) -> base::Result<std::vector<std::string>> {
          auto rows = snapshot.query(
              "SELECT kind, title, text, url FROM notifications WHERE person = $1 ORDER BY id", id);
          if (!rows) return tl::unexpected(rows.error());
          return rows->map([](const storage::Row& row) {
            return fmt::format("{}|{}|{}|{}", row.get<std::string>("kind"), row.get<std::string>("title"),
                               row.get<std::string>("text"), row.get<std::string>("url"));
          });
        }));
  }
  // The next event of a stream behind `after`.
  web::Event next_of(Asker& asker, std::string_view path, std::int64_t after) {
    const auto made = asker.post(
        "/me/tokens", json::object{{"name", "stream"}, {"scopes", json::array{json::value("read")}}});
    web::ClientSettings settings;
    settings.token = text_of(made, "/token");
    auto client =
        must(web::Client::make("http://127.0.0.1:" + std::to_string(server_->port()), std::move(settings)));
    web::Event found;
    must(client.listen(path, static_cast<std::uint64_t>(after), [&](const web::Event& event) {
      found = event;
      return web::GoOn::no;
    }));
    return found;
  }

  std::optional<base::TemporaryFolder> folder_;
  std::unique_ptr<submissions::Room> submissions_;
  std::unique_ptr<Room> events_;
  std::optional<Asker> grace_, olga_;
  std::optional<EventId> event_;
};
INSTANTIATE_TEST_SUITE_P(Both, Messages, storage::both_kinds(), storage::kind_name);

TEST_P(Messages, TellEveryParticipantAndTheOtherOrganisersOnce) {
  auto ada = member("Ada"), bob = member("Bob"), oscar = member("Oscar"), carl = member("Carl"),
       max = member("Max");
  for (auto* one : {&ada, &bob, &oscar, &*olga_}) one->post("/events/moons/join");
  make_organiser("person", base::to_text(id_of(oscar)));
  const auto group = grace_->post("/groups", json::object{{"name", "coaches"}, {"title", "Coaches"}});
  grace_->status("PUT", "/groups/coaches/members/carl");
  grace_->status("PUT", "/groups/coaches/members/oscar");
  make_organiser("group", text_of(group, "/id"));

  const auto sent = olga_->send("POST", "/events/moons/messages", message());
  ASSERT_EQ(sent.status, 201) << sent.body;
  const std::vector<std::string> once{
      "message|The data is *mended*|Load it again: agora start moons|/events/moons/messages"};
  for (auto* one : {&ada, &bob, &oscar, &carl}) EXPECT_EQ(told(*one), once);
  for (auto* one : {&*olga_, &max, &*grace_})
    EXPECT_TRUE(told(*one).empty()) << "its author, a member, an administrator";
}

TEST_P(Messages, AreReadByWhoeverSeesTheEventNewestFirst) {
  auto ada = member("Ada");
  auto nobody = stranger();
  for (const auto* title : {"one", "two", "three"})
    EXPECT_EQ(olga_->status("POST", "/events/moons/messages", message(title)), 201);
  for (auto* asker : {&nobody, &ada, &*olga_}) {
    const auto page = asker->get("/events/moons/messages?limit=2");
    ASSERT_EQ(page.at("items").as_array().size(), 2u);
    EXPECT_EQ(text_of(page, "/items/0/title"), "three");
    EXPECT_EQ(text_of(page, "/items/0/text"), "Load it again:\n\n- `agora start moons`\n");
    EXPECT_EQ(text_of(page, "/items/0/author/handle"), "olga");
    const auto rest = asker->get("/events/moons/messages?after=" + text_of(page, "/next"));
    ASSERT_EQ(rest.at("items").as_array().size(), 1u);
    EXPECT_TRUE(rest.at("next").is_null());
    EXPECT_EQ(asker->send("GET", "/events/moons/messages").body.find("@example.org"), std::string::npos);
  }
}

TEST_P(Messages, EachMayDoWhatIsTheirs) {
  auto max = member("Max"), ada = member("Ada");
  auto nobody = stranger();
  ada.post("/events/moons/join");
  const auto long_title = message(std::string(201, 'x')), no_title = message(" ");
  // Stranger, member, participant, organiser, administrator.
  Asker* const askers[] = {&nobody, &max, &ada, &*olga_, &*grace_};
  const struct {
    const char* method;
    const char* path;
    json::value body;
    std::vector<int> statuses;
  } cases[] = {
      {"GET", "/events/moons/messages", nullptr, {200, 200, 200, 200, 200}},
      {"GET", "/events/suns/messages", nullptr, {404, 404, 404, 404, 404}},
      {"GET", "/events/moons/messages?after=x", nullptr, {400, 400, 400, 400, 400}},
      {"POST", "/events/moons/messages", message(), {401, 403, 403, 201, 201}},
      {"POST", "/events/moons/messages", long_title, {401, 403, 403, 400, 400}},
      {"POST", "/events/moons/messages", no_title, {401, 403, 403, 400, 400}},
      {"POST", "/events/moons/messages", json::object{{"title", "x"}}, {401, 403, 403, 400, 400}},
      {"POST", "/events/suns/messages", message(), {404, 404, 404, 404, 404}},
  };
  for (const auto& c : cases)
    for (std::size_t i = 0; i < std::size(askers); ++i) {
      const auto answer = askers[i]->send(c.method, c.path, c.body);
      EXPECT_EQ(answer.status, c.statuses[i])
          << c.method << " " << c.path << " by " << i << ": " << answer.body;
    }
  EXPECT_EQ(told(ada).size(), 2u) << "nothing of what was refused";
  EXPECT_EQ(told(*olga_).size(), 1u) << "the administrator's";
}

TEST_P(Messages, OfAnEventThatIsNotAnnouncedAreItsOrganisersAlone) {
  must(storage::transact(*database_, [&](storage::Transaction& tx) -> base::Result<void> {
    auto done = tx.query("UPDATE events SET opens = NULL");
    if (!done) return tl::unexpected(done.error());
    return {};
  }));
  auto max = member("Max");
  EXPECT_EQ(olga_->status("POST", "/events/moons/messages", message()), 201);
  EXPECT_EQ(max.status("GET", "/events/moons/messages"), 404);
  EXPECT_EQ(max.status("POST", "/events/moons/messages", message()), 404);
  EXPECT_EQ(stranger().status("GET", "/events/moons/messages"), 404);
}

TEST_P(Messages, SentAgainUnderTheSameKeyAreToldOnce) {
  auto ada = member("Ada");
  ada.post("/events/moons/join");
  olga_->extra.set("Idempotency-Key", "\"one\"");
  const auto first = olga_->send("POST", "/events/moons/messages", message());
  const auto second = olga_->send("POST", "/events/moons/messages", message());
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(told(ada).size(), 1u);
}

TEST_P(Messages, StandInTheAuditLog) {
  const auto sent = olga_->post("/events/moons/messages", message());
  const auto audit = grace_->get("/audit?what=event.message");
  ASSERT_EQ(audit.at("items").as_array().size(), 1u);
  EXPECT_EQ(text_of(audit, "/items/0/who"), base::to_text(id_of(*olga_)));
  EXPECT_EQ(text_of(audit, "/items/0/object/id"), base::to_text(*event_));
  EXPECT_EQ(text_of(audit, "/items/0/details/message"), text_of(sent, "/id"));
}

TEST_P(Messages, ComeOnTheStreamsAndAreReplayed) {
  auto ada = member("Ada"), max = member("Max");
  ada.post("/events/moons/join");
  const auto before = must(storage::last(*database_));
  const auto sent = olga_->post("/events/moons/messages", message());
  const auto live = next_of(ada, "/api/v1/events/moons/stream", before);
  EXPECT_EQ(live.name, "message");
  EXPECT_EQ(must(base::parse_json(live.data)), sent);
  std::vector<std::string> hers;  // what GET /me/stream tells
  for (const auto& event : must(storage::tail(*database_, before, 100))) {
    EXPECT_NE(event.topic, people::topic_of(id_of(max)));
    if (event.topic == people::topic_of(id_of(ada))) hers.push_back(event.kind);
  }
  EXPECT_EQ(hers, std::vector<std::string>{"notification"});
}

TEST_P(Messages, OfTwoAtOnceBothAreTold) {
  auto ada = member("Ada");
  ada.post("/events/moons/join");
  const auto id = id_of(*olga_);
  const auto olga =
      *must(storage::read(*database_, [&](storage::Snapshot& s) { return people::find_person(s, id); }));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      must(send_message(*database_, "moons", {olga, "message " + std::to_string(i), "x"},
                        {.who = olga.id, .from = "test", .what = "event.message", .object = {}},
                        base::now()));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(told(ada).size(), 4u);
}

}  // namespace
}  // namespace events
