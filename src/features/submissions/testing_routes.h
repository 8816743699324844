// For tests of this room's routes: a real server with this room's, an administrator, an author, and a problem
// that was checked. No judge.
#pragma once
#include "features/people/testing.h"
#include "features/submissions/parts.h"
#include "features/submissions/routes.h"
#include "features/submissions/testing.h"

namespace submissions {

class WithRoutes : public people::WithServer {
 protected:
  virtual Contest contest() { return test_contest(); }

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
                                        {contest()});
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
    author_id_.emplace(*base::ulid_from(people::text_of(author_->get("/me"), "/person/id")));
    auto kept = problem_of(*author_id_);
    auto put =
        storage::transact(*database_, [&](storage::Transaction& tx) { return insert_problem(tx, kept); });
    ASSERT_TRUE(put) << put.error().message << put.error().detail;
    problem_.emplace(kept.problem.id);
  }
  void TearDown() override {
    WithServer::TearDown();
    submissions_.reset();
  }

  people::Asker joined(std::string_view name, std::string_view email) {
    const auto invitation = chief_->post("/invitations", base::json::object{{"email", email}});
    return signed_up(name, email, people::text_of(invitation, "/code"));
  }
  std::string token(std::string_view scope) {
    const auto made = author_->post(
        "/me/tokens",
        base::json::object{{"name", scope}, {"scopes", base::json::array{base::json::value(scope)}}});
    return people::text_of(made, "/token");
  }

  std::optional<base::TemporaryFolder> folder_;
  std::unique_ptr<submissions::Room> submissions_;
  std::optional<people::Asker> chief_, author_;
  std::optional<people::PersonId> author_id_;
  std::optional<ProblemId> problem_;
};

}  // namespace submissions
