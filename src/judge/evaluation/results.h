// The result memory of a fold: a region of fixed capacity for each step, sized from the truth and not from
// what the cell claims. Every number of a header is checked here before anybody uses it; the form is
// described where cells write it (agora_cell/predictions.py).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "judge/evaluation/evaluation.h"

namespace evaluation {

std::uint64_t capacity_for(const Expected& expected);

// A checked header, and the region's bytes up to the last number.
struct Predictions {
  bool ragged = false;
  std::string dtype;  // "f4", "f8", "i4", "i8", "b1"
  int rank = 1;
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;  // 0 where rank is 1
  std::string_view bytes;     // header and all
  std::string_view numbers;   // dense: the values, row-major, little-endian
};

// Refuses a header that lies, a wrong shape, a dtype that is not ours, NaN and infinite numbers. `memory` is
// a copy that no cell can write to.
Judged<Predictions> read_predictions(std::string_view memory, const Region& region, const Expected& expected);

}  // namespace evaluation
