// Scores predictions against truth and bags the predictions of folds: values in, values out.
// Knows no files, clocks, people or challenges.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace scoring {

// Where numbers came from. Values are held as doubles; a float32 keeps its arithmetic (log loss clips at
// float32's epsilon, RMSE of two float32 arrays is summed in float32), as numpy does. i2: up to 16 bits.
enum class Dtype { b1, i2, i4, i8, f4, f8 };

// Rows of doubles that someone else owns. `columns` is 0 for rank 1; rows lie `stride` doubles apart.
struct View {
  const double* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t stride = 1;
  Dtype dtype = Dtype::f8;

  bool is_flat() const { return columns == 0; }
  std::int64_t width() const { return columns == 0 ? 1 : columns; }
  const double* row(std::int64_t index) const { return data + index * stride; }
  View slice(std::int64_t first_column, std::int64_t count) const;  // of rank 2, as is the slice
};

// Row-major doubles of rank 1 (columns 0) or 2.
struct Array {
  std::vector<double> values;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  Dtype dtype = Dtype::f8;

  View view() const;
};

Array flat(std::vector<double> values, Dtype dtype = Dtype::f8);
std::string shape_text(View view);  // "(12, 3)" or "(12,)"

// The chosen rows, in that order. Fails with `invalid` where an index is outside of [0, rows).
base::Result<Array> take_rows(View view, std::span<const std::int64_t> rows);

// --- Metrics ---

enum class Better { higher, lower };

// labels: classes as whole numbers (rank 1), or one column a class, of which the largest is meant.
// probability: truth is labels of two classes, prediction the second class's probability or score (rank 1, or
// column 1 of two or more). probabilities: truth is labels or one column a class, prediction one column a
// class. numbers: truth and prediction of one shape.
enum class Needs { labels, probability, probabilities, numbers };

using Parameters = base::json::object;

struct Parameter {
  std::string_view name;
  std::string_view standard;  // as JSON, or in words where it depends on the data
  std::string_view summary;
};

struct Metric {
  std::string_view name;  // what kits, routes and the CLI call it; scikit-learn's where it has one
  Better better = Better::higher;
  Needs needs = Needs::numbers;
  double minimum = 0;
  double maximum = 1;  // infinite where nothing bounds it
  int precision = 2;   // digits shown by default
  std::string_view summary;
  std::string_view ramp_class;  // of rampwf.score_types
  base::Result<double> (*compute)(View truth, View prediction, const Parameters& parameters);
  std::span<const Parameter> parameters = {};
};

std::span<const Metric> metrics();
const Metric* find_metric(std::string_view name);  // null when unknown

// A finite number. Fails with `invalid` when lengths or shapes differ, there is nothing to score, a
// prediction is NaN or infinite, a parameter is unknown or wrong, or the truth leaves the score undefined
// (one class only, no spread, a zero to divide by). Rows in messages count from 0.
base::Result<double> score(const Metric& metric, View truth, View prediction,
                           const Parameters& parameters = {});

// --- RAMP kits ---

struct PredictionType {
  enum class Kind { multiclass, regression, combined };
  Kind kind = Kind::regression;
  std::int64_t width = 0;  // labels or columns of y_pred; 0 for regression of rank 1
  std::vector<PredictionType> children{};
};

// {"kind": "multiclass", "labels": n}, {"kind": "regression", "columns": n} or {"kind": "combined",
// "children": [...]}. Fails with `invalid`.
base::Result<PredictionType> prediction_type_from(const base::json::value& json);

// A rampwf score type, or a tree of them (Combined, MakeCombined).
struct ScoreType {
  std::string class_name;
  std::string name;
  int precision = 2;
  Better better = Better::higher;
  const Metric* metric = nullptr;  // null for Combined and MakeCombined
  Parameters parameters{};
  std::vector<double> weights{};  // Combined
  std::int64_t index = 0;         // MakeCombined; below 0 from the end, as in Python
  std::vector<ScoreType> children{};
};

// {"class", "name", "precision", "is_lower_the_better", "parameters"}, with "weights" and "children" for
// Combined, "index" and "children" for MakeCombined. Fails with `not_found` for a class that is not computed
// here (its own class must score it), `invalid` for anything else that is wrong.
base::Result<ScoreType> score_type_from(const base::json::value& json);
bool is_ramp_class(std::string_view class_name);

// What rampwf's score_function gives for arrays that are `Predictions(y_true=...).y_pred` and
// `Predictions(y_pred=...).y_pred` (combined: columns side by side). Fails as `score` above does; where
// rampwf answers NaN or infinity this fails too. Integers do not wrap around as numpy's do.
base::Result<double> score(const ScoreType& score_type, const PredictionType& prediction_type, View truth,
                           View prediction);

struct Fold {
  View prediction;                     // one row for each of `rows`
  std::span<const std::int64_t> rows;  // where they belong in the whole
};

struct Bagged {
  Array values;                       // of the covered rows only
  std::vector<std::int64_t> covered;  // rows that some fold predicted, ascending
};

// The mean over folds, as rampwf's get_score_cv_bags makes it for all folds, bit for bit. Multiclass rows are
// clipped to [1e-15, 1 - 1e-15] and normalised first; combined predictions are not (rampwf's make_combined
// inherits the plain mean). Pass a prefix of the folds for the bag of that prefix.
base::Result<Bagged> bag(const PredictionType& prediction_type, std::int64_t rows,
                         std::span<const Fold> folds);

// --- Values from bytes ---

// Fails with `invalid` for what is no NPY, has an object, text, complex or big-endian dtype or rank over 2,
// or whose size is not what its header claims; `too_large` past `most` values.
base::Result<Array> array_from_npy(std::string_view bytes, std::int64_t most = std::int64_t{1} << 28);
bool is_npy(std::string_view bytes);

enum class Header { detect, present, absent };

// A CSV of one column of numbers or labels, or of several columns of numbers (rank 2); a column named "usage"
// is set apart.
struct Column {
  Array values;                     // rank 1 of one column; empty where the column holds labels
  std::vector<std::string> labels;  // empty where it holds numbers
  std::vector<std::string> usage;   // "public" or "private" for each row; empty where there is no such column
  std::int64_t label_line = 0;      // the file's first line whose value is no number; 0 where there is none
  std::int64_t rows() const;
};

// Detecting takes the first line as the header when it is no number and everything below is, when it names a
// usage column, or when it is a usual name of such a column (y, label, target, truth, prediction, ...).
// Fails with `invalid`, naming the line.
base::Result<Column> column_from_csv(std::string_view text, Header header = Header::detect);

}  // namespace scoring
