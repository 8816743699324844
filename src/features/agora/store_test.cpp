// Posts and notifications on real databases.
#include "features/agora/store.h"

#include "machine/storage/events.h"
#include "machine/storage/testing.h"

namespace forum {
namespace {

using base::Instant;
using namespace std::chrono_literals;

const Instant kNoon = *base::instant_from_rfc3339("2026-03-01T12:00:00Z");
const people::Ref kMoons{"event", "01J9ZQ6W4T1V8N3M5K7R2B0XCE"}, kSuns{"event", "01J9ZQ6W4T1V8N3M5K7R2B0XCF"};

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + "; " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Forum : public storage::OnBoth {
 protected:
  void SetUp() override {
    OnBoth::SetUp();
    if (IsSkipped()) return;
    std::vector<storage::Migration> steps;
    for (const auto room : {storage::migrations(), people::migrations(), forum::migrations()})
      steps.insert(steps.end(), room.begin(), room.end());
    db_.emplace(open(steps));
  }
  template <class Body>
  auto act(Body body) {
    return must(storage::transact(*db_, body));
  }
  people::Person person(const std::string& handle) {
    people::Person made{people::PersonId(base::make_ulid(kNoon)), handle, handle, handle + "@example.org"};
    act([&](storage::Transaction& tx) -> base::Result<void> {
      auto rows = tx.query(
          "INSERT INTO people (id, handle, name, email, standing, password_hash, created) "
          "VALUES ($1, $2, $3, $4, 'active', '', $5)",
          made.id, made.handle, made.name, made.email, kNoon);
      if (!rows) return tl::unexpected(rows.error());
      return {};
    });
    return made;
  }
  Post said(const people::Ref& on, const people::Person& author, std::string title, Instant now = kNoon) {
    return act([&](storage::Transaction& tx) {
      return post(tx, {.on = on, .author = author, .title = title, .text = "**So** it is."}, now);
    });
  }
  std::vector<Post> posts(const people::Ref& on, const PostsWanted& wanted = {}) {
    return must(storage::read(*db_, [&](storage::Snapshot& s) { return posts_on(s, on, wanted); }));
  }
  void tell(const std::vector<people::PersonId>& whom, std::string title, Instant now = kNoon) {
    act([&](storage::Transaction& tx) {
      return notify(tx, whom, {"message", title, "**So** it is.", "/events/moons/messages"}, now);
    });
  }
  Inbox inbox(const people::Person& of, const NotificationsWanted& wanted = {}) {
    return must(inbox_of(*db_, of.id, wanted));
  }

  std::optional<storage::Database> db_;
};
INSTANTIATE_TEST_SUITE_P(Both, Forum, storage::both_kinds(), storage::kind_name);

TEST_P(Forum, PostsStandOnTheirObjectNewestFirst) {
  const auto olga = person("olga"), ada = person("ada");
  said(kMoons, olga, "one");
  said(kSuns, olga, "elsewhere");
  said(kMoons, ada, "two", kNoon + 1s);
  const auto third = said(kMoons, olga, "three", kNoon + 2s);
  const auto all = posts(kMoons);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].id, third.id);
  EXPECT_EQ(all[0].on, kMoons);
  EXPECT_EQ(all[0].text, "**So** it is.") << "as it was written";
  EXPECT_EQ(all[0].created, kNoon + 2s);
  EXPECT_EQ(all[1].title, "two");
  EXPECT_EQ(all[1].author.handle, "ada");
  const auto page = posts(kMoons, {.after = all[0].id, .limit = 1});
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].title, "two");
  EXPECT_TRUE(posts({"project", kMoons.id}).empty()) << "of another kind of object";
}

TEST_P(Forum, APostThatWillNotDoIsNotKept) {
  const auto olga = person("olga");
  const auto made = storage::transact(*db_, [&](storage::Transaction& tx) {
    return post(tx, {.on = kMoons, .author = olga, .title = "", .text = "x"}, kNoon);
  });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::invalid);
  EXPECT_TRUE(posts(kMoons).empty());
}

TEST_P(Forum, EachIsToldOnceHoweverOftenTheyAreNamed) {
  const auto ada = person("ada"), bob = person("bob"), eve = person("eve");
  tell({ada.id, bob.id, ada.id, ada.id}, "News");
  tell({}, "for nobody");
  for (const auto& one : {ada, bob}) {
    const auto box = inbox(one);
    ASSERT_EQ(box.items.size(), 1u) << one.handle;
    EXPECT_EQ(box.unread, 1);
    EXPECT_EQ(box.items[0].news.kind, "message");
    EXPECT_EQ(box.items[0].news.title, "News");
    EXPECT_EQ(box.items[0].news.text, "So it is.") << "plain";
    EXPECT_EQ(box.items[0].news.url, "/events/moons/messages");
    EXPECT_FALSE(box.items[0].read);
  }
  EXPECT_TRUE(inbox(eve).items.empty());
}

