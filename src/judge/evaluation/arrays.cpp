#include "judge/evaluation/arrays.h"

#include <algorithm>
#include <cstring>

namespace evaluation {
namespace {

template <class T>
void widen(std::string_view numbers, std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, numbers.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
}

}  // namespace

scoring::Array array_of(const Predictions& p) {
  scoring::Array array;
  array.rows = static_cast<std::int64_t>(p.rows);
  array.columns = static_cast<std::int64_t>(p.columns);
  array.values.resize(p.rows * std::max<std::uint64_t>(p.columns, 1));
  if (p.dtype == "f8") {
    widen<double>(p.numbers, array.values);
  } else if (p.dtype == "f4") {
    widen<float>(p.numbers, array.values);
    array.dtype = scoring::Dtype::f4;
  } else if (p.dtype == "i8") {
    widen<std::int64_t>(p.numbers, array.values);
    array.dtype = scoring::Dtype::i8;
  } else if (p.dtype == "i4") {
    widen<std::int32_t>(p.numbers, array.values);
    array.dtype = scoring::Dtype::i4;
  } else {
    widen<std::uint8_t>(p.numbers, array.values);
    array.dtype = scoring::Dtype::b1;
  }
  return array;
}

scoring::View view_of(const Truth& truth) {
  scoring::View view;
  view.data = truth.values.data();
  view.rows = static_cast<std::int64_t>(truth.rows);
  view.columns = static_cast<std::int64_t>(truth.columns);
  view.stride = static_cast<std::int64_t>(std::max<std::uint64_t>(truth.columns, 1));
  return view;
}

}  // namespace evaluation
