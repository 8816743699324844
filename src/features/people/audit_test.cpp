#include <thread>

#include "features/people/store_audit.h"
#include "features/people/store_keys.h"
#include "features/people/testing.h"

namespace people {
namespace {

namespace json = base::json;

class Audit : public WithServer {
 protected:
  base::Result<void> say(std::string_view what, std::string details = "{}") {
    return storage::transact(*database_, [&](storage::Transaction& tx) {
      return record(tx, {{}, "192.0.2.1", std::string(what), kPlatform, details}, base::now());
    });
  }
  void run(std::string_view sql) {
    ASSERT_TRUE(storage::transact(*database_, [&](storage::Transaction& tx) { return done(tx.query(sql)); }))
        << sql;
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Audit, storage::both_kinds(), storage::kind_name);

TEST_P(Audit, SaysWhoDidWhatFromWhere) {
  auto grace = administrator();
  grace.post("/groups", json::object{{"name", "coaches"}, {"title", "Coaches"}});
  const auto log = grace.get("/audit?sort=-seq");
  EXPECT_EQ(text_of(log, "/items/0/what"), "group.create");
  EXPECT_EQ(text_of(log, "/items/0/who"), text_of(grace.get("/me"), "/person/id"));
  EXPECT_EQ(text_of(log, "/items/0/from"), "127.0.0.1");
  EXPECT_EQ(text_of(log, "/items/0/object/kind"), "group");
  EXPECT_EQ(text_of(log, "/items/0/details/name"), "coaches");
  EXPECT_EQ(text_of(log, "/items/1/what"), "grant.by-invitation");
  EXPECT_EQ(grace.get("/audit?who=grace-hopper&what=group.create").at("items").as_array().size(), 1u);
  EXPECT_EQ(grace.get("/audit?what=nothing").at("items").as_array().size(), 0u);
  const auto first = grace.get("/audit?limit=1");
  EXPECT_EQ(text_of(first, "/next"), "1");
  EXPECT_EQ(grace.get("/audit?limit=1&after=1").at("items").at(0).at("seq").as_int64(), 2);
  EXPECT_EQ(grace.status("GET", "/audit?after=x"), 400);
  EXPECT_EQ(grace.status("GET", "/audit?who=nobody"), 404);
}

TEST_P(Audit, FindsWhatWasChanged) {
  struct Case {
    const char* what;
    const char* sql;
    std::int64_t first_broken;
  };
  const Case cases[] = {
      {"a detail", "UPDATE audit SET details = '{\"n\":9}' WHERE seq = 5", 5},
      {"who it was", "UPDATE audit SET address = '192.0.2.2' WHERE seq = 3", 3},
      {"one is missing", "DELETE FROM audit WHERE seq = 7", 7},
      {"the last is missing", "DELETE FROM audit WHERE seq = 10", 10},
      {"the first is missing", "DELETE FROM audit WHERE seq = 1", 1},
      {"the head points back", "UPDATE audit_head SET seq = 9, hash = (SELECT hash FROM audit WHERE seq = 9)",
       11},
  };
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(say("test.act", base::to_text(json::object{{"n", i}})));
  auto whole = verify_audit(*database_);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->entries, 10);
  EXPECT_FALSE(whole->first_broken);
  run("CREATE TABLE kept (seq {{int}}, at {{instant}}, who {{id}}, address {{text}}, what {{text}}, "
      "object_kind {{text}}, "
      "object_id {{text}}, details {{json}}, hash {{text}}) {{strict}}");
  run("INSERT INTO kept SELECT * FROM audit");
  const auto head = *database_->query("SELECT hash FROM audit_head")->value<std::string>();
  for (const auto& c : cases) {
    run(c.sql);
    const auto report = verify_audit(*database_);
    ASSERT_TRUE(report) << c.what;
    EXPECT_EQ(report->first_broken, c.first_broken) << c.what;
    run("DELETE FROM audit");
    run("INSERT INTO audit SELECT * FROM kept");
    run("UPDATE audit_head SET seq = 10, hash = '" + head + "'");
  }
  EXPECT_FALSE(verify_audit(*database_)->first_broken);
}

// Chains that were written stay as they were: a change here breaks the log of every center there is.
TEST(AuditEntries, AreHashedInOneForm) {
  const PersonId who(*base::ulid_from("01J9ZQ6W4T1V8N3M5K7R2B0XCD"));
  const AuditEntry entry{7,
                         *base::instant_from_rfc3339("2026-03-01T12:00:00.000001Z"),
                         {who, "192.0.2.1", "grant.give", kPlatform, R"({"role":"organiser"})"},
                         {}};
  EXPECT_EQ(
      canonical_text(entry),
      R"({"seq": 7, "at": "2026-03-01T12:00:00.000001Z", "who": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", )"
      R"("from": "192.0.2.1", "what": "grant.give", "object_kind": "platform", "object_id": "platform", )"
      R"("details": "{\"role\":\"organiser\"}"})");
}

TEST_P(Audit, IsVerifiedOverHttp) {
  auto grace = administrator();
  EXPECT_TRUE(grace.get("/audit/verify").at("intact").as_bool());
  run("UPDATE audit SET what = 'nothing' WHERE seq = 1");
  const auto report = grace.get("/audit/verify");
  EXPECT_FALSE(report.at("intact").as_bool());
  EXPECT_EQ(report.at("first_broken").as_int64(), 1);
}

TEST_P(Audit, HasNoGapsWhenManyWriteAtOnce) {
  std::atomic<int> written{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k)
        if (say("test.act")) ++written;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(written, 40);
  const auto report = verify_audit(*database_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->entries, 40);
  EXPECT_FALSE(report->first_broken);
}

TEST_P(Audit, TakesNothingFromATransactionThatFails) {
  ASSERT_TRUE(say("test.act"));
  const auto failed = storage::transact(*database_, [&](storage::Transaction& tx) -> base::Result<void> {
    if (auto noted = record(tx, {{}, "", "test.lost", kPlatform}, base::now()); !noted) return noted;
    return base::conflict("not today");
  });
  EXPECT_FALSE(failed);
  ASSERT_TRUE(say("test.act"));
  EXPECT_EQ(verify_audit(*database_)->entries, 2);
  EXPECT_FALSE(verify_audit(*database_)->first_broken);
  EXPECT_FALSE(say("test.act", "no JSON"));
}

TEST_P(Audit, SettingsAreChangedAndNamed) {
  auto grace = administrator();
  auto asker = stranger();
  EXPECT_EQ(text_of(asker.get("/settings"), "/sign_up"), "invited");
  const auto before = asker.send("GET", "/settings");
  EXPECT_EQ(grace.status("PATCH", "/settings", json::object{{"center_name", "Saclay"}}), 200);
  EXPECT_EQ(text_of(asker.get("/settings"), "/center_name"), "Saclay");
  EXPECT_EQ(text_of(grace.get("/audit?what=settings.change"), "/items/0/details/center_name"), "Saclay");
  EXPECT_EQ(grace.status("PATCH", "/settings", json::object{{"sign_up", "sometimes"}}), 400);
  EXPECT_EQ(grace.status("PATCH", "/settings", json::object{{"colour", "blue"}}), 400);
  EXPECT_EQ(text_of(asker.get("/settings"), "/notice"), "");
  EXPECT_EQ(grace.status("PATCH", "/settings", json::object{{"notice", " Closed\non  Friday "}}), 200);
  EXPECT_EQ(text_of(asker.get("/settings"), "/notice"), "Closed on Friday");
  EXPECT_EQ(grace.status("PATCH", "/settings", json::object{{"notice", std::string(201, 'x')}}), 400);
  EXPECT_EQ(grace.status("PATCH", "/settings", json::object{{"notice", "\x1b[31m"}}), 400);
  EXPECT_EQ(grace.status("PATCH", "/settings", json::object{{"notice", ""}}), 200);
  EXPECT_EQ(text_of(asker.get("/settings"), "/notice"), "");
  grace.extra.add("If-Match", std::string(before.headers.get("ETag")));
  EXPECT_EQ(grace.status("PATCH", "/settings", json::object{{"center_name", "Paris"}}), 409);
  const auto value =
      storage::read(*database_, [](storage::Snapshot& session) { return setting(session, "center_name"); });
  EXPECT_EQ(*value, "Saclay");
  EXPECT_FALSE(
      storage::read(*database_, [](storage::Snapshot& session) { return setting(session, "colour"); }));
}

class Keys : public Audit {};
INSTANTIATE_TEST_SUITE_P(Both, Keys, storage::both_kinds(), storage::kind_name);

TEST_P(Keys, DoNothingTwiceEvenAfterARestart) {
  auto grace = administrator();
  const json::object body{{"name", "coaches"}, {"title", "Coaches"}};
  grace.extra.add("Idempotency-Key", "k1");
  const auto first = grace.send("POST", "/groups", body);
  ASSERT_EQ(first.status, 201) << first.body;
  start();
  auto again = stranger();
  again.cookie = grace.cookie;
  again.extra.add("Idempotency-Key", "k1");
  const auto second = again.send("POST", "/groups", body);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.headers.get("Location"), first.headers.get("Location"));
  EXPECT_EQ(second.headers.get("Idempotency-Replayed"), "true");
  EXPECT_EQ(again.status("POST", "/groups", json::object{{"name", "other"}, {"title", "Other"}}), 422);
  again.extra.set("Idempotency-Key", "k2");
  EXPECT_EQ(again.status("POST", "/groups", body), 409) << "the name is taken, and a refusal is not kept";
}

TEST_P(Keys, AreForgottenAfterADayAndTakenOverFromTheDead) {
  using std::chrono::hours;
  using std::chrono::minutes;
  const auto now = base::now();
  const auto turn = [&](const char* print, base::Instant at) {
    return begin_key(*database_, "k", print, at)->state;
  };
  EXPECT_EQ(turn("a", now), KeyState::first);
  EXPECT_EQ(turn("a", now), KeyState::running);
  EXPECT_EQ(turn("b", now), KeyState::other);
  EXPECT_EQ(turn("a", now + minutes(11)), KeyState::first) << "whoever held it died";
  ASSERT_TRUE(keep_key(*database_, "k", {201, R"([["Location","/x"]])", std::string("a\0b", 3)}));
  const auto kept = begin_key(*database_, "k", "a", now + hours(2));
  EXPECT_EQ(kept->state, KeyState::done);
  EXPECT_EQ(kept->answer.body, std::string("a\0b", 3));
  ASSERT_TRUE(forget_key(*database_, "k"));
  EXPECT_EQ(turn("a", now + hours(23)), KeyState::done) << "what is done is not forgotten";
  EXPECT_EQ(turn("a", now + hours(25)), KeyState::first);
}

}  // namespace
}  // namespace people
