// agora score: one metric, a file of truth, a file of predictions.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "base/files.h"
#include "core/scoring/scoring.h"

namespace agora {
namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 30;

struct Options {
  std::string metric;
  std::string truth;
  std::string predictions;
  std::vector<std::string> parameters;
  std::string header = "detect";
  bool as_json = false;
};

struct Sides {
  scoring::Column truth;
  scoring::Column prediction;
};

std::string_view word_for(scoring::Needs needs) {
  return needs == scoring::Needs::numbers ? "numbers" : "probabilities";
}

base::Failure in_file(const std::string& path, base::Error error) {
  error.message = fmt::format("{}: {}", path, error.message);
  return base::Failure(std::move(error));
}

scoring::Header header_of(std::string_view word) {
  return word == "yes"  ? scoring::Header::present
         : word == "no" ? scoring::Header::absent
                        : scoring::Header::detect;
}

base::Result<scoring::Column> column_in(const std::string& path, scoring::Header header) {
  const auto bytes = base::read_file(path, kLargestFile);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!scoring::is_npy(*bytes)) {
    auto column = scoring::column_from_csv(*bytes, header);
    if (!column) return in_file(path, column.error());
    return column;
  }
  auto array = scoring::array_from_npy(*bytes);
  if (!array) return in_file(path, array.error());
  if (array->columns == 1) array->columns = 0;  // (n, 1) is a column
  return scoring::Column{std::move(*array), {}, {}};
}

// A value is JSON where it reads as such (true, 0.3, [0, 1]), a word otherwise.
base::Result<scoring::Parameters> parameters_in(const std::vector<std::string>& words) {
  scoring::Parameters parameters;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return base::invalid(
          fmt::format("--parameter takes NAME=VALUE, for example adjusted=true; it got {}", word));
    const auto text = word.substr(equals + 1);
    auto value = base::parse_json(text);
    parameters[word.substr(0, equals)] = value ? std::move(*value) : base::json::value(text);
  }
  return parameters;
}

// Labels become their place among all labels in ascending order: of truth and prediction where both hold
// labels, of truth where the prediction holds a probability for each.
void number_labels(Sides& sides) {
  std::map<std::string, double> places;
  for (const auto* side : {&sides.truth, &sides.prediction})
    for (const auto& label : side->labels) places[label] = 0;
  double next = 0;
  for (auto& [label, place] : places) place = next++;
  for (auto* side : {&sides.truth, &sides.prediction}) {
    if (side->labels.empty()) continue;
    std::vector<double> numbers;
    for (const auto& label : side->labels) numbers.push_back(places[label]);
    side->values = scoring::flat(std::move(numbers), scoring::Dtype::i8);
  }
}

base::Failure no_number(const std::string& path, const scoring::Column& column, std::string_view wanted) {
  return base::invalid(
      fmt::format("{}, line {}: this is no number, and {}", path, column.label_line, wanted));
}

base::Result<void> check_labels(const Options& options, const scoring::Metric& metric, const Sides& sides) {
  const bool wants_labels = metric.needs == scoring::Needs::labels;
  if (metric.needs == scoring::Needs::numbers && !sides.truth.labels.empty())
    return no_number(options.truth, sides.truth, fmt::format("{} compares numbers", metric.name));
  if (!wants_labels && !sides.prediction.labels.empty())
    return no_number(options.predictions, sides.prediction,
                     fmt::format("{} needs {} as predictions", metric.name, word_for(metric.needs)));
  if (sides.truth.labels.empty() && !sides.prediction.labels.empty())
    return no_number(options.predictions, sides.prediction,
                     fmt::format("{} holds numbers: give both as labels", options.truth));
  if (wants_labels && sides.prediction.labels.empty() && sides.prediction.values.columns == 0 &&
      !sides.truth.labels.empty())
    return no_number(options.truth, sides.truth,
                     fmt::format("{} holds numbers: give both as labels", options.predictions));
  return {};
}

base::Result<double> score_part(const scoring::Metric& metric, const Sides& sides,
                                const scoring::Parameters& parameters, std::string_view usage) {
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < sides.truth.usage.size(); ++i)
    if (sides.truth.usage[i] == usage) rows.push_back(static_cast<std::int64_t>(i));
  const auto truth = scoring::take_rows(sides.truth.values.view(), rows);
  if (!truth) return tl::unexpected(truth.error());
  const auto prediction = scoring::take_rows(sides.prediction.values.view(), rows);
  if (!prediction) return tl::unexpected(prediction.error());
  return scoring::score(metric, truth->view(), prediction->view(), parameters);
}

