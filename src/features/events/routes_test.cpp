// Events over a real server: the life of one, who may do what, what is shown to whom.
#include "features/events/routes.h"

#include "base/archive.h"
#include "features/events/testing.h"
#include "features/people/testing.h"

namespace events {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using people::Asker;

constexpr std::string_view kHidden = "a hidden row 0.987654321";

class EventRoutes : public people::WithServer {
 protected:
  std::vector<storage::Migration> more_migrations() override {
    const auto all = all_migrations();
    std::vector<storage::Migration> more;
    for (const auto& step : all)
      if (step.room != "storage" && step.room != "people") more.push_back(step);
    return more;
  }
  void open_rooms() override {
    if (!folder_) folder_.emplace(must(base::TemporaryFolder::make("agora-events-test")));
    submissions_ = must(submissions::Room::open(
        *database_, {.folder = folder_->path(), .home = folder_->path() / "home"}, {contest()}));
    events_ = must(Room::open(
        *database_, *submissions_,
        {.folder = folder_->path(),
         .server = "https://agora.example.org",
         .take_upload = [this](std::string_view id, std::string_view) -> base::Result<TakenUpload> {
           const auto file = folder_->path() / (std::string(id) + ".tar.gz");
           if (!fs::exists(file)) return base::not_found("there is no such upload");
           return TakenUpload{file, "two_moons.tar.gz"};
         },
         .drop_upload = [](std::string_view) {}}));
  }
  void add_parts(Parts& parts) override {
    for (auto& route : events_->routes()) parts.routes.push_back(std::move(route));
    for (auto& row : events_->permissions()) parts.rows.push_back(std::move(row));
    for (auto& schema : events_->schemas()) parts.schemas.push_back(schema);
    for (auto& rate : events_->rates()) parts.rates.push_back(rate);
    // The earlier room's routes, and so its schemas, are not here.
    for (const auto* name : {"Submission", "Try"})
      parts.schemas.push_back({name, R"({"type": "object", "required": ["id", "state"]})"});
  }

  void write(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    must(base::write_file(path, text));
  }
  void pack_uploads() {
    const auto kit = folder_->path() / "kit", data = folder_->path() / "hidden";
    write(kit / "problem.py", "problem_title = 'Two moons'\n");
    write(kit / "data/train.csv", "public\n");
    write(kit / "submissions/starting_kit/classifier.py", "x = 1\n");
    write(kit / "submissions/strong/classifier.py", "a baseline\n");
    write(data / "train.csv", kHidden);
    must(base::pack_tar_gz(must(base::files_below(kit)), folder_->path() / "kit.tar.gz"));
    must(base::pack_tar_gz(must(base::files_below(data)), folder_->path() / "data.tar.gz"));
  }
  // As the check of the kit leaves it.
  void pass_check() {
    sql("UPDATE problems SET state = 'ready', elements = '[\"classifier.py\"]', folds = 2, has_test = TRUE, "
        "submission_bytes = 1000000, score_columns = "
        "'[{\"name\":\"accuracy\",\"precision\":2,\"is_lower_the_better\":false}]'");
  }
  template <class... Values>
  void sql(std::string_view statement, const Values&... values) {
    must(storage::transact(*database_, [&](storage::Transaction& tx) -> base::Result<void> {
      auto rows = tx.query(statement, values...);
      if (!rows) return tl::unexpected(rows.error());
      return {};
    }));
  }
  Asker member(Asker& administrator, std::string_view name, std::string_view email,
               std::string_view role = {}) {
    json::object asked{{"email", email}};
    if (!role.empty()) asked["role"] = role;
    const auto code = people::text_of(administrator.post("/invitations", asked), "/code");
    return signed_up(name, email, code);
  }
  // An event in state `ready`, made by `organiser`.
  void make_event(Asker& organiser, json::object asked = {}) {
    pack_uploads();
    asked["kit_upload"] = "kit";
    asked["data_upload"] = "data";
    asked["slug"] = "moons";
    const auto made = organiser.send("POST", "/events", asked);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.headers.get("Location"), "/api/v1/events/moons");
    EXPECT_NE(made.body.find(R"("state": "checking")"), std::string::npos) << made.body;
    pass_check();
  }
  static json::object code(std::string_view text = "x = 2\n") {
    return {{"name", "mine"},
            {"files", json::array{json::object{{"path", "classifier.py"}, {"content", text}}}}};
  }
  static json::object tried() { return {{"files", code().at("files")}}; }
  void score(std::string_view submission, double valid, double test) {
    const submissions::SubmissionId id(must(base::ulid_from(submission)));
    sql("INSERT INTO visible_scores (submission, at, fold, name, train, valid) VALUES ($1, 0, -1, "
        "'accuracy', "
        "NULL, $2)",
        id, valid);
    sql("INSERT INTO test_scores (submission, at, fold, name, test) VALUES ($1, 0, -1, 'accuracy', $2)", id,
        test);
    sql("UPDATE submissions SET state = 'scored' WHERE id = $1", id);
    must(storage::transact(*database_, [&](storage::Transaction& tx) -> base::Result<void> {
      const auto found = submissions::find_submission(tx, id);
      if (!found) return tl::unexpected(found.error());
      return contest().changed(tx, **found, base::now());
    }));
  }

