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

TEST(BoardOrder, EqualScoresShareARankAndTheEarlierStandsFirst) {
  EXPECT_EQ(words(ranked(kRows, kColumns, Shown::visible, Of::all)), "1:2 1:3 3:1 4:4 ");
  EXPECT_EQ(words(ranked(kRows, kColumns, Shown::visible, Of::best)), "1:2 1:3 3:4 ");
}

TEST(BoardOrder, TheTestPartRanksOnlyWhereItIsAskedFor) {
  EXPECT_EQ(words(ranked(kRows, kColumns, Shown::test, Of::all)), "1:4 2:1 3:2 3:3 ");
}

TEST(BoardOrder, AnyColumnSortsAndTheRankStays) {
  const auto all = ranked(kRows, kColumns, Shown::visible, Of::all);
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

class BoardsInMemory : public Center {};
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
    if (turn % 3 == 0) must(one.find("moons"));
    const auto kept = must(one.find("moons"));
    Boards fresh(db());
    const auto built = must(fresh.find("moons"));
    ASSERT_EQ(words(kept->all), words(built->all)) << turn;
    ASSERT_EQ(words(kept->best), words(built->best)) << turn;
    if (turn % 20 == 19) {
      ASSERT_EQ(words(must(other.find("moons"))->all), words(built->all));
    }
  }
  EXPECT_EQ(must(one.find("moons")), must(one.find("moons"))) << "nothing is built where nothing changed";
}

TEST_P(BoardsInMemory, ShowTestScoresAfterTheReleaseOnly) {
  const auto made = open_event();
  const auto ada = person("ada", "Ada"), bob = person("bob", "Bob");
  scored(made, ada, must(join(db(), "moons", ada, kNoon)), 0.9, kNoon, 0.25);
  scored(made, bob, must(join(db(), "moons", bob, kNoon)), 0.8, kNoon, 0.75);
  Boards boards(db());
  const auto before = must(boards.find("moons"));
  EXPECT_EQ(words(before->all), "1:try 1 2:try 1 ");
  EXPECT_EQ(before->all[0].row->team.name, "Ada");
  for (const auto& row : before->rows)
    for (const auto& score : row->scores) EXPECT_EQ(score.test, std::nullopt);
  EXPECT_EQ(row_json(*before->all[0].row, 1).at("scores").at("accuracy").get_object().if_contains("test"),
            nullptr);
  must(close_event(db(), "moons", act("event.close"), kNoon));
  must(release_event(db(), "moons", act("event.release"), kNoon));
  const auto after = must(boards.find("moons"));
  EXPECT_EQ(after->all[0].row->team.name, "Bob");
  EXPECT_EQ(after->all[0].row->scores[0].test, 0.75);
}

}  // namespace
}  // namespace events
