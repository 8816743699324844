#include <cstring>

#include <fmt/format.h>

#include "base/files.h"
#include "judge/evaluation/results.h"

namespace evaluation {
namespace fs = std::filesystem;
namespace json = base::json;
using base::Result;

namespace {

// NPY, version 1.0: magic, header length, a Python dict padded to 64 bytes, the numbers.
std::string npy_of(const Predictions& p) {
  const auto kind = p.dtype == "b1" ? "|b1" : "<" + p.dtype;
  const auto shape = p.rank == 1 ? fmt::format("({},)", p.rows) : fmt::format("({}, {})", p.rows, p.columns);
  auto header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", kind, shape);
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10, ' ');
  header.back() = '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header + std::string(p.numbers);
}

template <class T>
T number_at(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// A list of lists of numbers for each row; null for a row without an answer.
std::string json_of(const Predictions& p) {
  constexpr std::size_t kHeader = 64;
  const auto numbers = p.bytes.substr(kHeader + 16 * p.rows);
  json::array rows;
  for (std::uint64_t row = 0; row < p.rows; ++row) {
    const auto start = number_at<std::int64_t>(p.bytes, kHeader + 16 * row);
    const auto end = number_at<std::int64_t>(p.bytes, kHeader + 16 * row + 8);
    if (start < 0) {
      rows.emplace_back(nullptr);
      continue;
    }
    json::array items;
    for (auto item = static_cast<std::uint64_t>(start); item < static_cast<std::uint64_t>(end); ++item) {
      json::array values;
      for (std::uint64_t c = 0; c < p.columns; ++c)
        values.emplace_back(number_at<double>(numbers, (item * p.columns + c) * 8));
      items.emplace_back(std::move(values));
    }
    rows.emplace_back(std::move(items));
  }
  return base::to_text(json::value(std::move(rows)));
}

Result<void> save_step(std::string_view memory, const Region& region, const Expected& expected,
                       const fs::path& stem) {
  auto predictions = read_predictions(memory, region, expected);
  if (!predictions) return base::internal(predictions.error().message);
  return predictions->ragged ? base::write_file(stem.string() + ".json", json_of(*predictions))
                             : base::write_file(stem.string() + ".npy", npy_of(*predictions));
}

Result<void> save_fold(const Evaluation& evaluation, std::size_t fold, const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return base::system_failure("create the folder", folder.string(), failed.value());
  const auto& memory = evaluation.predictions[fold];
  const auto& places = evaluation.places;
  if (auto saved = save_step(memory, places.train, places.expected_train, folder / "y_pred_train"); !saved)
    return saved;
  if (!evaluation.has_test) return {};
  return save_step(memory, places.test, places.expected_test, folder / "y_pred_test");
}

}  // namespace

json::value to_json(const Record& record) {
  return {{"kit", record.kit_hash},
          {"data", record.data_hash},
          {"code", record.code_hash},
          {"environment", record.environment_hash},
          {"seed", record.seed},
          {"threads", record.threads},
          {"cpu", record.cpu},
          {"blas", record.blas},
          {"versions", base::parse_json(record.versions).value_or(nullptr)}};
}

Result<void> save(const Evaluation& evaluation, std::string_view kit, std::string_view submission,
                  const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return base::system_failure("create the folder", folder.string(), failed.value());
  if (!fs::is_empty(folder))
    return base::conflict(fmt::format("{} is not empty: name a new folder", folder.string()));
  for (std::size_t fold = 0; fold < evaluation.predictions.size(); ++fold) {
    if (auto saved = save_fold(evaluation, fold, folder / fmt::format("fold_{}", fold)); !saved) return saved;
  }
  const auto scores = base::to_pretty_text(to_json(evaluation, kit, submission)) + "\n";
  if (auto saved = base::write_file(folder / "scores.json", scores); !saved) return saved;
  return base::write_file(folder / "record.json", base::to_pretty_text(to_json(evaluation.record)) + "\n");
}

}  // namespace evaluation