  std::optional<base::TemporaryFolder> folder_;
  std::unique_ptr<submissions::Room> submissions_;
  std::unique_ptr<Room> events_;
};
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

TEST_P(EventRoutes, TheStarterKitIsOfThePublicSideAlone) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  make_event(olga);
  olga.post("/events/moons/open", json::object());
  const auto answer = stranger().send("GET", "/events/moons/starter-kit");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.get("Content-Type"), "application/zip");
  EXPECT_FALSE(answer.headers.get("ETag").empty());
  const auto zip = folder_->path() / "got.zip";
  must(base::write_file(zip, answer.body));
  std::string all;
  for (const auto& file : must(base::unpack(zip, folder_->path() / "got")))
    all += file.path + "\n" + must(base::read_file(folder_->path() / "got" / file.path));
  EXPECT_NE(all.find("agora join moons"), std::string::npos);
  EXPECT_NE(all.find("data/train.csv"), std::string::npos);
  EXPECT_EQ(all.find("a hidden row"), std::string::npos);
  EXPECT_EQ(all.find("baseline"), std::string::npos);
  EXPECT_EQ(stranger().send("GET", "/events/moons/starter-kit").body, answer.body);
}

TEST_P(EventRoutes, CodeComesInsideJsonOrAsAnUploadedArchive) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  make_event(olga);
  olga.post("/events/moons/open", json::object());
  olga.post("/events/moons/join");
  write(folder_->path() / "code/mine/classifier.py", "x = 3\n");
  must(base::pack_tar_gz(must(base::files_below(folder_->path() / "code")), folder_->path() / "code.tar.gz"));
  const auto hand_in = [&](const json::object& body) {
    return olga.status("POST", "/events/moons/submissions", body);
  };
  EXPECT_EQ(hand_in({{"upload", "code"}}), 201) << "in one folder of its own";
  EXPECT_EQ(hand_in({{"upload", "none"}}), 404);
  EXPECT_EQ(hand_in({{"upload", "data"}}), 400) << "no classifier.py";
  EXPECT_EQ(hand_in({{"name", "neither"}}), 400);
  json::object file{{"path", "classifier.py"}, {"content", "eCA9IDEK"}, {"encoding", "base64"}};
  EXPECT_EQ(hand_in({{"files", json::array{file}}}), 201);
  file["content"] = "?";
  EXPECT_EQ(hand_in({{"files", json::array{file}}}), 400);
  file = {{"path", "../classifier.py"}, {"content", "x = 1"}};
  EXPECT_EQ(hand_in({{"files", json::array{file}}}), 400);
  const auto list = olga.get("/events/moons/submissions?limit=1");
  EXPECT_EQ(list.at("items").as_array().size(), 1u);
  EXPECT_EQ(list.at("items").at(0).at("number").as_int64(), 2);
  const auto rest = olga.get("/events/moons/submissions?after=" + people::text_of(list, "/next"));
  EXPECT_EQ(rest.at("items").as_array().size(), 1u);
}

