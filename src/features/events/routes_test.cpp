// Events over a real server: the life of one, who may do what, what is shown to whom.
#include "features/events/testing_routes.h"

namespace events {
namespace {

namespace json = base::json;
using people::Asker;

INSTANTIATE_TEST_SUITE_P(Both, EventRoutes, storage::both_kinds(), storage::kind_name);

TEST_P(EventRoutes, FromAKitToAReleasedBoard) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  auto ada = member(administrator, "Ada", "ada@example.org");
  make_event(olga);
  EXPECT_EQ(ada.status("GET", "/events/moons"), 404) << "not announced";
  EXPECT_EQ(people::text_of(olga.get("/events/moons"), "/state"), "ready");
  EXPECT_EQ(olga.status("POST", "/events/moons/open", json::object()), 200);
  EXPECT_EQ(people::text_of(stranger().get("/events/moons"), "/state"), "open");

  EXPECT_EQ(ada.status("POST", "/events/moons/submissions", code()), 403) << "not joined";
  EXPECT_EQ(people::text_of(ada.post("/events/moons/join"), "/team/name"), "Ada");
  const auto handed = ada.send("POST", "/events/moons/submissions", code());
  ASSERT_EQ(handed.status, 201) << handed.body;
  const auto id = people::text_of(Asker::json_of(handed), "/id");
  EXPECT_EQ(Asker::json_of(handed).at("state").as_string(), "received");
  EXPECT_EQ(ada.get("/events/moons").at("mine").at("left_today").as_int64(), 19);
  EXPECT_EQ(ada.get("/events/moons/queue").at("waiting").as_int64(), 1);
  score(id, 0.75, 0.5);

  const auto board = ada.get("/events/moons/board");
  ASSERT_EQ(board.at("items").as_array().size(), 1u);
  EXPECT_EQ(board.at("items").at(0).at("is_mine").as_bool(), true);
  EXPECT_EQ(board.at("items").at(0).at("scores").at("accuracy").at("valid").as_double(), 0.75);
  EXPECT_EQ(board.at("items").at(0).at("scores").at("accuracy").as_object().if_contains("test"), nullptr);
  EXPECT_EQ(stranger().get("/events/moons/board").at("items").at(0).at("is_mine").as_bool(), false);

  EXPECT_EQ(olga.status("POST", "/events/moons/release"), 409) << "still open";
  EXPECT_EQ(olga.status("POST", "/events/moons/close"), 200);
  const auto late = ada.send("POST", "/events/moons/submissions", code());
  EXPECT_EQ(late.status, 409);
  EXPECT_NE(late.body.find("closed at"), std::string::npos) << late.body;
  EXPECT_EQ(olga.status("POST", "/events/moons/release"), 200);
  EXPECT_EQ(
      ada.get("/events/moons/board").at("items").at(0).at("scores").at("accuracy").at("test").as_double(),
      0.5);
}

TEST_P(EventRoutes, ShowNothingHiddenToAnybodyBeforeTheRelease) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  auto ada = member(administrator, "Ada", "ada@example.org");
  auto nobody = stranger();
  make_event(olga);
  olga.post("/events/moons/open", json::object());
  ada.post("/events/moons/join");
  const auto id = people::text_of(ada.post("/events/moons/submissions", code()), "/id");
  score(id, 0.75, 0.1234567);
  must(events_->tick(base::now()));
  for (auto* asker : {&nobody, &ada, &olga, &administrator})
    for (const auto* path :
         {"", "/board", "/board?of=all&sort=accuracy", "/people", "/queue", "/submissions"}) {
      const auto answer = asker->send("GET", std::string("/events/moons") + path);
      EXPECT_EQ(answer.body.find("0.1234567"), std::string::npos) << path << answer.body;
      EXPECT_EQ(answer.body.find("a hidden row"), std::string::npos) << path;
    }
  for (const auto& event : must(storage::tail(*database_, 0, 1000)))
    EXPECT_EQ(event.payload.find("0.1234567"), std::string::npos) << event.payload;
}

