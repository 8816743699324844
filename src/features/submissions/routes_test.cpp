// This room's routes behind a real server, for everybody who could ask. No judge: what it would have written
// is written here.
#include "features/submissions/store_events.h"
#include "features/submissions/testing_routes.h"

namespace {
using namespace submissions;
using people::Asker;
using people::text_of;

// "organiser" of the event E by grant; scores on the test part once `released`.
Contest contest_of(const bool& released) {
  auto contest = test_contest();
  contest.sight = [&released](storage::Session&, const people::Viewer& viewer, const Submission& submission,
                              base::Instant now) -> base::Result<Sight> {
    Sight sight;
    sight.is_author = viewer.person && viewer.person->id == submission.author;
    sight.manages = people::has_role(viewer, people::kOrganiser, submission.contest, now);
    sight.sees = sight.is_author || sight.manages || released;
    sight.sees_code = sight.is_author || sight.manages;
    sight.sees_test = released;
    return sight;
  };
  return contest;
}

class Routes : public WithRoutes {
 protected:
  Contest contest() override { return contest_of(released_); }
  void SetUp() override {
    WithRoutes::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    other_.emplace(joined("Charles Babbage", "charles@example.org"));
    submission_.emplace(add_submission());
  }
  SubmissionId add_submission() {
    NewSubmission asked{.problem = *problem_,
                        .contest = {"event", "E"},
                        .team = "team",
                        .team_name = "Team",
                        .author = *author_id_,
                        .name = "two trees",
                        .files = {{"classifier.py", "x = 1\n"}, {"notes/read.me", "hello"}}};
    auto kept = submissions_->keep_files(asked);
    EXPECT_TRUE(kept) << kept.error().message;
    auto made = storage::transact(
        *database_, [&](storage::Transaction& tx) { return submissions_->create(tx, asked, base::now()); });
    EXPECT_TRUE(made) << made.error().message << made.error().detail;
    return made->id;
  }
  // As the judge's job would leave it: scored, with secrets in the log and on the test part.
  void score() {
    evaluation::Evaluation evaluation;
    evaluation.columns = {{"accuracy", 3, false}};
    evaluation.has_test = true;
    evaluation.folds = {{.train = {0.9}, .valid = {0.8}, .test = {0.123456}}};
    evaluation.bagged_valid = {0.85};
    evaluation.bagged_test = {0.654321};
    auto blob = submissions_->parts().blobs.put("PLANTED output");
    ASSERT_TRUE(blob);
    auto done = storage::transact(*database_, [&](storage::Transaction& tx) -> base::Result<void> {
      auto kept = expect_kept(tx, *submission_);
      if (!kept) return tl::unexpected(kept.error());
      kept->submission.state = State::scored;
      if (auto put = put_scores(tx, *submission_, evaluation); !put) return put;
      KeptEvaluation hidden{.submission = *submission_, .step = Step::hidden, .run = 1, .problem = *problem_};
      hidden.output_blob = blob->name;
      if (auto put = put_evaluation(tx, hidden); !put) return put;
      return save_and_tell(submissions_->parts(), tx, *kept, base::now());
    });
    ASSERT_TRUE(done) << done.error().message << done.error().detail;
  }
  std::string path(std::string_view below = "") const {
    return "/submissions/" + base::to_text(*submission_) + std::string(below);
  }

