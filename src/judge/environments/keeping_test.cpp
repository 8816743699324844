#include "judge/environments/keeping.h"

#include "judge/environments/resolving.h"
#include "judge/environments/room_for_tests.h"
#include "judge/environments/wanted.h"

namespace {
using namespace environments;

std::string told(const std::vector<Piece>& pieces) {
  std::string text;
  for (const auto& piece : pieces) text += piece.what + ": " + piece.why + "\n";
  return text;
}

class Keeping : public Environments {
 protected:
  Environment made(const char* name, const char* version) {
    auto made = create(home, {name, fmt::format("six=={}\n", version), "six.txt"}, {});
    if (!made) throw std::runtime_error(made.error().message);
    return *made;
  }
};

TEST_F(Keeping, WhatHasNoNameGoesUnlessSomebodyUsesItOrAsksForIt) {
  const auto named = made("named", "1.17.0");
  const auto nameless = made("gone", "1.16.0");
  const auto held = made("held", "1.15.0");
  const auto asked = made("asked", "1.14.0");
  for (const char* name : {"gone", "held", "asked"}) fs::remove(home / "names" / name);
  const auto hold = Hold::take(held);
  ASSERT_TRUE(hold) << hold.error().message;
  ASSERT_TRUE(set_wants(home, folder.path(), {{asked.hash, ""}}));
  CollectWish wish{.attempt = Try::dry};
  const auto would = collect(home, wish);
  ASSERT_TRUE(would) << would.error().message;
  EXPECT_EQ(told(would->freed), "the environment " + nameless.hash + ": it has no name\n");
  EXPECT_GT(would->freed[0].bytes, 10'000u);
  EXPECT_TRUE(fs::exists(nameless.folder)) << "a dry run takes nothing away";
  wish.attempt = Try::wet;
  const auto did = collect(home, wish);
  ASSERT_TRUE(did) << did.error().message;
  EXPECT_EQ(told(did->freed), told(would->freed));
  EXPECT_FALSE(fs::exists(nameless.folder));
  for (const auto* kept : {&named, &held, &asked}) EXPECT_FALSE(why_broken(*kept)) << kept->name;
  const auto kept = told(did->kept);
  for (const auto& line : {named.hash + ": it is named named", held.hash + ": it is in use",
                           asked.hash + ": the center in " + folder.path().string() + " asks for it"})
    EXPECT_NE(kept.find(line), std::string::npos) << kept;
  const auto late = Hold::take(nameless);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, base::ErrorKind::not_found);
}

TEST_F(Keeping, ANameIsTakenAwayAndItsEnvironmentWithTheLastOne) {
  const auto one = made("one", "1.17.0");
  made("two", "1.17.0");
  EXPECT_EQ(hash_named(home, "two"), one.hash);
  EXPECT_EQ(hash_named(home, one.hash), one.hash);
  EXPECT_EQ(hash_named(home, "three") + hash_named(home, "../names/one"), "");
  const auto first = remove(home, "one");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->freed.empty());
  EXPECT_TRUE(fs::exists(one.folder));
  EXPECT_FALSE(fs::exists(home / "origins/one.json"));
  {
    const auto hold = Hold::take(one);
    const auto second = remove(home, "two");
    ASSERT_TRUE(second && hold);
    EXPECT_EQ(told(second->kept), "the environment " + one.hash + ": it is in use\n");
  }
  EXPECT_FALSE(find(home, "two"));
  EXPECT_TRUE(fs::exists(one.folder));
  EXPECT_EQ(collect(home, {})->freed.size(), 1u);
  EXPECT_FALSE(fs::exists(one.folder));
  const auto none = remove(home, "two");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, base::ErrorKind::not_found);
  EXPECT_FALSE(remove(home, "default"));
  EXPECT_FALSE(remove(home, "../environments"));
}

TEST_F(Keeping, ACacheGoesOnlyAboveItsLimit) {
  fs::create_directories(home / "cache/uv/wheels");
  ASSERT_TRUE(base::write_file(home / "cache/uv/wheels/a.whl", std::string(100'000, 'x')));
  fs::create_directories(built_wheels(home) / "cp311");
  ASSERT_TRUE(base::write_file(built_wheels(home) / "cp311/b.whl", std::string(100'000, 'x')));
  EXPECT_TRUE(collect(home, {.most_cache_bytes = 1'000'000})->freed.empty());
  EXPECT_TRUE(collect(home, {.most_cache_bytes = 250'000})->freed.empty());
  EXPECT_FALSE(collect(home, {.most_cache_bytes = 150'000, .attempt = Try::dry})->freed.empty())
      << "both count";
  const auto did = collect(home, {.most_cache_bytes = 50'000});
  ASSERT_TRUE(did);
  EXPECT_EQ(told(did->freed), "the installer's cache: it is larger than its limit\n");
  EXPECT_FALSE(fs::exists(home / "cache/uv"));
  EXPECT_FALSE(fs::exists(built_wheels(home)));
}

}  // namespace
