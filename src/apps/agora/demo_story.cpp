#include "apps/agora/demo_story.h"

#include <algorithm>

#include <fmt/format.h>

#include "apps/agora/demo_code.h"
#include "base/files.h"

namespace agora {
namespace fs = std::filesystem;
namespace {

// A submission is one of the kit's, as it is or with one change.
struct Row {
  std::string_view person, event, name;
  std::string_view base;       // the kit's submission
  std::string_view file = {};  // whose text becomes `text`, or in which `from` becomes `to`
  std::string text = {};
  std::string_view from = {}, to = {};
  DemoAct act = DemoAct::none;
};

constexpr std::string_view kStart = "starting_kit";
constexpr std::string_view kClassifierFile = "classifier.py", kEstimatorFile = "estimator.py";

std::vector<Row> wind_rows() {
  constexpr std::string_view kWind = "wind-power", kFile = kEstimatorFile;
  const auto code = [](std::string_view text) { return std::string(text); };
  return {
      {"wei", kWind, "climate alone", kStart, kFile, code(kClimate)},
      {"ada", kWind, "starting kit", kStart},
      {"yuki", kWind, "twice the bins", kStart, kFile, {}, "N_BINS = 12", "N_BINS = 24"},
      {"samuel", kWind, "three levels", kStart, kFile, code(kThreeLevels)},
      {"tomasz", kWind, "power curve", kStart, kFile, code(kPowerCurve)},
      {"nadia", kWind, "nearest hours", "nearest_hours"},
      {"samuel", kWind, "half the bins", kStart, kFile, {}, "N_BINS = 12", "N_BINS = 6"},
      {"kwame", kWind, "sure of myself", kStart, kFile, code(kSureOfMyself)},
      {"maren", kWind, "25 hours", "nearest_hours", kFile, {}, "N_NEIGHBOURS = 70", "N_NEIGHBOURS = 25"},
      {"sofia", kWind, "boosted and nearest", "boosted_and_nearest"},
      {"nadia", kWind, "110 hours", "nearest_hours", kFile, {}, "N_NEIGHBOURS = 70", "N_NEIGHBOURS = 110"},
  };
}

std::vector<Row> breast_rows() {
  constexpr std::string_view kMasses = "breast-masses", kFile = kClassifierFile, kAll = "all_measurements";
  const auto code = [](std::string_view text) { return std::string(text); };
  const auto logistic = [](std::string_view arguments) {
    return demo_classifier("sklearn.linear_model", "LogisticRegression", arguments);
  };
  const auto forest = [](std::string_view arguments) {
    return demo_classifier("sklearn.ensemble", "RandomForestClassifier", arguments);
  };
  return {
      {"ada", kMasses, "starting kit", kStart},
      {"mateus", kMasses, "naive", kStart, kFile, demo_classifier("sklearn.naive_bayes", "GaussianNB", "")},
      {"ada", kMasses, "sweet radius", kStart, "feature_extractor.py", code(kSweetRadius)},
      {"yuki", kMasses, "all measurements", kAll},
      {"sofia", kMasses, "log votes", kStart, kFile, code(kLogVotes)},
      {"priya", kMasses, "forest", kStart, kFile, forest("n_estimators=50, random_state=57")},
      {"leila", kMasses, "fifteen neighbours", kStart, kFile,
       demo_classifier("sklearn.neighbors", "KNeighborsClassifier", "n_neighbors=15")},
      {"minh", kMasses, "deep search", kAll, kFile, code(kDeepSearch)},
      {"anders", kMasses, "one column", kStart, kFile, code(kOneColumn)},
      {"ada", kMasses, "softer", kStart, kFile, logistic("C=0.1, random_state=57")},
      {"thandiwe", kMasses, "noisy copies", kAll, kFile, code(kNoisyCopies)},
      {"sofia", kMasses, "votes, clipped", kAll, kFile, code(kClippedVotes)},
      {"tomasz", kMasses, "kernel on even scales", "kernel_on_even_scales", {}, {}, {}, {}, DemoAct::rerun},
      {"lucia",
       kMasses,
       "a thousand trees",
       kAll,
       kFile,
       forest("n_estimators=1000, random_state=57"),
       {},
       {},
       DemoAct::cancel},
      {"anders", kMasses, "recent first", kAll, kFile, code(kRecentFirst)},
      {"priya", kMasses, "forest of all", kAll, kFile,
       forest("n_estimators=80, min_samples_leaf=2, random_state=57")},
      {"minh", kMasses, "coarse search", kAll, kFile, code(kCoarseSearch)},
      {"ada", kMasses, "softer, all measurements", kAll, kFile, logistic("C=0.1, random_state=57")},
  };
}

std::vector<Row> digit_rows() {
  constexpr std::string_view kDigits = "handwritten-digits", kFile = kClassifierFile;
  const auto code = [](std::string_view text) { return std::string(text); };
  return {
      {"mateus", kDigits, "starting kit", kStart},
      {"carlos", kDigits, "28 by 28", kStart, kFile, code(kLargeImages)},
      {"kwame", kDigits, "three neighbours", kStart, kFile,
       demo_pixels("sklearn.neighbors", "KNeighborsClassifier", "n_neighbors=3")},
      {"elif", kDigits, "straight answers", kStart, kFile, code(kLabels)},
      {"leila", kDigits, "support vectors", "support_vectors"},
      {"jiwoo", kDigits, "discriminant", kStart, kFile,
       demo_pixels("sklearn.discriminant_analysis", "LinearDiscriminantAnalysis",
                   "solver='lsqr', shrinkage='auto'")},
      {"carlos", kDigits, "random trees", kStart, kFile,
       demo_pixels("sklearn.ensemble", "ExtraTreesClassifier", "n_estimators=60, random_state=57")},
      {"nadia", kDigits, "forest", kStart, kFile,
       demo_pixels("sklearn.ensemble", "RandomForestClassifier", "n_estimators=60, random_state=57")},
      {"elif", kDigits, "a narrower kernel", "support_vectors", kFile, {}, "gamma=0.05", "gamma=0.08"},
      {"hina", kDigits, "shifted digits", "shifted_support_vectors"},
      {"olena", kDigits, "five neighbours, near ones first", kStart, kFile,
       demo_pixels("sklearn.neighbors", "KNeighborsClassifier", "n_neighbors=5, weights='distance'")},
  };
}

base::Result<DemoFiles> files_of(const fs::path& folder) {
  DemoFiles files;
  std::error_code failed;
  for (const auto& entry : fs::recursive_directory_iterator(folder, failed)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".py") continue;
    auto text = base::read_file(entry.path());
    if (!text) return tl::unexpected(text.error());
    files[fs::relative(entry.path(), folder).generic_string()] = std::move(*text);
  }
  if (failed || files.empty()) return base::not_found(fmt::format("{} has no submission", folder.string()));
  return files;
}

base::Result<DemoPart> part_of(const Row& row, const fs::path& kits) {
  const auto events = demo_events();
  const auto event =
      std::find_if(events.begin(), events.end(), [&](const DemoEvent& one) { return one.slug == row.event; });
  auto files = files_of(kits / event->kit / "submissions" / row.base);
  if (!files) return tl::unexpected(files.error());
  DemoPart part{row.person, row.event, row.name, std::move(*files), row.act};
  if (row.file.empty()) return part;
  auto& text = part.files[std::string(row.file)];
  if (row.from.empty()) {
    text = row.text;
    return part;
  }
  const auto at = text.find(row.from);
  if (at == std::string::npos)
    return base::internal(fmt::format("{} of {} says no {}", row.file, row.base, row.from));
  text.replace(at, row.from.size(), row.to);
  return part;
}

}  // namespace

