// For this room's tests: a center with people, a problem that was checked, and submissions as the earlier
// room leaves them, on both databases.
#pragma once
#include <deque>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "features/events/store_acts.h"
#include "machine/engine/queue.h"
#include "machine/storage/events.h"
#include "machine/storage/testing.h"

namespace events {

using namespace std::chrono_literals;
using base::Instant;

inline const Instant kNoon = *base::instant_from_rfc3339("2026-03-01T12:00:00Z");

inline std::vector<storage::Migration> all_migrations() {
  std::vector<storage::Migration> all;
  for (const auto steps : {storage::migrations(), people::migrations(), forum::migrations(),
                           engine::migrations(), submissions::migrations(), events::migrations()})
    all.insert(all.end(), steps.begin(), steps.end());
  return all;
}

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + "; " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Center : public storage::OnBoth {
 protected:
  void SetUp() override {
    OnBoth::SetUp();
    if (IsSkipped()) return;
    const auto steps = all_migrations();
    db_.emplace(open(steps, {.connections = 8, .durability = durability(), .patience = 30s}));
  }
  virtual storage::Durability durability() const { return storage::Durability::off; }
  const storage::Database& db() const { return *db_; }

  template <class... Values>
  void sql(std::string_view statement, const Values&... values) {
    must(storage::transact(db(), [&](storage::Transaction& tx) -> base::Result<void> {
      auto rows = tx.query(statement, values...);
      if (!rows) return tl::unexpected(rows.error());
      return {};
    }));
  }

  people::Person person(const std::string& handle, const std::string& name) {
    people::Person made{people::PersonId(base::make_ulid(kNoon)), handle, name, handle + "@example.org"};
    sql("INSERT INTO people (id, handle, name, email, standing, password_hash, created) "
        "VALUES ($1, $2, $3, $4, 'active', '', $5)",
        made.id, made.handle, made.name, made.email, kNoon);
    return made;
  }

  submissions::Problem problem(std::string_view state = "ready", bool is_practice = false) {
    const submissions::ProblemId id(base::make_ulid(kNoon));
    sql("INSERT INTO problems (id, name, title, statement, state, kit_blob, data_blob, findings, elements, "
        "score_columns, folds, has_test, environment, submission_bytes, created_by, created) VALUES "
        "($1, 'two_moons', 'Two moons', '# Moons', $2, 'k', $3, '[]', '[\"classifier.py\"]', $4, 2, TRUE, "
        "'default', 1000000, $6, $5)",
        id, state, is_practice ? std::optional<std::string>() : std::optional<std::string>("d"),
        R"([{"name":"accuracy","precision":2,"is_lower_the_better":false},)"
        R"({"name":"nll","precision":3,"is_lower_the_better":true}])",
        kNoon, organiser().id);
    return *must(storage::read(db(), [&](storage::Snapshot& s) { return submissions::find_problem(s, id); }));
  }

  people::Act act(std::string what) {
    return {.who = organiser().id, .from = "test", .what = std::move(what), .object = {}};
  }
  const people::Person& organiser() {
    if (!organiser_) organiser_ = person("olga", "Olga");
    return *organiser_;
  }

  // Open since an hour.
  Seen open_event(Quota quota = {}, bool is_practice = false) {
    return must(create_event(db(), {.slug = "moons", .opens = kNoon - 1h, .quota = quota},
                             problem("ready", is_practice), act("event.create"), kNoon - 2h));
  }

  people::Viewer viewer(const people::Person& who) {
    people::Viewer seen{.person = who};
    seen.grants =
        must(storage::read(db(), [&](storage::Snapshot& s) -> base::Result<std::vector<people::Grant>> {
          std::vector<people::Grant> mine;
          const auto events = list_events(s, {}, 100);
          if (!events) return tl::unexpected(events.error());
          for (const auto& event : *events) {
            const auto grants = people::grants_on(s, ref_of(event.id), kNoon);
            if (!grants) return tl::unexpected(grants.error());
            for (const auto& grant : *grants)
              if (grant.subject.id == base::to_text(who.id)) mine.push_back(grant);
          }
          return mine;
        }));
    return seen;
  }

  // A submission's row as the earlier room writes it, and what it tells this one.
  submissions::Submission hand_in(const Seen& seen, const people::Person& who, const Team& team,
                                  std::string_view state, Instant now = kNoon) {
    const submissions::SubmissionId id(base::make_ulid(now));
    const int number = ++numbers_[base::to_text(team.id)];
    sql("INSERT INTO submissions (id, problem, contest_kind, contest_id, team, team_name, author, name, "
        "number, runs, attempt, state, code_hash, size_bytes, folds_done, folds, created, fit_seconds, "
        "predict_seconds) VALUES ($1, $2, 'event', $3, $4, $5, $6, $7, $8, 1, 1, $9, 'h', 1, 0, 2, $10, 1.5, "
        "0.25)",
        id, seen.event.problem, base::to_text(seen.event.id), base::to_text(team.id), team.name, who.id,
        fmt::format("try {}", number), number, state, now);
    tell(id, now);
    return submission(id);
  }
  void set_state(const submissions::SubmissionId& id, std::string_view state, Instant now = kNoon) {
    sql("UPDATE submissions SET state = $2 WHERE id = $1", id, state);
    tell(id, now);
  }
  void set_scores(const submissions::SubmissionId& id, double accuracy, double nll, double test) {
    for (const auto* table : {"visible_scores", "test_scores"})
      sql(fmt::format("DELETE FROM {} WHERE submission = $1", table), id);
    for (const auto& [at, name, score] : {std::tuple(0, "accuracy", accuracy), std::tuple(1, "nll", nll)}) {
      for (int fold = -1; fold < 2; ++fold) {
        sql("INSERT INTO visible_scores (submission, at, fold, name, train, valid) VALUES ($1, $2, $3, $4, "
            "$5, $6)",
            id, at, fold, name, fold < 0 ? std::optional<double>() : std::optional(score), score);
        sql("INSERT INTO test_scores (submission, at, fold, name, test) VALUES ($1, $2, $3, $4, $5)", id, at,
            fold, name, at == 0 ? test : 1 - test);
      }
    }
  }
  submissions::Submission scored(const Seen& seen, const people::Person& who, const Team& team,
                                 double accuracy, Instant now = kNoon, double test = 0.123456) {
    const auto made = hand_in(seen, who, team, "running", now);
    set_scores(made.id, accuracy, 1 - accuracy, test);
    set_state(made.id, "scored", now);
    return submission(made.id);
  }
  submissions::Submission submission(const submissions::SubmissionId& id) {
    return *must(
        storage::read(db(), [&](storage::Snapshot& s) { return submissions::find_submission(s, id); }));
  }
  void tell(const submissions::SubmissionId& id, Instant now) {
    const auto told = submission(id);
    must(storage::transact(db(), [&](storage::Transaction& tx) { return contest().changed(tx, told, now); }));
  }

  std::vector<storage::Event> news(std::string_view kind = {}) {
    auto all = must(storage::tail(db(), 0, 10000));
    std::erase_if(all, [&](const storage::Event& e) { return !kind.empty() && e.kind != kind; });
    return all;
  }

 private:
  std::optional<storage::Database> db_;
  std::optional<people::Person> organiser_;
  std::map<std::string, int> numbers_;
};

// With the real room of submissions, whose jobs nobody does here.
class CenterWithSubmissions : public Center {
 protected:
  void SetUp() override {
    Center::SetUp();
    if (IsSkipped()) return;
    folder_.emplace(must(base::TemporaryFolder::make("agora-events-test")));
    room_ = must(submissions::Room::open(db(), {.folder = folder_->path(), .home = folder_->path() / "home"},
                                         {contest()}));
  }

  std::optional<base::TemporaryFolder> folder_;
  std::unique_ptr<submissions::Room> room_;
};

}  // namespace events