TEST_P(EventRoutes, ATryIsMadeOnceForAKeyAndNamesWhatIsWrong) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  make_event(olga);
  olga.extra.set("Idempotency-Key", "one-try");
  const auto made = olga.send("POST", "/events/moons/tries", tried());
  ASSERT_EQ(made.status, 201) << made.body;
  const auto id = people::text_of(Asker::json_of(made), "/id");
  EXPECT_EQ(made.headers.get("Location"), "/api/v1/tries/" + id);
  EXPECT_EQ(people::text_of(Asker::json_of(made), "/state"), "waiting");
  EXPECT_EQ(people::text_of(olga.post("/events/moons/tries", tried()), "/id"), id);
  olga.extra = {};
  EXPECT_NE(people::text_of(olga.post("/events/moons/tries", tried()), "/id"), id);
  const auto refused = [&](const json::object& body) {
    return olga.send("POST", "/events/moons/tries", body);
  };
  EXPECT_EQ(refused(json::object()).status, 400);
  EXPECT_EQ(refused({{"upload", "code"}}).status, 400) << "files alone";
  json::object file{{"path", "regressor.py"}, {"content", "x = 1\n"}};
  const auto lacks = refused({{"files", json::array{file}}});
  EXPECT_EQ(lacks.status, 400);
  EXPECT_NE(lacks.body.find("classifier.py"), std::string::npos) << lacks.body;
  file = {{"path", "classifier.py"}, {"content", "?"}, {"encoding", "base64"}};
  EXPECT_EQ(refused({{"files", json::array{file}}}).status, 400);
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

TEST_P(EventRoutes, TheFilesAreThoseOfTheStarterKit) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  pack_uploads();
  write(folder_->path() / "kit/data/notes.html", "<script>1</script>\n");
  must(base::pack_tar_gz(must(base::files_below(folder_->path() / "kit")), folder_->path() / "kit.tar.gz"));
  olga.post("/events", json::object{{"kit_upload", "kit"}, {"data_upload", "data"}, {"slug", "moons"}});
  EXPECT_EQ(olga.status("GET", "/events/moons/files"), 409) << "not checked yet";
  pass_check();
  EXPECT_EQ(stranger().status("GET", "/events/moons/files"), 404) << "not announced";
  const auto list = olga.get("/events/moons/files");
  std::string seen;
  for (const auto& file : list.at("items").as_array())
    seen += people::text_of(file, "/role") + " " + people::text_of(file, "/path") + "; ";
  EXPECT_EQ(seen,
            "other README.md; data data/notes.html; data data/train.csv; problem problem.py; "
            "starter submissions/starting_kit/classifier.py; ");
  const auto data = olga.send("GET", "/events/moons/files/data/train.csv");
  EXPECT_EQ(data.body, "public\n");
  EXPECT_EQ(data.headers.get("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_FALSE(data.headers.get("ETag").empty());
  EXPECT_FALSE(data.headers.get("Digest").empty());
  olga.extra.set("Range", "bytes=0-2");
  EXPECT_EQ(olga.send("GET", "/events/moons/files/data/train.csv").body, "pub");
  olga.extra.remove("Range");
  const auto page = olga.send("GET", "/events/moons/files/data/notes.html");
  EXPECT_EQ(page.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_TRUE(page.headers.get("Content-Security-Policy").starts_with("sandbox"));
  EXPECT_NE(olga.send("GET", "/events/moons/files/README.md").body.find("agora join moons"),
            std::string::npos);
  for (const auto* path : {"submissions/strong/classifier.py", "data/none.csv", "data/%2e%2e/problem.py",
                           "..%2f..%2fdata.tar.gz", "data//train.csv", "kit.toml"})
    EXPECT_EQ(olga.status("GET", "/events/moons/files/" + std::string(path)), 404) << path;
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