base::Result<base::json::object> answer_for(const scoring::Metric& metric, const Sides& sides,
                                            const scoring::Parameters& parameters) {
  const auto score =
      scoring::score(metric, sides.truth.values.view(), sides.prediction.values.view(), parameters);
  if (!score) return tl::unexpected(score.error());
  base::json::object answer{{"metric", metric.name}, {"score", *score}, {"rows", sides.truth.rows()}};
  for (const std::string_view usage : {"public", "private"}) {
    if (std::find(sides.truth.usage.begin(), sides.truth.usage.end(), usage) == sides.truth.usage.end())
      continue;
    const auto part = score_part(metric, sides, parameters, usage);
    if (!part) {
      auto error = part.error();
      error.message = fmt::format("{} rows: {}", usage, error.message);
      return base::Failure(std::move(error));
    }
    answer[usage] = *part;
  }
  return answer;
}

base::Result<base::json::object> score_files(const Options& options) {
  const auto* metric = scoring::find_metric(options.metric);
  if (metric == nullptr)
    return base::not_found(
        fmt::format("there is no metric {}: `agora metrics` lists those there are", options.metric));
  const auto parameters = parameters_in(options.parameters);
  if (!parameters) return tl::unexpected(parameters.error());
  const auto header = header_of(options.header);
  auto truth = column_in(options.truth, header);
  if (!truth) return tl::unexpected(truth.error());
  auto prediction = column_in(options.predictions, header);
  if (!prediction) return tl::unexpected(prediction.error());
  Sides sides{std::move(*truth), std::move(*prediction)};
  if (auto fit = check_labels(options, *metric, sides); !fit) return tl::unexpected(fit.error());
  number_labels(sides);
  auto answer = answer_for(*metric, sides, *parameters);
  if (!answer)
    answer.error().message += fmt::format(" (truth: {}, prediction: {})", options.truth, options.predictions);
  return answer;
}

void print_answer(const base::json::object& answer) {
  for (const std::string_view name : {"score", "public", "private"})
    if (const auto* value = answer.if_contains(name))
      fmt::print("{:<9}{}\n", name, base::to_text(value->get_double()));
  fmt::print("{:<9}{}\n", "rows", answer.at("rows").get_int64());
}

constexpr std::string_view kFooter =
    R"(Files are NPY or CSV. A CSV has one column, with or without a header; labels may be text.
  labels         accuracy, ...: a class in each row, or an array of one column for each class
  probability    roc_auc, brier_score_loss, ...: truth a class, predictions the probability of the second class
  probabilities  log_loss, ...: truth a class, predictions one column for each class in the order of the labels
  numbers        root_mean_squared_error, ...: a number in each row
A column "usage" (Public or Private) in the truth adds the scores of those rows alone.

Examples:
  agora score accuracy --truth truth.csv --predictions mine.csv
  agora score balanced_accuracy --parameter adjusted=true --truth truth.npy --predictions mine.npy --json)";

}  // namespace

void add_score(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand("score", "Score a file of predictions against a file of truth");
  auto options = std::make_shared<Options>();
  command->add_option("METRIC", options->metric, "A name from `agora metrics`")->required();
  command->add_option("--truth", options->truth, "NPY or CSV")->required()->type_name("FILE");
  command->add_option("--predictions", options->predictions, "NPY or CSV, in the order of the truth")
      ->required()
      ->type_name("FILE");
  command->add_option("--parameter", options->parameters, "A parameter of the metric; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command->add_option("--header", options->header, "Whether CSV files start with a header (detect, yes, no)")
      ->check(CLI::IsMember({"detect", "yes", "no"}));
  command->add_flag("--json", options->as_json, "One JSON object: metric, score, rows");
  command->footer(std::string(kFooter));
  command->callback([options, &exit] {
    const auto answer = score_files(*options);
    if (!answer) {
      exit = report_failure(answer.error(), options->as_json);
      return;
    }
    exit = Exit::done;
    if (options->as_json) return print_json(*answer);
    print_answer(*answer);
  });
}

}  // namespace agora
