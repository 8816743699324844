// Times score types on arrays in memory. Reads one JSON job a line: {"score_type", "prediction_type",
// "truth", "prediction"} (NPY paths), then for each line "run INDEX" scores once and answers {"seconds",
// "score"}.
#include <ctime>
#include <iostream>
#include <stdexcept>

#include <fmt/format.h>

#include "base/files.h"
#include "core/scoring/scoring.h"

namespace {

struct Job {
  scoring::ScoreType score_type;
  scoring::PredictionType prediction_type;
  scoring::Array truth;
  scoring::Array prediction;
};

template <class T>
T value_or_throw(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

scoring::Array array_in(const base::json::value& path) {
  const auto bytes = value_or_throw(base::read_file(std::string(path.as_string()), std::size_t{4} << 30));
  return value_or_throw(scoring::array_from_npy(bytes));
}

Job job_from(const std::string& line) {
  const auto json = value_or_throw(base::parse_json(line));
  return {value_or_throw(scoring::score_type_from(json.at("score_type"))),
          value_or_throw(scoring::prediction_type_from(json.at("prediction_type"))),
          array_in(json.at("truth")), array_in(json.at("prediction"))};
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void run(const Job& job) {
  const auto began = processor_seconds();
  const auto score = value_or_throw(
      scoring::score(job.score_type, job.prediction_type, job.truth.view(), job.prediction.view()));
  const auto took = processor_seconds() - began;
  std::cout << base::to_text(base::json::object{{"seconds", took}, {"score", score}}) << std::endl;
}

}  // namespace

int main() {
  try {
    std::vector<Job> jobs;
    std::string line;
    while (std::getline(std::cin, line)) {
      if (line.starts_with("run "))
        run(jobs.at(std::stoul(line.substr(4))));
      else
        jobs.push_back(job_from(line));
    }
  } catch (const std::exception& failure) {
    std::cerr << "error: " << failure.what() << "\n";
    return 3;
  }
}
