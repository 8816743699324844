#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "machine/storage/testing.h"

namespace {
using namespace storage;
using base::ErrorKind;

constexpr Migration kFirst{"labs", 1, "labs",
                           "CREATE TABLE labs (id {{autokey}}, name {{text}} NOT NULL) {{strict}};"};
constexpr Migration kSecond{"labs", 2, "poles",
                            "ALTER TABLE labs ADD COLUMN pole {{text}} NOT NULL DEFAULT 'data science';"
                            "INSERT INTO labs (name) VALUES ('Astro; with a semicolon');"};
constexpr Migration kOther{
    "rooms", 1, "rooms",
    "CREATE TABLE rooms (lab {{int}} NOT NULL REFERENCES labs (id) ON DELETE CASCADE) {{strict}};"};

class Migrations : public OnBoth {
 protected:
  static base::Result<int> apply(const Database& db, std::vector<Migration> list) {
    return migrate(db, list, base::now());
  }
  void expect_refused(const Database& db, std::vector<Migration> list, ErrorKind kind,
                      std::string_view says) {
    auto refused = apply(db, std::move(list));
    ASSERT_FALSE(refused) << says;
    EXPECT_EQ(refused.error().kind, kind) << refused.error().message;
    EXPECT_NE(refused.error().message.find(says), std::string::npos) << refused.error().message;
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Migrations, both_kinds(), kind_name);

TEST_P(Migrations, AreAppliedOnceAndKeepWhatWasThere) {
  auto db = open();
  EXPECT_EQ(apply(db, {kFirst}).value(), 1);
  ASSERT_TRUE(
      transact(db, [](Transaction& tx) { return tx.query("INSERT INTO labs (name) VALUES ('Ecology')"); }));
  EXPECT_EQ(apply(db, {kFirst, kSecond, kOther}).value(), 2);
  EXPECT_EQ(apply(db, {kFirst, kSecond, kOther}).value(), 0);
  auto rows = db.query("SELECT name, pole FROM labs ORDER BY id");
  ASSERT_TRUE(rows) << rows.error().detail;
  auto names =
      rows->map([](Row row) { return row.get<std::string>("name") + ": " + row.get<std::string>("pole"); });
  EXPECT_EQ(*names,
            (std::vector<std::string>{"Ecology: data science", "Astro; with a semicolon: data science"}));
}

TEST_P(Migrations, RefuseATextThatChanged) {
  auto db = open();
  ASSERT_TRUE(apply(db, {kFirst}));
  auto changed = kFirst;
  changed.sql = "CREATE TABLE labs (id {{autokey}}) {{strict}};";
  expect_refused(db, {changed}, ErrorKind::conflict, "migration 1 of labs (labs): it has changed");
}

TEST_P(Migrations, RefuseADatabaseThatIsNewer) {
  auto db = open();
  ASSERT_TRUE(apply(db, {kFirst, kSecond, kOther}));
  expect_refused(db, {kFirst, kOther}, ErrorKind::conflict,
                 "it has migration 2 of labs, and the program knows 1");
  expect_refused(db, {kFirst, kSecond}, ErrorKind::conflict,
                 "it has migration 1 of rooms, and the program knows 0");
}

TEST_P(Migrations, RefuseAListWithAGap) {
  auto db = open();
  auto third = kSecond;
  third.number = 3;
  expect_refused(db, {kFirst, third}, ErrorKind::internal,
                 "migration 3 of labs (poles) stands where number 2 belongs");
  EXPECT_FALSE(db.query("SELECT * FROM labs"));
}

TEST_P(Migrations, UndoAStepThatFailsAndKeepThoseBefore) {
  auto db = open();
  auto broken = kSecond;
  broken.sql = "ALTER TABLE labs ADD COLUMN pole {{text}}; INSERT INTO nothing VALUES (1);";
  expect_refused(db, {kFirst, broken}, ErrorKind::internal, "migration 2 of labs (poles)");
  EXPECT_TRUE(db.query("SELECT id, name FROM labs"));
  EXPECT_FALSE(db.query("SELECT pole FROM labs"));
  EXPECT_EQ(apply(db, {kFirst, kSecond}).value(), 1);
}

TEST_P(Migrations, RefuseAStepThatEndsItsTransaction) {
  auto db = open();
  auto ends = kFirst;
  ends.sql = "CREATE TABLE labs (id {{autokey}}) {{strict}}; COMMIT;";
  expect_refused(db, {ends}, ErrorKind::internal, "leave COMMIT and ROLLBACK out");
}

// SQLite changes a table by making it anew; its children must live through that.
TEST_P(Migrations, MayMakeATableAnew) {
  if (!is_sqlite()) GTEST_SKIP() << "PostgreSQL alters tables in place";
  auto db = open();
  ASSERT_TRUE(apply(db, {kFirst, kSecond, kOther}));
  ASSERT_TRUE(transact(db, [](Transaction& tx) { return tx.query("INSERT INTO rooms (lab) VALUES (1)"); }));
  const Migration anew{"rooms", 2, "labs anew",
                       "CREATE TABLE labs_new (id {{autokey}}, name {{text}}, pole {{text}}) {{strict}};"
                       "INSERT INTO labs_new SELECT id, name, pole FROM labs; DROP TABLE labs;"
                       "ALTER TABLE labs_new RENAME TO labs;"};
  EXPECT_EQ(apply(db, {kFirst, kSecond, kOther, anew}).value_or(-1), 1);
  EXPECT_EQ(*db.query("SELECT count(*) FROM rooms")->value<int>(), 1);
  // And afterwards foreign keys hold again.
  EXPECT_FALSE(transact(db, [](Transaction& tx) { return tx.query("INSERT INTO rooms (lab) VALUES (99)"); }));
}

TEST_P(Migrations, OnSqliteRefuseLooseTablesAndDanglingRows) {
  if (!is_sqlite()) GTEST_SKIP() << "PostgreSQL enforces both by itself";
  auto db = open();
  expect_refused(db, {{"labs", 1, "loose", "CREATE TABLE loose (x TEXT);"}}, ErrorKind::internal,
                 "makes the table loose without {{strict}}");
  expect_refused(db,
                 {kFirst,
                  {"rooms", 1, "dangling",
                   "CREATE TABLE rooms (lab {{int}} REFERENCES labs (id)) {{strict}};"
                   "INSERT INTO rooms VALUES (99);"}},
                 ErrorKind::internal, "leaves rows in rooms that refer to nothing");
}

TEST_P(Migrations, OfProgramsThatStartAtOnceAreAppliedByOne) {
  const Migration slow{
      "labs", 2, "many",
      "INSERT INTO labs (name) SELECT 'lab' FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
      "FROM n WHERE i < 20000) SELECT i FROM n) AS numbers;"};
  for (int round = 0; round < 3; ++round) {
    auto fresh = fresh_url(GetParam());
    ASSERT_TRUE(fresh);
    std::vector<int> applied(4, -1);
    std::vector<std::thread> servers;
    for (auto& mine : applied) {
      servers.emplace_back([&] {
        auto db = Database::open(*fresh, {.durability = Durability::off});
        ASSERT_TRUE(db) << db.error().message << db.error().detail;
        auto done = migrate(*db, std::array{kFirst, slow, kOther}, base::now());
        ASSERT_TRUE(done) << done.error().message << done.error().detail;
        mine = *done;
      });
    }
    for (auto& server : servers) server.join();
    EXPECT_EQ(applied[0] + applied[1] + applied[2] + applied[3], 3);
    auto db = Database::open(*fresh);
    EXPECT_EQ(*db->query("SELECT count(*) FROM labs")->value<int>(), 20000);
  }
}

}  // namespace
