#include "features/events/board.h"

#include "features/events/store_boards.h"
#include "features/events/testing.h"

namespace events {
namespace {

using Columns = std::vector<evaluation::ScoreColumn>;

const Columns kColumns{{"accuracy", 2, false}, {"nll", 3, true}};

RowPointer row_of(int at, int team, std::optional<double> accuracy, double nll,
                  std::optional<double> fit = 1) {
  base::Ulid id{}, of{};
  id.bytes[15] = static_cast<std::uint8_t>(at);
  of.bytes[15] = static_cast<std::uint8_t>(team);
  return std::make_shared<const BoardRow>(
      BoardRow{.submission = submissions::SubmissionId(id),
               .team = {TeamId(of), fmt::format("team {}", team)},
               .number = at,
               .name = fmt::format("{}", at),
               .scores = {{.name = "accuracy", .valid = accuracy, .test = 1.0 - accuracy.value_or(0)},
                          {.name = "nll", .valid_mean = nll}},
               .fit_seconds = fit,
               .created = kNoon + std::chrono::seconds(at)});
}

std::string words(const std::vector<Placed>& placed) {
  std::string text;
  for (const auto& [row, rank] : placed) text += fmt::format("{}:{} ", rank, row->name);
  return text;
}

const std::vector<RowPointer> kRows{row_of(1, 1, 0.5, 0.1, 3), row_of(2, 1, 0.8, 0.2, 1),
                                    row_of(3, 2, 0.8, 0.4, {}), row_of(4, 3, {}, 0.3, 2)};

Order ordered(Shown shown) {
  Order order(kColumns, shown);
  for (const auto& row : kRows) order.put(row);
  return order;
}

TEST(BoardOrder, EqualScoresShareARankAndTheEarlierStandsFirst) {
  EXPECT_EQ(words(ordered(Shown::visible).page(Of::all, 0, 99)), "1:2 1:3 3:1 4:4 ");
  EXPECT_EQ(words(ordered(Shown::visible).page(Of::best, 0, 99)), "1:2 1:3 3:4 ");
}

TEST(BoardOrder, TheTestPartRanksOnlyWhereItIsAskedFor) {
  EXPECT_EQ(words(ordered(Shown::test).page(Of::all, 0, 99)), "1:4 2:1 3:2 3:3 ");
}

TEST(BoardOrder, AnyColumnSortsAndTheRankStays) {
  const auto all = ordered(Shown::visible).page(Of::all, 0, 99);
  const struct {
    const char* sort;
    const char* order;
  } cases[] = {{"nll", "3:1 1:2 4:4 1:3 "},         {"-nll", "1:3 4:4 1:2 3:1 "},
               {"accuracy", "3:1 1:2 1:3 4:4 "},    {"train_time", "1:2 4:4 3:1 1:3 "},
               {"-train_time", "3:1 4:4 1:2 1:3 "}, {"created_at", "3:1 1:2 1:3 4:4 "},
               {"-created_at", "4:4 1:3 1:2 3:1 "}};
  for (const auto& c : cases)
    EXPECT_EQ(words(must(sorted(all, c.sort, kColumns, Shown::visible))), c.order) << c.sort;
  const auto unknown = sorted(all, "beauty", kColumns, Shown::visible);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("\"accuracy\", \"nll\""), std::string::npos);
}

TEST(BoardOrder, ScoresKeepTheirBitsInTheTable) {
  const std::vector<BoardScore> scores{{"a \"b\"", 0.1 + 0.2, {}, 1e-300, {}}};
  const auto back = scores_from(text_of(scores));
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].name, scores[0].name);
  EXPECT_EQ(back[0].train_mean, scores[0].train_mean);
  EXPECT_EQ(back[0].valid, scores[0].valid);
  EXPECT_EQ(back[0].valid_mean, std::nullopt);
}

class BoardsInMemory : public Center {
 protected:
  static std::vector<Placed> rows_of(Boards& boards, Of of) {
    return must(boards.page("moons", {.of = of, .limit = 1000})).rows;
  }
};
INSTANTIATE_TEST_SUITE_P(Both, BoardsInMemory, storage::both_kinds(), storage::kind_name);