TEST_P(Forum, PagesOfEachHearOfTheirOwnAlone) {
  const auto ada = person("ada"), bob = person("bob");
  tell({ada.id, bob.id}, "News");
  const auto told = must(storage::tail(*db_, 0, 100));
  ASSERT_EQ(told.size(), 2u);
  for (const auto& one : {ada, bob}) {
    const auto found = std::find_if(told.begin(), told.end(), [&](const storage::Event& event) {
      return event.topic == people::topic_of(one.id);
    });
    ASSERT_NE(found, told.end()) << one.handle;
    EXPECT_EQ(found->kind, "notification");
    EXPECT_EQ(found->payload, base::to_text(base::json::value(to_json(inbox(one).items.at(0)))))
        << "what the list shows";
  }
}

TEST_P(Forum, WhatFailsTellsNobody) {
  const auto ada = person("ada");
  const auto failed = storage::transact(*db_, [&](storage::Transaction& tx) -> base::Result<void> {
    const std::vector whom{ada.id};
    if (auto told = notify(tx, whom, {"message", "News", "x", "/"}, kNoon); !told) return told;
    return base::conflict("after all not");
  });
  EXPECT_FALSE(failed);
  EXPECT_TRUE(inbox(ada).items.empty());
  EXPECT_TRUE(must(storage::tail(*db_, 0, 100)).empty());
}

TEST_P(Forum, AnInboxIsPagedAndCountsWhatIsUnread) {
  const auto ada = person("ada");
  for (int i = 0; i < 5; ++i) tell({ada.id}, std::to_string(i), kNoon + i * 1s);
  const auto first = inbox(ada, {.limit = 2});
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].news.title, "4");
  EXPECT_EQ(first.unread, 5) << "of all";
  const auto second = inbox(ada, {.after = first.items[1].id, .limit = 10});
  ASSERT_EQ(second.items.size(), 3u);
  EXPECT_EQ(second.items[0].news.title, "2");

  EXPECT_EQ(must(mark_read(*db_, ada.id, std::vector{first.items[0].id, second.items[1].id}, kNoon + 1min)),
            3);
  const auto unread = inbox(ada, {.unread_alone = true});
  ASSERT_EQ(unread.items.size(), 3u);
  EXPECT_EQ(unread.items[0].news.title, "3");
  EXPECT_EQ(inbox(ada).items[0].read, kNoon + 1min);
  EXPECT_EQ(must(mark_read(*db_, ada.id, std::vector<NotificationId>(), kNoon + 2min)), 3) << "none";
  EXPECT_EQ(must(mark_read(*db_, ada.id, std::nullopt, kNoon + 2min)), 0) << "all";
  EXPECT_EQ(inbox(ada).items[0].read, kNoon + 1min) << "as it was read first";
}

TEST_P(Forum, NobodyMarksWhatIsAnothers) {
  const auto ada = person("ada"), bob = person("bob");
  tell({ada.id, bob.id}, "News");
  EXPECT_EQ(must(mark_read(*db_, bob.id, std::vector{inbox(ada).items[0].id}, kNoon)), 1);
  EXPECT_EQ(must(mark_read(*db_, bob.id, std::nullopt, kNoon)), 0);
  EXPECT_EQ(inbox(ada).unread, 1);
}

TEST_P(Forum, WhatWasReadGoesAfterNinetyDaysAndTheRestAfterAYear) {
  constexpr auto kDay = 24h;
  const auto ada = person("ada"), bob = person("bob");
  tell({ada.id, bob.id}, "News");
  must(mark_read(*db_, ada.id, std::nullopt, kNoon + 10 * kDay));
  tell({ada.id}, "More", kNoon + 20 * kDay);
  const auto remove = [&](Instant now) { return must(remove_old_notifications(*db_, now)); };
  EXPECT_EQ(remove(kNoon + 100 * kDay - 1s), 0) << "of the day on which it was read";
  EXPECT_EQ(remove(kNoon + 100 * kDay), 1);
  ASSERT_EQ(inbox(ada).items.size(), 1u);
  EXPECT_EQ(inbox(ada).items[0].news.title, "More");
  EXPECT_EQ(inbox(bob).unread, 1) << "not read yet";
  EXPECT_EQ(remove(kNoon + 365 * kDay - 1s), 0);
  EXPECT_EQ(remove(kNoon + 365 * kDay), 1);
  EXPECT_TRUE(inbox(bob).items.empty());
  EXPECT_EQ(inbox(ada).unread, 1);
}

TEST_P(Forum, AThousandAreToldInOneTransaction) {
  std::vector<people::PersonId> whom;
  whom.reserve(1000);
  for (int i = 0; i < 1000; ++i) whom.push_back(person("person-" + std::to_string(i)).id);
  tell(whom, "News");
  EXPECT_EQ(must(inbox_of(*db_, whom[999], {})).unread, 1);
  EXPECT_EQ(must(storage::tail(*db_, 0, 2000)).size(), 1000u);
}

}  // namespace
}  // namespace forum
