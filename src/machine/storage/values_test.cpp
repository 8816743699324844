#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "machine/storage/testing.h"

namespace {
using namespace storage;
using std::chrono::microseconds;
using ThingId = base::Id<struct ThingTag>;

constexpr std::array kThings{Migration{"things", 1, "things", R"(
CREATE TABLE things (
  key {{autokey}}, number {{int}}, size {{double}}, open {{bool}}, words {{text}}, bytes {{bytes}}, at {{instant}}, id {{id}}
) {{strict}};)"}};

class Values : public OnBoth {
 protected:
  void SetUp() override {
    OnBoth::SetUp();
    if (!IsSkipped()) db_.emplace(open(kThings));
  }
  // Writes one value into one column and reads it back.
  template <class T>
  base::Result<T> round_trip(std::string_view column, const T& value) {
    return transact(*db_, [&](Transaction& tx) -> base::Result<T> {
      auto rows = tx.query(fmt::format("INSERT INTO things ({0}) VALUES ($1) RETURNING {0}", column), value);
      if (!rows) return tl::unexpected(rows.error());
      return rows->template value<T>();
    });
  }
  template <class T>
  void expect_kept(std::string_view column, std::initializer_list<T> values) {
    for (const auto& value : values) {
      auto back = round_trip<T>(column, value);
      ASSERT_TRUE(back) << column << ": " << back.error().message << back.error().detail;
      EXPECT_EQ(*back, value) << column;
    }
  }
  std::optional<Database> db_;
};
INSTANTIATE_TEST_SUITE_P(Both, Values, both_kinds(), kind_name);

TEST_P(Values, ComeBackAsTheyWent) {
  using Limits = std::numeric_limits<std::int64_t>;
  using Real = std::numeric_limits<double>;
  expect_kept<std::int64_t>("number", {0, -1, 1, Limits::max(), Limits::min()});
  expect_kept<int>("number", {-2147483648, 2147483647});
  expect_kept<double>(
      "size", {0.0, 1.0, 0.1, -1e308, Real::denorm_min(), Real::max(), Real::infinity(), -Real::infinity()});
  expect_kept<bool>("open", {true, false});
  expect_kept<base::Instant>("at", {base::Instant(microseconds(0)), base::Instant(microseconds(-1)),
                                    base::Instant::max(), base::Instant::min(), base::now()});
  const auto id = base::make_ulid(base::now());
  expect_kept<base::Ulid>("id", {id, base::Ulid{}});
  expect_kept<ThingId>("id", {ThingId(id)});
}

TEST_P(Values, KeepNotANumberAndTheSignOfZero) {
  auto nan = round_trip("size", std::numeric_limits<double>::quiet_NaN());
  ASSERT_TRUE(nan) << nan.error().detail;
  EXPECT_TRUE(std::isnan(*nan));
  auto zero = round_trip("size", -0.0);
  ASSERT_TRUE(zero);
  EXPECT_TRUE(std::signbit(*zero));
}

TEST_P(Values, KeepEveryText) {
  expect_kept<std::string>("words", {"", "a", "'; DROP TABLE things; --", "$1 {{now}} %s \\ \" '",
                                     std::string("a\0b", 3), std::string("\0", 1), "\x10",
                                     "\x10"
                                     "0",
                                     std::string("\0\x10\x10\0", 4), "line\nline\r\n\ttab",
                                     "\xF0\x9F\x90\xA2 \xE4\xBD\xA0\xE5\xA5\xBD \xC3\xA9", "\xF4\x8F\xBF\xBF",
                                     std::string(100'000, 'x')});
  auto still = db_->query("SELECT count(*) FROM things");
  ASSERT_TRUE(still);
  EXPECT_EQ(*still->value<int>(), 13);
}

TEST_P(Values, KeepEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  expect_kept<Bytes>("bytes", {Bytes{""}, Bytes{all}, Bytes{std::string(3, '\0')}});
  std::string large(16u << 20, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761u >> 13);
  auto back = round_trip("bytes", Bytes{large});
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_TRUE(back->value == large);
}

TEST_P(Values, KnowAbsence) {
  expect_kept<std::optional<std::int64_t>>("number", {std::nullopt, 7});
  expect_kept<std::optional<double>>("size", {std::nullopt, 7.5});
  expect_kept<std::optional<bool>>("open", {std::nullopt, true});
  expect_kept<std::optional<std::string>>("words", {std::nullopt, "", "x"});
  expect_kept<std::optional<Bytes>>("bytes", {std::nullopt, Bytes{""}, Bytes{"x"}});
  expect_kept<std::optional<base::Instant>>("at", {std::nullopt, base::now()});
  expect_kept<std::optional<ThingId>>("id", {std::nullopt, ThingId(base::make_ulid(base::now()))});
}

TEST_P(Values, RefuseWhatIsNoText) {
  const std::string_view wrong[] = {"\xFF",
                                    "a\xC3",
                                    "\xC0\x80",
                                    "\xED\xA0\x80",
                                    "\xE0\x80\x80",
                                    "\xF0\x80\x80\x80",
                                    "\xF4\x90\x80\x80",
                                    "long enough \x80"};
  for (const auto text : wrong) {
    auto back = round_trip("words", std::string(text));
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().kind, base::ErrorKind::invalid);
    EXPECT_NE(back.error().message.find("not valid UTF-8: byte"), std::string::npos) << back.error().message;
  }
}

TEST_P(Values, RefuseNumbersBeyond64Bits) {
  auto done = db_->query("SELECT $1", std::uint64_t{1} << 63);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, base::ErrorKind::invalid);
}

TEST_P(Values, AreReadByNameAndTypeOrNotAtAll) {
  struct Case {
    const char* what;
    std::function<std::string(Row)> read;
    const char* says;
  };
  const Case cases[] = {
      {"absent", [](Row row) { return std::to_string(row.get<int>("nmuber")); },
       "no column \"nmuber\"; it has number, words"},
      {"beyond", [](Row row) { return std::to_string(row.get<int>(2)); }, "no column 2"},
      {"type", [](Row row) { return std::to_string(row.get<int>("words")); },
       "column \"words\" holds text, and a whole number"},
      {"bytes", [](Row row) { return row.get<Bytes>("words").value; }, "holds text, and bytes was wanted"},
      {"too large", [](Row row) { return std::to_string(row.get<std::int8_t>("number")); },
       "a whole number that fits"},
      {"null", [](Row row) { return row.get<std::string>("none"); }, "holds null, and text was wanted"},
      {"twice", [](Row row) { return row.get<std::string>("twice"); }, "two columns \"twice\""},
  };
  auto rows =
      db_->query("SELECT 300 AS number, 'x' AS words, CAST(NULL AS TEXT) AS none, 1 AS twice, 2 AS twice");
  ASSERT_TRUE(rows) << rows.error().detail;
  for (const auto& c : cases) {
    auto read = rows->map(c.read);
    if (std::string_view(c.what) == "beyond") continue;
    ASSERT_FALSE(read) << c.what;
    EXPECT_EQ(read.error().kind, base::ErrorKind::internal);
    EXPECT_NE(read.error().message.find(c.says), std::string::npos) << read.error().message;
  }
  EXPECT_FALSE(rows->map([](Row row) { return row.get<int>(5); }));
  EXPECT_EQ(rows->map([](Row row) { return row.get<int>(0); })->at(0), 300);
}

TEST_P(Values, OfSumsAndMeansAreNumbers) {
  auto written = transact(*db_, [](Transaction& tx) {
    return tx.query("INSERT INTO things (number) VALUES ($1), ($2), ($3)", 123456789012, -5, 10000);
  });
  ASSERT_TRUE(written);
  EXPECT_EQ(written->changed(), 3);
  auto rows = db_->query(
      "SELECT sum(number) AS total, avg(number) AS mean, count(*) AS n, max(size) AS most FROM things");
  ASSERT_TRUE(rows);
  auto read = rows->map([](Row row) {
    return std::tuple(row.get<std::int64_t>("total"), row.get<double>("mean"), row.get<int>("n"),
                      row.get<std::optional<double>>("most"));
  });
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<0>(read->at(0)), 123456799007);
  EXPECT_NEAR(std::get<1>(read->at(0)), 123456799007 / 3.0, 1e-4);
  EXPECT_EQ(std::get<2>(read->at(0)), 3);
  EXPECT_EQ(std::get<3>(read->at(0)), std::nullopt);
  auto small = db_->query("SELECT avg(x) FROM (SELECT 1 AS x UNION ALL SELECT 0 UNION ALL SELECT 0) AS t");
  ASSERT_TRUE(small) << small.error().detail;
  EXPECT_NEAR(*small->value<double>(), 1 / 3.0, 1e-12);
}

TEST_P(Values, MayStandInAnyOrderAndTwice) {
  auto rows =
      db_->query("SELECT CAST($2 AS {{int}}) - CAST($1 AS {{int}}) + CAST($2 AS {{int}}) AS x", 1, 10);
  ASSERT_TRUE(rows) << rows.error().detail;
  EXPECT_EQ(*rows->value<int>(), 19);
  auto short_of = db_->query("SELECT CAST($1 AS {{int}}) + CAST($2 AS {{int}})", 1);
  ASSERT_FALSE(short_of);
  EXPECT_EQ(short_of.error().kind, base::ErrorKind::internal);
  auto in = db_->query(fmt::format("SELECT count(*) FROM things WHERE number IN ({})", placeholders(1, 3)), 1,
                       2, 3);
  ASSERT_TRUE(in);
  EXPECT_EQ(*in->value<int>(), 0);
}

TEST_P(Values, SortByTheirBytesOnBoth) {
  for (const char* word : {"b", "A", "a", "B", "\xC3\xA9", "_"})
    ASSERT_TRUE(round_trip("words", std::string(word)));
  auto rows = db_->query("SELECT words FROM things WHERE words LIKE '_' ORDER BY words");
  ASSERT_TRUE(rows);
  auto words = rows->map([](Row row) { return row.get<std::string>("words"); });
  EXPECT_EQ(*words, (std::vector<std::string>{"A", "B", "_", "a", "b", "\xC3\xA9"}));
  auto lower = db_->query("SELECT count(*) FROM things WHERE words LIKE $1", "a%");
  EXPECT_EQ(*lower->value<int>(), 1);
}

TEST_P(Values, OfTheDialectAreSpelledOrRefused) {
  auto wrong = db_->query("SELECT {{nwo}}");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("{{nwo}}"), std::string::npos) << wrong.error().message;
  EXPECT_FALSE(db_->query("SELECT {{now"));
  auto now = db_->query("SELECT {{now}}");
  ASSERT_TRUE(now) << now.error().detail;
  const auto far = *now->value<base::Instant>() - base::now();
  EXPECT_LT(std::chrono::abs(far), std::chrono::seconds(5));
}

TEST_P(Values, InBulkArriveWhole) {
  struct Sample {
    std::int64_t number = 0;
    std::string words;
  };
  std::vector<Sample> samples;
  for (int i = 0; i < 200'000; ++i) samples.push_back({i, i % 7 == 0 ? "tab\t\\N\n\x10\r" : "plain"});
  samples[5].words = std::string("\0\\.\n", 4);
  auto done = transact(*db_, [&](Transaction& tx) {
    return tx.insert_all("things", {"number", "words", "size", "open", "bytes", "id", "at"}, samples,
                         [](const Sample& s) {
                           return std::tuple(s.number, s.words, s.number == 3 ? std::nan("") : 0.5,
                                             std::optional<bool>(), BytesView{"\\x\t"},
                                             base::Ulid{{1, 2, 255}}, base::Instant(microseconds(s.number)));
                         });
  });
  ASSERT_TRUE(done) << done.error().message << done.error().detail;
  EXPECT_EQ(*done, 200'000);
  auto rows = db_->query("SELECT number, words, size, open, bytes, id, at FROM things ORDER BY number");
  ASSERT_TRUE(rows);
  auto wrong = rows->map([&](Row row) {
    const auto& sample = samples[row.get<std::size_t>("number")];
    const auto size = row.get<double>("size");
    const bool right =
        row.get<std::string>("words") == sample.words && !row.get<std::optional<bool>>("open") &&
        (sample.number == 3 ? std::isnan(size) : size == 0.5) && row.get<Bytes>("bytes").value == "\\x\t" &&
        row.get<base::Ulid>("id").bytes[2] == 255 &&
        row.get<base::Instant>("at").time_since_epoch().count() == sample.number;
    return right ? 0 : 1;
  });
  ASSERT_TRUE(wrong) << wrong.error().message;
  ASSERT_EQ(wrong->size(), 200'000u);
  EXPECT_EQ(std::count(wrong->begin(), wrong->end(), 1), 0);
}

TEST_P(Values, InBulkAreAllOrNone) {
  const std::vector<std::string> words = {"good", "bad \xFF"};
  auto done = transact(*db_, [&](Transaction& tx) {
    return tx.insert_all("things", {"words"}, words,
                         [](const std::string& s) { return std::tuple(std::string_view(s)); });
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, base::ErrorKind::invalid);
  struct Thrown {};
  EXPECT_THROW((void)transact(*db_,
                              [&](Transaction& tx) {
                                return tx.insert_all(
                                    "things", {"words"}, words,
                                    [](const std::string& s) -> std::tuple<std::string_view> {
                                      if (s != "good") throw Thrown();
                                      return s;
                                    });
                              }),
               Thrown);
  EXPECT_EQ(*db_->query("SELECT count(*) FROM things")->value<int>(), 0);
  EXPECT_TRUE(round_trip("words", std::string("still works")));
}

}  // namespace