TEST_P(EventRoutes, AChangeNeedsTheTagOfWhatWasRead) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  make_event(olga);
  const auto read = olga.send("GET", "/events/moons");
  const json::object title{{"title", "New"}}, nonsense{{"closes_at", "tomorrow"}};
  EXPECT_EQ(olga.status("PATCH", "/events/moons", title), 428);
  olga.extra.set("If-Match", std::string(read.headers.get("ETag")));
  EXPECT_EQ(olga.status("PATCH", "/events/moons", nonsense), 400);
  const auto changed = olga.send("PATCH", "/events/moons", title);
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(people::text_of(Asker::json_of(changed), "/title"), "New");
  EXPECT_EQ(olga.status("PATCH", "/events/moons", title), 409) << "stale";
  olga.extra.set("If-Match", std::string(changed.headers.get("ETag")));
  EXPECT_EQ(olga.status("PATCH", "/events/moons", json::object{{"summary", "Hello"}}), 200);
}

TEST_P(EventRoutes, EachMayDoWhatIsTheirs) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  auto oscar = member(administrator, "Oscar", "oscar@example.org", "organiser");
  auto ada = member(administrator, "Ada", "ada@example.org");
  auto bob = member(administrator, "Bob", "bob@example.org");
  auto nobody = stranger();
  make_event(olga);
  olga.post("/events/moons/open", json::object());
  ada.post("/events/moons/join");
  // Stranger, member, participant, organiser of another, organiser, administrator.
  Asker* const askers[] = {&nobody, &bob, &ada, &oscar, &olga, &administrator};
  const struct {
    const char* method;
    const char* path;
    json::value body;
    std::vector<int> statuses;
  } cases[] = {
      {"GET", "/events", nullptr, {200, 200, 200, 200, 200, 200}},
      {"POST", "/events", json::object{{"kit_upload", "none"}}, {401, 403, 403, 404, 404, 404}},
      {"GET", "/events/moons", nullptr, {200, 200, 200, 200, 200, 200}},
      {"GET", "/events/suns", nullptr, {404, 404, 404, 404, 404, 404}},
      {"PATCH", "/events/moons", json::object{{"title", "x"}}, {401, 403, 403, 403, 428, 428}},
      {"GET", "/events/moons/people", nullptr, {401, 200, 200, 200, 200, 200}},
      {"GET", "/events/moons/board", nullptr, {200, 200, 200, 200, 200, 200}},
      {"GET", "/events/moons/board?sort=beauty", nullptr, {400, 400, 400, 400, 400, 400}},
      {"GET", "/events/moons/queue", nullptr, {200, 200, 200, 200, 200, 200}},
      {"GET", "/events/moons/starter-kit", nullptr, {200, 200, 200, 200, 200, 200}},
      {"GET", "/events/moons/files", nullptr, {200, 200, 200, 200, 200, 200}},
      {"GET", "/events/moons/files/data/train.csv", nullptr, {200, 200, 200, 200, 200, 200}},
      {"GET", "/events/suns/files", nullptr, {404, 404, 404, 404, 404, 404}},
      {"GET", "/events/moons/cockpit", nullptr, {401, 403, 403, 403, 200, 200}},
      {"GET", "/people/ada/events", nullptr, {401, 200, 200, 200, 200, 200}},
      {"GET", "/people/nobody/events", nullptr, {401, 404, 404, 404, 404, 404}},
      {"GET", "/people/ada/events?after=x", nullptr, {401, 400, 400, 400, 400, 400}},
      {"GET", "/events/moons/submissions", nullptr, {401, 403, 200, 403, 200, 200}},
      {"POST", "/events/moons/submissions", code(), {401, 403, 201, 403, 403, 403}},
      {"POST", "/events/moons/tries", tried(), {401, 403, 201, 403, 201, 201}},
      {"POST", "/events/moons/rescore", json::object{{"kit_upload", "none"}}, {401, 403, 403, 403, 404, 404}},
      {"POST", "/events/moons/release", nullptr, {401, 403, 403, 403, 409, 409}},
      {"POST", "/events/moons/open", json::object(), {401, 403, 403, 403, 200, 200}},
      {"POST", "/events/moons/close", nullptr, {401, 403, 403, 403, 200, 200}},
      {"POST", "/events/moons/leave", nullptr, {401, 204, 409, 204, 204, 204}},
      {"POST", "/events/moons/join", nullptr, {401, 409, 200, 409, 409, 409}},
  };
  for (const auto& c : cases)
    for (std::size_t i = 0; i < std::size(askers); ++i) {
      const auto answer = askers[i]->send(c.method, c.path, c.body);
      EXPECT_EQ(answer.status, c.statuses[i])
          << c.method << " " << c.path << " by " << i << ": " << answer.body;
    }
}