base::Result<std::vector<DemoPart>> demo_story(const fs::path& kits) {
  std::vector<Row> rows = wind_rows();
  const auto masses = breast_rows(), digits = digit_rows();
  for (std::size_t i = 0; i < std::max(masses.size(), digits.size()); ++i) {
    if (i < masses.size()) rows.push_back(masses[i]);
    if (i < digits.size()) rows.push_back(digits[i]);
  }
  std::vector<DemoPart> story;
  for (const auto& row : rows) {
    auto part = part_of(row, kits);
    if (!part) return tl::unexpected(part.error());
    story.push_back(std::move(*part));
  }
  return story;
}

base::Result<void> split_rows(const fs::path& from, const fs::path& open_part, const fs::path& hidden_part) {
  for (const auto* part : {"train.csv", "test.csv"}) {
    const auto text = base::read_file(from / part);
    if (!text) return tl::unexpected(text.error());
    std::string open_rows, hidden_rows;
    std::size_t row = 0;
    for (std::size_t at = 0; at < text->size(); ++row) {
      const auto end = std::min(text->find('\n', at), text->size() - 1) + 1;
      const std::string_view line(text->data() + at, end - at);
      if (row == 0 || (row - 1) % 3 == 0) open_rows += line;
      if (row == 0 || (row - 1) % 3 != 0) hidden_rows += line;
      at = end;
    }
    std::error_code failed;
    fs::create_directories(hidden_part, failed);
    if (auto wrote = base::write_file(open_part / part, open_rows); !wrote) return wrote;
    if (auto wrote = base::write_file(hidden_part / part, hidden_rows); !wrote) return wrote;
  }
  return {};
}

}  // namespace agora
