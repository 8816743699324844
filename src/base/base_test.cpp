#include <algorithm>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>

#include "base/config.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"

namespace {

using namespace std::chrono_literals;

const base::Instant kNoon = base::Instant(1'772'366'400s);

TEST(Ulid, ReadsBackFromItsText) {
  for (int i = 0; i < 200; ++i) {
    const auto ulid = base::make_ulid(base::now());
    const auto text = base::to_text(ulid);
    ASSERT_EQ(text.size(), 26u);
    const auto again = base::ulid_from(text);
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(*again, ulid);
  }
}

TEST(Ulid, SortsByTimeOfBirthAlsoWithinAMillisecond) {
  std::vector<std::string> texts;
  texts.reserve(1000);
  for (int i = 0; i < 1000; ++i) texts.push_back(base::to_text(base::make_ulid(kNoon)));
  texts.push_back(base::to_text(base::make_ulid(kNoon + 1ms)));
  EXPECT_TRUE(std::is_sorted(texts.begin(), texts.end()));
  EXPECT_EQ(std::adjacent_find(texts.begin(), texts.end()), texts.end());
}

TEST(Ulid, RefusesWhatIsNone) {
  for (const char* text : {"", "0", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "0123456789ABCDEFGHJKMNPQR!"})
    EXPECT_FALSE(base::ulid_from(text)) << text;
}

TEST(Time, ReadsWhatItWrites) {
  EXPECT_EQ(base::to_rfc3339(kNoon), "2026-03-01T12:00:00Z");
  EXPECT_EQ(base::to_rfc3339(kNoon + 5us), "2026-03-01T12:00:00.000005Z");
  EXPECT_EQ(*base::instant_from_rfc3339("2026-03-01T12:00:00.000005Z"), kNoon + 5us);
  EXPECT_EQ(*base::instant_from_rfc3339("2026-03-01T14:00:00+02:00"), kNoon);
  for (const char* text :
       {"2026-03-01", "2026-02-30T12:00:00Z", "2026-03-01T12:00:00", "2026-03-01T25:00:00Z"})
    EXPECT_FALSE(base::instant_from_rfc3339(text)) << text;
}

TEST(Json, WritesDoublesShortestAndExact) {
  EXPECT_EQ(base::to_text(base::json::value{{"a", 0.1}, {"b", 3.0}, {"c", 7}}),
            R"({"a": 0.1, "b": 3.0, "c": 7})");
  EXPECT_EQ(base::to_text(base::json::value(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(Json, ReadsEachDoubleAsTheNearestOne) {
  std::uint64_t bits = 88172645463325252u;
  for (int i = 0; i < 20000; ++i) {
    bits ^= bits << 13;
    bits ^= bits >> 7;
    bits ^= bits << 17;
    const auto number = static_cast<double>(bits >> 11) * 0x1p-53;  // in [0, 1)
    const auto read = base::parse_json("[" + base::to_text(number) + "]");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->at(0).as_double(), number) << base::to_text(number);
  }
}

TEST(Json, ReadsEveryKindOfValue) {
  const std::string text =
      R"({"a": [1, -2, 18446744073709551615, 1.5e300, true, false, null, "x\"\n"], "b": {}})";
  const auto value = base::parse_json(text);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(*value, base::json::parse(text));
  for (const char* wrong : {"", "{", "[1,]", "1 2", "{\"a\": 1} x", "nan", "[1e]"})
    EXPECT_FALSE(base::parse_json(wrong)) << wrong;
}

TEST(Json, AMemberThatIsNoTextIsEmpty) {
  const auto value = base::parse_json(R"({"name": "moons", "count": 3, "none": null})").value();
  EXPECT_EQ(base::find_text(value, "name"), "moons");
  for (const auto* name : {"count", "none", "absent"}) EXPECT_EQ(base::find_text(value, name), "") << name;
  EXPECT_EQ(base::find_text(value.at("count"), "name"), "") << "a number has no members";
}

TEST(Json, NamesThePlaceOfAnError) {
  const auto value = base::parse_json("{\n  \"a\": tru\n}");
  ASSERT_FALSE(value);
  EXPECT_NE(value.error().message.find("line 2"), std::string::npos) << value.error().message;
}

TEST(Hash, IsSha256) {
  EXPECT_EQ(base::sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Files, WriteIsReadBackAndMissingIsNotFound) {
  auto folder = base::TemporaryFolder::make("agora-test");
  ASSERT_TRUE(folder);
  const auto path = folder->path() / "a";
  ASSERT_TRUE(base::write_file(path, "one"));
  ASSERT_TRUE(base::write_file(path, "two"));
  EXPECT_EQ(*base::read_file(path), "two");
  EXPECT_EQ(base::read_file(folder->path() / "b").error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(base::read_file(path, 2).error().kind, base::ErrorKind::too_large);
}

TEST(Files, ATemporaryFolderLeavesNothing) {
  std::filesystem::path path;
  {
    auto folder = base::TemporaryFolder::make("agora-test");
    ASSERT_TRUE(folder);
    path = folder->path();
    ASSERT_TRUE(base::write_file(path / "a", "x"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Config, IsStrongerByFileThenEnvironmentThenFlag) {
  auto folder = base::TemporaryFolder::make("agora-test");
  ASSERT_TRUE(folder);
  const auto file = folder->path() / "center.toml";
  ASSERT_TRUE(base::write_file(file, "listen = \"file\"\ndata = \"file\"\nport = 7\n"));
  const std::vector<base::Setting> settings{
      {"listen", "d", ""}, {"data", "d", ""}, {"port", "1", ""}, {"mail", "d", ""}};
  const auto config = base::Config::load(settings, file, {{"AGORA_DATA", "environment"}, {"AGORA_PORT", "8"}},
                                         {{"port", "9"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->text("mail"), "d");
  EXPECT_EQ(config->text("listen"), "file");
  EXPECT_EQ(config->text("data"), "environment");
  EXPECT_EQ(*config->number("port"), 9);
  EXPECT_FALSE(config->number("listen"));
}

TEST(Config, NamesFileAndLineOfAnUnknownSetting) {
  auto folder = base::TemporaryFolder::make("agora-test");
  const auto file = folder->path() / "center.toml";
  ASSERT_TRUE(base::write_file(file, "\nlisen = 1\n"));
  const auto config = base::Config::load({{"listen", "", ""}}, file, {}, {});
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("line 2"), std::string::npos);
  EXPECT_NE(config.error().message.find("lisen"), std::string::npos);
}

}  // namespace