TEST_P(EventRoutes, ACockpitShowsWhatFailsAndAPersonTheirEvents) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  auto ada = member(administrator, "Ada", "ada@example.org");
  make_event(olga);
  olga.post("/events/moons/open", json::object());
  ada.post("/events/moons/join");
  ada.post("/events/moons/submissions", code());
  sql("UPDATE submissions SET state = 'failed', reason_kind = 'nan', reason_phase = 'predict'");
  const auto cockpit = olga.get("/events/moons/cockpit");
  EXPECT_EQ(cockpit.at("participants").as_int64(), 1);
  EXPECT_EQ(cockpit.at("states").at("received").as_int64(), 1) << "as the board's room was told";
  EXPECT_EQ(cockpit.at("handed_in").at(0).at("count").as_int64(), 1);
  EXPECT_EQ(people::text_of(cockpit, "/failures/0/kind"), "nan");
  EXPECT_EQ(people::text_of(cockpit, "/failures/0/phase"), "predict");
  EXPECT_EQ(people::text_of(cockpit, "/failures/0/latest/team/name"), "Ada");
  EXPECT_TRUE(cockpit.at("queue").at("typical_seconds").is_null());
  EXPECT_EQ(people::text_of(olga.get("/people/ada/events"), "/items/0/role"), "participant");
  EXPECT_EQ(people::text_of(ada.get("/people/olga/events"), "/items/0/role"), "organiser");
  EXPECT_EQ(people::text_of(ada.get("/people/olga/events"), "/items/0/slug"), "moons");
  EXPECT_TRUE(ada.get("/people/olga/events").at("items").at(0).as_object().contains("mine"));
}

TEST_P(EventRoutes, AStreamTellsOfTheEventAndResumes) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  make_event(olga);
  const auto before = must(storage::last(*database_));
  olga.post("/events/moons/open", json::object());
  olga.post("/events/moons/close");
  auto client = must(web::Client::make("http://127.0.0.1:" + std::to_string(server_->port())));
  std::vector<std::string> states;
  must(client.listen("/api/v1/events/moons/stream", static_cast<std::uint64_t>(before),
                     [&](const web::Event& event) {
                       EXPECT_EQ(event.name, "event");
                       states.push_back(people::text_of(must(base::parse_json(event.data)), "/state"));
                       return states.size() == 2 ? web::GoOn::no : web::GoOn::yes;
                     }));
  EXPECT_EQ(states, (std::vector<std::string>{"open", "closed"}));
}

TEST_P(EventRoutes, ListsArePagedAndHoldWhatOneMaySee) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  pack_uploads();
  for (const auto* slug : {"one", "two", "three"}) {
    olga.post("/events", json::object{{"kit_upload", "kit"}, {"slug", slug}});
    pass_check();
  }
  olga.post("/events/one/open", json::object());
  olga.post("/events/three/open", json::object());
  EXPECT_EQ(stranger().get("/events").at("items").as_array().size(), 2u);
  const auto first = olga.get("/events?limit=2");
  EXPECT_EQ(people::text_of(first, "/items/0/slug"), "three");
  const auto second = olga.get("/events?limit=2&after=" + people::text_of(first, "/next"));
  ASSERT_EQ(second.at("items").as_array().size(), 1u);
  EXPECT_EQ(people::text_of(second, "/items/0/slug"), "one");
  EXPECT_TRUE(second.at("next").is_null());
  EXPECT_EQ(olga.get("/events?state=ready").at("items").as_array().size(), 1u);
}

TEST_P(EventRoutes, PeopleArePagedAndAnOrganiserWhoTakesPartIsThereTwice) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  auto ada = member(administrator, "Ada", "ada@example.org");
  make_event(olga);
  olga.post("/events/moons/open", json::object());
  olga.post("/events/moons/join");
  ada.post("/events/moons/join", json::object());
  std::string seen, after;
  for (int page = 0; page < 3; ++page) {
    const auto answer = ada.get("/events/moons/people?limit=1" + after);
    ASSERT_EQ(answer.at("items").as_array().size(), 1u) << page;
    seen += people::text_of(answer, "/items/0/role") + " " + people::text_of(answer, "/items/0/name") + "; ";
    after = "&after=" + people::text_of(answer, "/next");
    EXPECT_EQ(answer.at("next").is_null(), page == 2) << page;
  }
  EXPECT_EQ(seen, "organiser Olga; participant Olga; participant Ada; ");
  EXPECT_EQ(ada.get("/events/moons/people").at("items").as_array().size(), 3u);
  EXPECT_EQ(ada.status("GET", "/events/moons/people?after=organiser.nobody"), 400);
}

}  // namespace
}  // namespace events
