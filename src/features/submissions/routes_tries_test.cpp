// Tries over HTTP: their author's alone, and live.
#include "features/people/testing.h"
#include "features/submissions/parts.h"
#include "features/submissions/routes.h"
#include "features/submissions/testing.h"
#include "features/submissions/tries.h"

namespace {
using namespace submissions;
using people::Asker;
using people::text_of;

class TryRoutes : public people::WithServer {
 protected:
  std::vector<storage::Migration> more_migrations() override {
    std::vector<storage::Migration> more;
    for (const auto steps : {engine::migrations(), submissions::migrations()})
      more.insert(more.end(), steps.begin(), steps.end());
    more.push_back(heard_migration());
    return more;
  }
  void open_rooms() override {
    auto folder = base::TemporaryFolder::make("agora-test");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    auto room = submissions::Room::open(*database_, {.folder = folder_->path(), .home = folder_->path()},
                                        {test_contest()});
    ASSERT_TRUE(room) << room.error().message;
    submissions_ = std::move(*room);
  }
  void add_parts(Parts& parts) override {
    for (auto& route : submissions::routes(*submissions_)) parts.routes.push_back(std::move(route));
    for (auto& row : submissions::permissions(*submissions_)) parts.rows.push_back(std::move(row));
    for (const auto& schema : submissions::schemas()) parts.schemas.push_back(schema);
  }
  void SetUp() override {
    WithServer::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    chief_.emplace(administrator());
    author_.emplace(joined("Ada Lovelace", "ada@example.org"));
    author_id_.emplace(*base::ulid_from(text_of(author_->get("/me"), "/person/id")));
    auto kept = problem_of(*author_id_);
    auto put =
        storage::transact(*database_, [&](storage::Transaction& tx) { return insert_problem(tx, kept); });
    ASSERT_TRUE(put) << put.error().message << put.error().detail;
    id_ = base::to_text(made(kept.problem.id).id);
  }
  void TearDown() override {
    WithServer::TearDown();
    submissions_.reset();
  }

  Asker joined(std::string_view name, std::string_view email) {
    const auto invitation = chief_->post("/invitations", base::json::object{{"email", email}});
    return signed_up(name, email, text_of(invitation, "/code"));
  }
  Try made(const ProblemId& problem) {
    const NewTry asked{problem, {"event", "E"}, *author_id_, {{"classifier.py", "x = 1\n"}}};
    auto tried = storage::transact(*database_, [&](storage::Transaction& tx) {
      return create_try(*submissions_, tx, asked, base::now());
    });
    if (!tried) throw std::runtime_error(tried.error().message + tried.error().detail);
    return *tried;
  }
  std::string token(std::string_view scope) {
    const auto made = author_->post(
        "/me/tokens",
        base::json::object{{"name", scope}, {"scopes", base::json::array{base::json::value(scope)}}});
    return text_of(made, "/token");
  }

  std::optional<base::TemporaryFolder> folder_;
  std::unique_ptr<submissions::Room> submissions_;
  std::optional<Asker> chief_, author_;
  std::optional<people::PersonId> author_id_;
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
