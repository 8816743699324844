// For this room's tests: the room on a real database with people and a contest that lets everybody in, and,
// where a test asks for it, an executor with the real judge.
#pragma once
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/archive.h"
#include "base/config.h"
#include "base/files.h"
#include "base/log.h"
#include "features/submissions/jobs.h"
#include "features/submissions/store.h"
#include "machine/storage/events.h"
#include "machine/storage/testing.h"

namespace submissions {

namespace fs = std::filesystem;

inline std::vector<storage::Migration> all_migrations() {
  std::vector<storage::Migration> all;
  for (const auto steps :
       {storage::migrations(), people::migrations(), engine::migrations(), submissions::migrations()})
    all.insert(all.end(), steps.begin(), steps.end());
  return all;
}

// A person without a password.
inline people::PersonId add_person(const storage::Database& database, std::string_view handle) {
  const people::PersonId id(base::make_ulid(base::now()));
  auto added = storage::transact(database, [&](storage::Transaction& tx) {
    return tx.query(
        "INSERT INTO people (id, handle, name, email, standing, password_hash, created) VALUES ($1, $2, $2, "
        "$3, "
        "'active', '', $4)",
        id, handle, fmt::format("{}@example.org", handle), base::now());
  });
  EXPECT_TRUE(added) << added.error().message << added.error().detail;
  return id;
}

// The contest of these tests: it notes what it hears, in a table of its own, in the same transaction.
inline Contest test_contest() {
  Contest contest;
  contest.kind = "event";
  contest.sight = [](storage::Session&, const people::Viewer& viewer, const Submission& submission,
                     base::Instant) -> base::Result<Sight> {
    const bool is_author = viewer.person && viewer.person->id == submission.author;
    return Sight{.sees = true, .sees_code = is_author, .is_author = is_author};
  };
  contest.changed = [](storage::Transaction& tx, const Submission& submission,
                       base::Instant now) -> base::Result<void> {
    auto noted = tx.query("INSERT INTO heard (submission, state, at) VALUES ($1, $2, $3)", submission.id,
                          word_for(submission.state), now);
    if (!noted) return tl::unexpected(noted.error());
    return {};
  };
  contest.slug = [](storage::Session&, const std::string&) -> base::Result<std::string> {
    return "the-event";
  };
  return contest;
}

inline storage::Migration heard_migration() {
  return {"heard", 1, "heard",
          "CREATE TABLE heard (at {{instant}} NOT NULL, submission {{id}} NOT NULL, state {{text}} NOT NULL) "
          "{{strict}};"};
}

// A problem as a finished check would leave it, without any kit.
inline KeptProblem problem_of(const people::PersonId& by) {
  KeptProblem kept{.problem = {.id = ProblemId(base::make_ulid(base::now())), .name = "p", .title = "P"},
                   .by = by};
  kept.problem.state = ProblemState::ready;
  kept.problem.elements = {"classifier.py"};
  kept.problem.columns = {{"accuracy", 3, false}, {"loss", 2, true}};
  kept.problem.folds = 2;
  kept.problem.has_test = true;
  kept.problem.environment = "default";
  kept.problem.submission_bytes = 1000;
  kept.kit_blob = std::string(64, 'a');
  return kept;
}

class WithRoom : public storage::OnBoth {
 protected:
  void SetUp() override {
    OnBoth::SetUp();
    if (IsSkipped()) return;
    base::set_log(base::LogLevel::off, base::LogForm::text);
    auto migrations = all_migrations();
    migrations.push_back(heard_migration());
    database_.emplace(open(migrations));
    author_ = add_person(*database_, "ada");
    auto folder = base::TemporaryFolder::make("agora-test");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    open_room();
  }
  void TearDown() override {
    executor_.reset();
    room_.reset();
  }

  virtual std::vector<Contest> contests() { return {test_contest()}; }

  void open_room() {
    executor_.reset();
    room_.reset();
    auto room = Room::open(*database_,
                           {.folder = folder_->path() / "center",
                            .home = base::agora_home(),
                            .warden = fs::path(AGORA_BINARY_DIR) / "agora-warden"},
                           contests());
    ASSERT_TRUE(room) << room.error().message;
    room_ = std::move(*room);
  }

  void start_executor(int threads = 2) {
    engine::Worker worker{
        .name = "test", .types = {"evaluate", "check-problem", "rescore", "try"}, .ended = ended(*room_)};
    worker.lease = base::Seconds(60);
    executor_ = engine::LocalExecutor::start({.threads = threads, .beat = base::Seconds(0.2)},
                                             engine::source_of(*database_, worker), handlers(*room_));
  }

  ProblemId ready_problem() {
    const auto kept = problem_of(author_);
    auto put =
        storage::transact(*database_, [&](storage::Transaction& tx) { return insert_problem(tx, kept); });
    EXPECT_TRUE(put) << put.error().message << put.error().detail;
    return kept.problem.id;
  }

  NewSubmission asked(const ProblemId& problem, std::string code = "print(1)\n", std::string team = "team") {
    return {.problem = problem,
            .contest = {"event", "E"},
            .team = team,
            .team_name = team,
            .author = author_,
            .name = "",
            .files = {{"classifier.py", std::move(code)}}};
  }

  Submission create(const NewSubmission& asked) {
    auto kept = room_->keep_files(asked);
    EXPECT_TRUE(kept) << kept.error().message;
    auto made = storage::transact(
        *database_, [&](storage::Transaction& tx) { return room_->create(tx, asked, base::now()); });
    if (!made) throw std::runtime_error(made.error().message + made.error().detail);
    return std::move(*made);
  }

  Submission look(const SubmissionId& id) {
    auto found =
        storage::read(*database_, [&](storage::Snapshot& seen) { return find_submission(seen, id); });
    if (!found || !*found) throw std::runtime_error("no such submission");
    return std::move(**found);
  }

  template <class Condition>
  bool comes_true(Condition condition, std::chrono::seconds within = std::chrono::seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  Submission until_ended(const SubmissionId& id) {
    EXPECT_TRUE(comes_true([&] { return has_ended(look(id).state); })) << word_for(look(id).state);
    return look(id);
  }

  base::json::value view(const SubmissionId& id, const Sight& sight) {
    auto shown = storage::read(
        *database_, [&](storage::Snapshot& seen) { return room_->view(seen, look(id), sight, base::now()); });
    EXPECT_TRUE(shown) << shown.error().message << shown.error().detail;
    return shown ? *shown : base::json::value();
  }
  // The states that the contest heard of, in order: "received trial running scored".
  std::string heard(const SubmissionId& id) {
    auto rows = database_->query("SELECT state FROM heard WHERE submission = $1 ORDER BY at", id);
    EXPECT_TRUE(rows);
    std::string all;
    const auto states = rows->map([](storage::Row row) { return row.get<std::string>("state"); });
    for (const auto& state : *states) all += (all.empty() ? "" : " ") + state;
    return all;
  }
  template <class T>
  T one(std::string_view sql) {
    auto rows = database_->query(sql);
    if (!rows) throw std::runtime_error(rows.error().message + rows.error().detail);
    return rows->value<T>().value();
  }

  std::optional<storage::Database> database_;
  std::optional<base::TemporaryFolder> folder_;
  people::PersonId author_{base::Ulid{}};
  std::unique_ptr<Room> room_;
  std::unique_ptr<engine::LocalExecutor> executor_;
};

}  // namespace submissions
