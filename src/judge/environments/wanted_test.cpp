#include "judge/environments/wanted.h"

#include "judge/environments/keeping.h"
#include "judge/environments/room_for_tests.h"

namespace {
using namespace environments;

class Wanted : public Environments {
 protected:
  Environment made(const char* name, const char* version) {
    auto made = create(home, {name, fmt::format("six=={}\n", version), "six.txt"}, {});
    if (!made) throw std::runtime_error(made.error().message);
    return *made;
  }
  fs::path center(const char* name) const {
    fs::create_directories(folder.path() / name);
    return folder.path() / name;
  }
  // How an environment fared, or why a list stays.
  std::string why_kept(std::string_view what) const {
    const auto found = collect(home, {});
    if (!found) return found.error().message;
    for (const auto& piece : found->kept)
      if (piece.what.find(what) != std::string::npos) return piece.why;
    return "gone";
  }
};

TEST_F(Wanted, EachNameAndEachHashCanBeAskedFor) {
  const auto one = made("one", "1.17.0");
  ASSERT_EQ(made("other", "1.17.0").hash, one.hash);
  EXPECT_EQ(all_to_want(home), (std::vector<Want>{{one.hash, ""}, {one.hash, "one"}, {one.hash, "other"}}));
}

TEST_F(Wanted, WhatOneOfTwoCentersAsksForStaysUntilItAsksNoMore) {
  const auto asked = made("asked", "1.17.0");
  fs::remove(home / "names/asked");
  const auto here = center("here"), there = center("there");
  ASSERT_TRUE(set_wants(home, here, {{asked.hash, ""}}));
  ASSERT_TRUE(set_wants(home, there, {}));
  EXPECT_EQ(why_kept(asked.hash), "the center in " + here.string() + " asks for it");
  ASSERT_TRUE(set_wants(home, here / ".." / "here", {}));
  EXPECT_EQ(want_lists(home)->size(), 2u) << "a folder is one center, however it is spelled";
  EXPECT_EQ(why_kept(asked.hash), "gone");
  EXPECT_FALSE(fs::exists(asked.folder));
}

TEST_F(Wanted, ANameThatACenterAsksForIsNotRemoved) {
  const auto one = made("one", "1.17.0");
  made("two", "1.17.0");
  ASSERT_TRUE(set_wants(home, center("here"), {{one.hash, "one"}}));
  const auto refused = remove(home, "one");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(refused.error().message, "an event of the center in " + center("here").string() + " uses one");
  EXPECT_TRUE(remove(home, "two"));
  EXPECT_FALSE(why_broken(one));
  ASSERT_TRUE(set_wants(home, center("here"), {{one.hash, ""}}));
  ASSERT_TRUE(remove(home, "one")) << "its hash is asked for, and no name";
  EXPECT_FALSE(why_broken(one));
}

TEST_F(Wanted, TheListOfACenterThatIsGoneIsToldOfAndCanBeForgotten) {
  const auto asked = made("asked", "1.17.0");
  fs::remove(home / "names/asked");
  const auto old = center("old");
  ASSERT_TRUE(set_wants(home, old, {{asked.hash, ""}}));
  const auto early = forget_center(home, old);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, base::ErrorKind::conflict);
  fs::remove(old);
  EXPECT_EQ(why_kept("the list of"),
            "that folder is gone: `agora env gc --forget " + old.string() + "` forgets it");
  EXPECT_TRUE(fs::exists(asked.folder)) << "what it asks for counts until then";
  ASSERT_TRUE(forget_center(home, old));
  EXPECT_EQ(why_kept("the list of"), "gone");
  EXPECT_FALSE(fs::exists(asked.folder));
  const auto again = forget_center(home, old);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, base::ErrorKind::not_found);
}

TEST_F(Wanted, NothingIsTakenAwayWhereAListCannotBeRead) {
  const auto nameless = made("gone", "1.17.0");
  fs::remove(home / "names/gone");
  const auto file = home / "wanted/0123456789abcdef.json";
  fs::create_directories(file.parent_path());
  for (const char* text : {"{", "{}", R"({"format": 2, "center": "/srv", "wants": []})"}) {
    ASSERT_TRUE(base::write_file(file, text));
    const auto refused = collect(home, {});
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
    EXPECT_NE(refused.error().message.find(file.string()), std::string::npos) << refused.error().message;
  }
  EXPECT_TRUE(fs::exists(nameless.folder));
  fs::remove(file);
  EXPECT_EQ(why_kept(nameless.hash), "gone");
}

}  // namespace
