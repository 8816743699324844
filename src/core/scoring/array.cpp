#include <cassert>

#include <fmt/format.h>

#include "core/scoring/scoring.h"

namespace scoring {

View View::slice(std::int64_t first_column, std::int64_t count) const {
  assert(!is_flat() && first_column >= 0 && count > 0 && first_column + count <= columns);
  return {data + first_column, rows, count, stride, dtype};
}

View Array::view() const {
  assert(static_cast<std::int64_t>(values.size()) == rows * (columns == 0 ? 1 : columns));
  return {values.data(), rows, columns, columns == 0 ? 1 : columns, dtype};
}

Array flat(std::vector<double> values, Dtype dtype) {
  const auto rows = static_cast<std::int64_t>(values.size());
  return {std::move(values), rows, 0, dtype};
}

std::string shape_text(View view) {
  return view.is_flat() ? fmt::format("({},)", view.rows) : fmt::format("({}, {})", view.rows, view.columns);
}

base::Result<Array> take_rows(View view, std::span<const std::int64_t> rows) {
  Array taken{{}, static_cast<std::int64_t>(rows.size()), view.columns, view.dtype};
  taken.values.reserve(rows.size() * static_cast<std::size_t>(view.width()));
  for (const auto row : rows) {
    if (row < 0 || row >= view.rows)
      return base::invalid(
          fmt::format("row {} does not exist: there are {} rows, counted from 0", row, view.rows));
    taken.values.insert(taken.values.end(), view.row(row), view.row(row) + view.width());
  }
  return taken;
}

}  // namespace scoring