TEST_P(BoardsInMemory, AgreeWithTheTableWhateverHappensAndOnEveryServer) {
  const auto made = open_event({.per_day = 1000, .failures_per_day = 1000});
  std::vector<std::pair<people::Person, Team>> entrants;
  for (int i = 0; i < 4; ++i) {
    const auto who = person(fmt::format("p{}", i), fmt::format("P{}", i));
    entrants.emplace_back(who, must(join(db(), "moons", who, kNoon)));
  }
  Boards one(db()), other(db());
  std::mt19937 random(7);
  std::vector<submissions::SubmissionId> ids;
  for (int turn = 0; turn < 60; ++turn) {
    const auto& [who, team] = entrants[random() % 4];
    const auto what = random() % 4;
    if (ids.empty() || what < 2)
      ids.push_back(scored(made, who, team, static_cast<double>(random() % 10) / 10, kNoon + turn * 1s).id);
    else if (what == 2)
      set_state(ids[random() % ids.size()], "failed");
    else {
      const auto id = ids[random() % ids.size()];
      set_scores(id, static_cast<double>(random() % 10) / 10, 0.5, 0.5);
      set_state(id, "scored");
    }
    if (turn % 3 == 0) rows_of(one, Of::all);
    Boards fresh(db());
    for (const auto of : {Of::all, Of::best})
      ASSERT_EQ(words(rows_of(one, of)), words(rows_of(fresh, of))) << turn;
    if (turn % 20 == 19) {
      ASSERT_EQ(words(rows_of(other, Of::all)), words(rows_of(fresh, Of::all)));
    }
  }
  EXPECT_EQ(rows_of(one, Of::all)[0].row, rows_of(one, Of::all)[0].row)
      << "nothing is built where nothing changed";
}

TEST_P(BoardsInMemory, AreReadPageByPageInEveryOrder) {
  const auto made = open_event({.per_day = 1000, .failures_per_day = 1000});
  const auto ada = person("ada", "Ada");
  const auto team = must(join(db(), "moons", ada, kNoon));
  for (int i = 0; i < 7; ++i) scored(made, ada, team, static_cast<double>(i % 3) / 10, kNoon + i * 1s);
  Boards boards(db());
  for (const std::string_view sort : {"", "accuracy", "-created_at"}) {
    const auto whole = must(boards.page("moons", {.of = Of::all, .sort = sort}));
    EXPECT_FALSE(whole.has_more);
    std::vector<Placed> by_pages;
    std::optional<submissions::SubmissionId> after;
    for (bool more = true; more;) {
      auto page = must(boards.page("moons", {.of = Of::all, .sort = sort, .after = after, .limit = 3}));
      more = page.has_more;
      after = page.rows.back().row->submission;
      by_pages.insert(by_pages.end(), page.rows.begin(), page.rows.end());
    }
    EXPECT_EQ(words(by_pages), words(whole.rows)) << sort;
  }
  const submissions::SubmissionId strange(base::make_ulid(kNoon));
  for (const std::string_view sort : {"", "accuracy"})
    EXPECT_EQ(boards.page("moons", {.sort = sort, .after = strange}).error().kind, base::ErrorKind::invalid);
}

TEST_P(BoardsInMemory, ShowTestScoresAfterTheReleaseOnly) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada"), bob = person("bob", "Bob");
  scored(made, ada, must(join(db(), "moons", ada, kNoon)), 0.9, kNoon, 0.25);
  scored(made, bob, must(join(db(), "moons", bob, kNoon)), 0.8, kNoon, 0.75);
  Boards boards(db());
  const auto before = rows_of(boards, Of::all);
  EXPECT_EQ(words(before), "1:try 1 2:try 1 ");
  EXPECT_EQ(before[0].row->team.name, "Ada");
  for (const auto& placed : before)
    for (const auto& score : placed.row->scores) EXPECT_EQ(score.test, std::nullopt);
  EXPECT_EQ(row_json(*before[0].row, 1).at("scores").at("accuracy").get_object().if_contains("test"),
            nullptr);
  must(close_event(db(), "moons", act("event.close"), kNoon));
  must(release_event(db(), "moons", act("event.release"), kNoon));
  const auto after = rows_of(boards, Of::all);
  EXPECT_EQ(after[0].row->team.name, "Bob");
  EXPECT_EQ(after[0].row->scores[0].test, 0.75);
}

}  // namespace
}  // namespace events
