#include <cstring>

#include <gtest/gtest.h>

#include "core/scoring/scoring.h"

namespace {

template <class T>
std::string npy(const std::string& descr, const std::string& shape, const std::vector<T>& values,
                const std::string& fortran = "False") {
  std::string dict = "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
  while ((dict.size() + 11) % 64 != 0) dict += ' ';
  dict += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += {'\1', '\0', static_cast<char>(dict.size() & 255), static_cast<char>(dict.size() >> 8)};
  bytes += dict;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return bytes;
}

TEST(Npy, ReadsEachDtypeAndKeepsIt) {
  using enum scoring::Dtype;
  const std::vector<double> expected{1, 0, 1};
  const std::pair<std::string, scoring::Dtype> files[] = {
      {npy<double>("<f8", "(3,)", {1, 0, 1}), f8},        {npy<float>("<f4", "(3,)", {1, 0, 1}), f4},
      {npy<std::int64_t>("<i8", "(3,)", {1, 0, 1}), i8},  {npy<std::int32_t>("<i4", "(3,)", {1, 0, 1}), i4},
      {npy<std::int16_t>("<i2", "(3,)", {1, 0, 1}), i2},  {npy<std::int8_t>("|i1", "(3,)", {1, 0, 1}), i2},
      {npy<std::uint8_t>("|b1", "(3,)", {1, 0, 1}), b1},  {npy<std::uint8_t>("|u1", "(3,)", {1, 0, 1}), i2},
      {npy<std::uint32_t>("<u4", "(3,)", {1, 0, 1}), i8},
  };
  for (const auto& [bytes, dtype] : files) {
    const auto array = scoring::array_from_npy(bytes);
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->values, expected);
    EXPECT_EQ(array->dtype, dtype);
    EXPECT_EQ(array->columns, 0);
  }
}

TEST(Npy, ReadsEitherOrder) {
  const auto rows = scoring::array_from_npy(npy<double>("<f8", "(2, 3)", {1, 2, 3, 4, 5, 6}));
  const auto columns = scoring::array_from_npy(npy<double>("<f8", "(2, 3)", {1, 4, 2, 5, 3, 6}, "True"));
  ASSERT_TRUE(rows && columns);
  EXPECT_EQ(rows->values, columns->values);
  EXPECT_EQ(columns->rows, 2);
  EXPECT_EQ(columns->columns, 3);
}

struct Case {
  const char* what;
  std::string bytes;
  const char* message;
};

TEST(Npy, RefusesInWords) {
  const auto good = npy<double>("<f8", "(2,)", {1, 2});
  const Case cases[] = {
      {"empty", "", "not an NPY file"},
      {"text", "a,b\n1,2\n1,2\n", "not an NPY file"},
      {"object", npy<double>("|O", "(2,)", {1, 2}), "object"},
      {"big-endian", npy<double>(">f8", "(2,)", {1, 2}), "big-endian"},
      {"text dtype", npy<double>("<U4", "(1,)", {1, 2}), "<U4"},
      {"complex", npy<double>("<c16", "(1,)", {1, 2}), "<c16"},
      {"three dimensions", npy<double>("<f8", "(1, 1, 2)", {1, 2}), "one or two dimensions"},
      {"a scalar", npy<double>("<f8", "()", {1}), "one or two dimensions"},
      {"no columns", npy<double>("<f8", "(2, 0)", {}), "one or two dimensions"},
      {"cut", good.substr(0, good.size() - 1), "cut or damaged"},
      {"too long", good + "x", "cut or damaged"},
      {"cut in the header", good.substr(0, 40), "ends within its header"},
      {"a lie about its size", npy<double>("<f8", "(4611686018427387905, 4)", {1, 2}), "more than"},
      {"a negative size", npy<double>("<f8", "(-2,)", {1, 2}), "names no shape"},
      {"a shape without end", npy<double>("<f8", "(2,", {1, 2}), "names no shape"},
  };
  for (const auto& c : cases) {
    const auto array = scoring::array_from_npy(c.bytes);
    ASSERT_FALSE(array) << c.what;
    EXPECT_NE(array.error().message.find(c.message), std::string::npos)
        << c.what << ": " << array.error().message;
  }
  EXPECT_EQ(scoring::array_from_npy(npy<double>("<f8", "(9,)", std::vector<double>(9)), 8).error().kind,
            base::ErrorKind::too_large);
}

TEST(Npy, NeverReadsPastWhatItGot) {
  const auto good = npy<float>("<f4", "(5, 3)", std::vector<float>(15, 1.5f), "True");
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(scoring::array_from_npy(std::string(good.substr(0, size)))) << size;
  for (std::size_t at = 0; at < 80; ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto bent = good;
      bent[at] = static_cast<char>(bent[at] ^ (1 << bit));
      const auto array = scoring::array_from_npy(bent);
      if (array) {
        EXPECT_EQ(array->values.size(), 15u);
      }
    }
}

}  // namespace
