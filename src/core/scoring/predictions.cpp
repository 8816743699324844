#include "core/scoring/predictions.h"

#include <fmt/format.h>

namespace scoring {
namespace {

base::Result<std::int64_t> count_in(const base::json::value& json, std::string_view name,
                                    std::int64_t least) {
  const auto* value = base::find_member(json, name);
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  if (number == nullptr || *number < least)
    return base::invalid(fmt::format("a prediction type needs \"{}\", a whole number of at least {}: {}",
                                     name, least, base::to_text(json)));
  return *number;
}

base::Result<PredictionType> combined_from(const base::json::value& json) {
  const auto* children = base::find_member(json, "children");
  if (children == nullptr || !children->is_array() || children->get_array().empty())
    return base::invalid("a combined prediction type needs \"children\", a list of prediction types");
  PredictionType combined{PredictionType::Kind::combined, 0, {}};
  for (const auto& item : children->get_array()) {
    auto child = prediction_type_from(item);
    if (!child) return child;
    if (child->width == 0 || child->kind == PredictionType::Kind::combined)
      return base::invalid(
          "combined predictions hold multiclass children and regressions of one column or more, nothing else "
          "(rampwf cuts them from columns)");
    combined.width += child->width;
    combined.children.push_back(std::move(*child));
  }
  return combined;
}

}  // namespace

base::Result<PredictionType> prediction_type_from(const base::json::value& json) {
  using Kind = PredictionType::Kind;
  const auto* kind = base::find_member(json, "kind");
  const auto word = kind != nullptr && kind->is_string() ? std::string_view(kind->get_string()) : "";
  if (word == "combined") return combined_from(json);
  if (word != "multiclass" && word != "regression")
    return base::invalid(fmt::format(
        "a prediction type needs \"kind\": multiclass, regression or combined: {}", base::to_text(json)));
  const bool multiclass = word == "multiclass";
  const auto width = count_in(json, multiclass ? "labels" : "columns", multiclass ? 1 : 0);
  if (!width) return tl::unexpected(width.error());
  return PredictionType{multiclass ? Kind::multiclass : Kind::regression, *width, {}};
}

std::optional<base::Error> why_not_of(const PredictionType& type, View view, std::string_view what) {
  if (view.columns == type.width) return std::nullopt;
  const auto wanted = type.width == 0 ? std::string("one flat column (rank 1)")
                                      : fmt::format("rank 2 with {} columns", type.width);
  return base::Error{base::ErrorKind::invalid, fmt::format("{} has shape {}: the kit's Predictions want {}",
                                                           what, shape_text(view), wanted)};
}

}  // namespace scoring
