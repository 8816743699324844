// agora metrics: the list of metrics, read from core/scoring.
#include <cmath>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "core/scoring/scoring.h"

namespace agora {
namespace {

std::string_view word_for(scoring::Better better) {
  return better == scoring::Better::higher ? "higher" : "lower";
}

std::string_view word_for(scoring::Needs needs) {
  switch (needs) {
    case scoring::Needs::labels:
      return "labels";
    case scoring::Needs::probability:
      return "probability";
    case scoring::Needs::probabilities:
      return "probabilities";
    case scoring::Needs::numbers:
      return "numbers";
  }
  return "";
}

std::string bound_text(double bound) {
  return std::isfinite(bound) ? fmt::format("{}", bound) : bound > 0 ? "inf" : "-inf";
}

std::string range_text(const scoring::Metric& metric) {
  return fmt::format("{} .. {}", bound_text(metric.minimum), bound_text(metric.maximum));
}

base::json::object described(const scoring::Metric& metric) {
  base::json::array parameters;
  for (const auto& parameter : metric.parameters)
    parameters.push_back(
        {{"name", parameter.name}, {"default", parameter.standard}, {"summary", parameter.summary}});
  return {{"name", metric.name},       {"better", word_for(metric.better)}, {"minimum", metric.minimum},
          {"maximum", metric.maximum}, {"precision", metric.precision},     {"needs", word_for(metric.needs)},
          {"summary", metric.summary}, {"ramp_class", metric.ramp_class},   {"parameters", parameters}};
}

void print_list() {
  std::vector<std::vector<std::string>> rows{{"metric", "better", "range", "needs", "rampwf", "summary"}};
  for (const auto& metric : scoring::metrics()) {
    std::string summary(metric.summary);
    for (const auto& parameter : metric.parameters)
      summary += fmt::format(" [{}: {}]", parameter.name, parameter.standard);
    rows.push_back({std::string(metric.name), std::string(word_for(metric.better)), range_text(metric),
                    std::string(word_for(metric.needs)), std::string(metric.ramp_class), summary});
  }
  fmt::print("{}", table_text(rows));
}

}  // namespace

void add_metrics(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand("metrics", "List the metrics that predictions can be scored with");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "One JSON object; null where a range has no bound");
  command->footer("Example:\n  agora metrics --json");
  command->callback([as_json, &exit] {
    exit = Exit::done;
    if (!*as_json) return print_list();
    base::json::array list;
    for (const auto& metric : scoring::metrics()) list.push_back(described(metric));
    print_json(base::json::object{{"metrics", std::move(list)}});
  });
}

}  // namespace agora
