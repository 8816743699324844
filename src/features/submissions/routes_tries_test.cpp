// Tries over HTTP: their author's alone, and live.
#include "features/submissions/testing_routes.h"
#include "features/submissions/tries.h"

namespace {
using namespace submissions;
using people::Asker;
using people::text_of;

class TryRoutes : public WithRoutes {
 protected:
  void SetUp() override {
    WithRoutes::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    id_ = base::to_text(made(*problem_).id);
  }
  Try made(const ProblemId& problem) {
    const NewTry asked{problem, {"event", "E"}, *author_id_, {{"classifier.py", "x = 1\n"}}};
    auto tried = storage::transact(*database_, [&](storage::Transaction& tx) {
      return create_try(*submissions_, tx, asked, base::now());
    });
    if (!tried) throw std::runtime_error(tried.error().message + tried.error().detail);
    return *tried;
  }

  std::string id_;
};
INSTANTIATE_TEST_SUITE_P(Both, TryRoutes, storage::both_kinds(), storage::kind_name);

TEST_P(TryRoutes, AreTheirAuthorsAlone) {
  auto nobody = stranger(), other = joined("Charles Babbage", "charles@example.org");
  for (const auto& [method, path] :
       {std::pair("GET", "/tries/" + id_), std::pair("POST", "/tries/" + id_ + "/cancel")}) {
    EXPECT_EQ(nobody.status(method, path), 404) << method;
    EXPECT_EQ(other.status(method, path), 404) << method;
    EXPECT_EQ(chief_->status(method, path), 404) << method << ", an administrator too";
  }
  EXPECT_EQ(text_of(author_->get("/tries/" + id_), "/state"), "waiting");
  EXPECT_EQ(author_->status("GET", "/tries/nonsense"), 404);
  EXPECT_EQ(author_->status("GET", "/tries/01J9ZQ6W4T1V8N3M5K7R2B0XCD"), 404);
  EXPECT_EQ(author_->get("/me/submissions").at("items").as_array().size(), 0u);
  EXPECT_EQ(author_->get("/queue").at("waiting").as_int64(), 0) << "of submissions";
}

TEST_P(TryRoutes, CancelOnceForWhoMaySubmit) {
  auto reader = with_token(token("read")), submitter = with_token(token("submit"));
  EXPECT_EQ(reader.status("GET", "/tries/" + id_), 200);
  EXPECT_EQ(reader.status("POST", "/tries/" + id_ + "/cancel"), 403);
  const auto cancelled = submitter.send("POST", "/tries/" + id_ + "/cancel");
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(text_of(Asker::json_of(cancelled), "/state"), "cancelled");
  const auto twice = submitter.send("POST", "/tries/" + id_ + "/cancel");
  EXPECT_EQ(twice.status, 409);
  EXPECT_NE(twice.body.find("cancelled already"), std::string::npos) << twice.body;
}

TEST_P(TryRoutes, TellTheirAuthorsStream) {
  ASSERT_EQ(author_->status("POST", "/tries/" + id_ + "/cancel"), 200);
  web::ClientSettings settings;
  settings.token = token("read");
  auto client = web::Client::make("http://127.0.0.1:" + std::to_string(server_->port()), settings);
  ASSERT_TRUE(client);
  std::vector<std::string> states;
  auto heard = client->listen("/api/v1/me/stream", 0, [&](const web::Event& event) {
    if (event.name != "try") return web::GoOn::yes;
    const auto seen = *base::parse_json(event.data);
    EXPECT_EQ(text_of(seen, "/id"), id_);
    EXPECT_TRUE(seen.at("figure").is_null());
    states.push_back(text_of(seen, "/state"));
    return states.size() == 2 ? web::GoOn::no : web::GoOn::yes;
  });
  ASSERT_TRUE(heard) << heard.error().message;
  EXPECT_EQ(states, (std::vector<std::string>{"waiting", "cancelled"}));
}

}  // namespace
