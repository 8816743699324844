#include "core/scoring/checks.h"

#include <fmt/format.h>

namespace scoring {
namespace {

base::Failure wrong_parameter(std::string_view name, std::string_view wanted, const base::json::value& got) {
  return base::invalid(fmt::format("parameter {} must be {}, and is {}", name, wanted, base::to_text(got)));
}

std::optional<double> number_in(const base::json::value& value) {
  if (!value.is_number()) return std::nullopt;
  return value.to_number<double>();
}

}  // namespace

std::optional<base::Error> why_not_finite(View view, std::string_view what) {
  for (std::int64_t i = 0; i < view.rows; ++i) {
    for (std::int64_t j = 0; j < view.width(); ++j) {
      const auto value = view.row(i)[j];
      if (std::isfinite(value)) continue;
      const auto column = view.is_flat() ? std::string() : fmt::format(", column {}", j);
      return base::Error{base::ErrorKind::invalid,
                         fmt::format("{} holds {} in row {}{} (counted from 0): every value must be finite",
                                     what, base::to_text(value), i, column)};
    }
  }
  return std::nullopt;
}

std::optional<base::Error> why_shapes_differ(View truth, View prediction) {
  if (truth.columns == prediction.columns) return std::nullopt;
  return base::Error{base::ErrorKind::invalid,
                     fmt::format("truth has shape {} and prediction {}: they must be of one shape",
                                 shape_text(truth), shape_text(prediction))};
}

base::Result<double> number_parameter(const Parameters& parameters, std::string_view name, double standard) {
  const auto* value = parameters.if_contains(name);
  if (value == nullptr) return standard;
  if (const auto number = number_in(*value)) return *number;
  return wrong_parameter(name, "a number", *value);
}

base::Result<bool> flag_parameter(const Parameters& parameters, std::string_view name, bool standard) {
  const auto* value = parameters.if_contains(name);
  if (value == nullptr) return standard;
  if (value->is_bool()) return value->get_bool();
  return wrong_parameter(name, "true or false", *value);
}

base::Result<std::string> word_parameter(const Parameters& parameters, std::string_view name,
                                         std::span<const std::string_view> words) {
  const auto* value = parameters.if_contains(name);
  if (value == nullptr) return std::string(words[0]);
  for (const auto word : words)
    if (value->is_string() && std::string_view(value->get_string()) == word) return std::string(word);
  return wrong_parameter(name, fmt::format("one of {}", fmt::join(words, ", ")), *value);
}

base::Result<std::vector<double>> numbers_parameter(const Parameters& parameters, std::string_view name,
                                                    std::vector<double> standard) {
  const auto* value = parameters.if_contains(name);
  if (value == nullptr) return standard;
  if (!value->is_array()) return wrong_parameter(name, "a list of numbers", *value);
  std::vector<double> numbers;
  for (const auto& item : value->get_array()) {
    const auto number = number_in(item);
    if (!number) return wrong_parameter(name, "a list of numbers", *value);
    numbers.push_back(*number);
  }
  return numbers;
}

base::Result<View> second_column(View prediction) {
  if (prediction.is_flat()) return prediction;
  if (prediction.columns < 2)
    return base::invalid(
        fmt::format("prediction has shape {}: give the second class's probability as one flat column, or a "
                    "column for each class",
                    shape_text(prediction)));
  ++prediction.data;
  prediction.columns = 0;
  return prediction;
}

base::Result<View> second_class(View prediction) {
  const auto column = second_column(prediction);
  if (!column) return column;
  double nothing = 0;  // x - x is 0 for every finite x
  for (std::int64_t i = 0; i < column->rows; ++i) nothing += *column->row(i) - *column->row(i);
  if (nothing != 0) return tl::unexpected(*why_not_finite(*column, "prediction"));
  return column;
}

View packed(View view, Array& room) {
  if (view.stride == view.width()) return view;
  room = Array{{}, view.rows, view.columns, view.dtype};
  const auto width = view.width();
  room.values.resize(static_cast<std::size_t>(view.rows * width));
  auto* to = room.values.data();
  for (std::int64_t i = 0; i < view.rows; ++i)
    for (std::int64_t j = 0; j < width; ++j) *to++ = view.row(i)[j];
  return room.view();
}

}  // namespace scoring