  bool released_ = false;
  std::optional<Asker> other_;
  std::optional<SubmissionId> submission_;
};
INSTANTIATE_TEST_SUITE_P(Both, Routes, storage::both_kinds(), storage::kind_name);

TEST_P(Routes, AnswerEachAsMuchAsTheyMayKnow) {
  struct Case {
    const char* method;
    std::string path;
    int stranger, other, author, administrator;
  };
  const Case cases[] = {
      {"GET", path(), 404, 404, 200, 200},
      {"GET", path("/log"), 404, 404, 200, 200},
      {"GET", path("/files"), 404, 404, 200, 200},
      {"GET", path("/files/classifier.py"), 404, 404, 200, 200},
      {"GET", path("/files/none.py"), 404, 404, 404, 404},
      {"POST", path("/rerun"), 404, 404, 403, 409},
      {"POST", path("/cancel"), 404, 404, 200, 409},
      {"POST", path("/rerun"), 404, 404, 403, 200},
      {"GET", "/submissions/nonsense", 404, 404, 404, 404},
      {"GET", "/submissions/01J9ZQ6W4T1V8N3M5K7R2B0XCD", 404, 404, 404, 404},
      {"GET", "/me/submissions", 401, 200, 200, 200},
      {"GET", "/queue", 401, 200, 200, 200},
      {"GET", "/me/stream", 401, 0, 0, 0},
  };
  auto nobody = stranger();
  for (const auto& c : cases) {
    const auto what = std::string(c.method) + " " + c.path;
    EXPECT_EQ(nobody.status(c.method, c.path), c.stranger) << what;
    if (c.other == 0) continue;  // a stream has no end
    EXPECT_EQ(other_->status(c.method, c.path), c.other) << what;
    EXPECT_EQ(author_->status(c.method, c.path), c.author) << what;
    EXPECT_EQ(chief_->status(c.method, c.path), c.administrator) << what;
  }
}

TEST_P(Routes, ShowASubmissionToItsAuthor) {
  const auto shown = author_->get(path());
  EXPECT_EQ(text_of(shown, "/state"), "received");
  EXPECT_EQ(text_of(shown, "/name"), "two trees");
  EXPECT_EQ(text_of(shown, "/event/slug"), "the-event");
  EXPECT_EQ(text_of(shown, "/author/handle"), "ada-lovelace");
  EXPECT_EQ(text_of(shown, "/team/name"), "Team");
  EXPECT_EQ(shown.at("queue").at("place").as_int64(), 1);
  EXPECT_EQ(text_of(shown, "/official"), "accuracy");
  const auto files = author_->get(path("/files"));
  ASSERT_EQ(files.at("items").as_array().size(), 2u);
  const auto file = author_->send("GET", path("/files/notes/read.me"));
  EXPECT_EQ(file.body, "hello");
  EXPECT_EQ(file.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_NE(file.headers.get("Content-Disposition").find("attachment"), std::string::npos);
}

TEST_P(Routes, ShowTestScoresAndHiddenOutputToNobodyBeforeTheRelease) {
  score();
  const auto is_clean = [](const std::string& text) {
    return text.find("0.123456") == std::string::npos && text.find("0.654321") == std::string::npos &&
           text.find("PLANTED") == std::string::npos && text.find("test") == std::string::npos;
  };
  for (auto* asker : {&*author_, &*chief_})
    for (const auto& at : {path(), path("/log"), std::string("/me/submissions"), path("/files")}) {
      const auto answer = asker->send("GET", at);
      EXPECT_TRUE(is_clean(answer.body)) << at << " " << answer.body;
    }
  auto told = told_since(*database_, 0, 100, {topic_of(*author_id_), topic_of(*submission_)});
  ASSERT_TRUE(told);
  EXPECT_GE(told->size(), 4u);
  for (const auto& one : *told) EXPECT_TRUE(is_clean(one.payload)) << one.payload;
  const auto shown = author_->get(path());
  EXPECT_DOUBLE_EQ(shown.at("scores").at("accuracy").at("bagged_valid").as_double(), 0.85);
  released_ = true;
  const auto after = author_->get(path());
  EXPECT_DOUBLE_EQ(after.at("scores").at("accuracy").at("bagged_test").as_double(), 0.654321);
  EXPECT_DOUBLE_EQ(after.at("folds").as_array()[0].at("test").at("accuracy").as_double(), 0.123456);
}

TEST_P(Routes, ListMinePageByPage) {
  const auto first = *submission_;
  const auto second = add_submission();
  const auto page = author_->get("/me/submissions?limit=1");
  ASSERT_EQ(page.at("items").as_array().size(), 1u);
  EXPECT_EQ(text_of(page, "/items/0/id"), base::to_text(second));
  const auto rest = author_->get("/me/submissions?limit=1&after=" + text_of(page, "/next"));
  EXPECT_EQ(text_of(rest, "/items/0/id"), base::to_text(first));
  EXPECT_TRUE(rest.at("next").is_null());
  EXPECT_EQ(author_->status("GET", "/me/submissions?after=nonsense"), 400);
  EXPECT_EQ(other_->get("/me/submissions").at("items").as_array().size(), 0u);
  EXPECT_EQ(author_->get("/queue").at("waiting").as_int64(), 2);
}

TEST_P(Routes, AskTokensForTheirScopes) {
  auto reader = with_token(token("read"));
  EXPECT_EQ(reader.status("GET", path()), 200);
  EXPECT_EQ(reader.status("POST", path("/cancel")), 403);
  auto submitter = with_token(token("submit"));
  EXPECT_EQ(submitter.status("POST", path("/cancel")), 200);
}

TEST_P(Routes, StreamWhatHappensToOnesOwn) {
  web::ClientSettings settings;
  settings.token = token("read");
  auto client = web::Client::make("http://127.0.0.1:" + std::to_string(server_->port()), settings);
  ASSERT_TRUE(client);
  std::vector<std::string> states;
  auto heard = client->listen("/api/v1/me/stream", 0, [&](const web::Event& event) {
    if (event.name != "submission") return web::GoOn::yes;
    auto parsed = base::parse_json(event.data);
    EXPECT_TRUE(parsed) << event.data;
    states.push_back(text_of(*parsed, "/state"));
    return web::GoOn::no;
  });
  ASSERT_TRUE(heard) << heard.error().message;
  EXPECT_EQ(states, std::vector<std::string>{"received"});
}

TEST_P(Routes, StreamWhatOtherRoomsTellTheirPersonAlone) {
  const auto before = told_last(*database_);
  ASSERT_TRUE(before);
  const people::PersonId other(*base::ulid_from(text_of(other_->get("/me"), "/person/id")));
  const std::pair<people::PersonId, std::string> all[] = {{other, "{\"n\":1}"}, {*author_id_, "{\"n\":2}"}};
  for (const auto& [person, payload] : all) {
    const storage::Event event{
        .topic = topic_of(person), .kind = "notification", .payload = payload, .at = base::now()};
    auto told =
        storage::transact(*database_, [&](storage::Transaction& tx) { return storage::append(tx, event); });
    ASSERT_TRUE(told) << told.error().message;
  }
  web::ClientSettings settings;
  settings.token = token("read");
  auto client = web::Client::make("http://127.0.0.1:" + std::to_string(server_->port()), settings);
  ASSERT_TRUE(client);
  web::Event first;
  const auto after = static_cast<std::uint64_t>(*before);
  auto heard = client->listen("/api/v1/me/stream", after, [&](const web::Event& event) {
    first = event;
    return web::GoOn::no;
  });
  ASSERT_TRUE(heard) << heard.error().message;
  EXPECT_EQ(first.name, "notification");
  EXPECT_EQ(first.data, "{\"n\":2}");
}

TEST_P(Routes, WriteActsOfPowerIntoTheAuditLog) {
  EXPECT_EQ(chief_->status("POST", path("/cancel")), 200);
  EXPECT_EQ(chief_->status("POST", path("/rerun")), 200);
  std::string acts;
  const auto log = chief_->get("/audit?limit=200");
  for (const auto& item : log.at("items").as_array()) acts += text_of(item, "/what") + " ";
  EXPECT_NE(acts.find("submission.cancel"), std::string::npos) << acts;
  EXPECT_NE(acts.find("submission.rerun"), std::string::npos) << acts;
}

}  // namespace
