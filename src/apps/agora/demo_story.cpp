#include "apps/agora/demo_story.h"

#include <array>

#include <fmt/format.h>

#include "apps/agora/demo_center.h"
#include "base/files.h"

namespace agora {
namespace fs = std::filesystem;
namespace {

constexpr std::array kPeople{
    DemoPerson{"admin", "Noor Haddad", "administrator"},
    DemoPerson{"organiser", "Ingrid Solberg", "organiser"},
    DemoPerson{"ada", "Ada Okafor"},
    DemoPerson{"mateus", "Mateus Ferreira"},
    DemoPerson{"yuki", "Yuki Tanabe"},
    DemoPerson{"leila", "Leïla Benali"},
    DemoPerson{"tomasz", "Tomasz Wrona"},
    DemoPerson{"priya", "Priya Raman"},
};

// A classifier that a person may have written in five minutes.
constexpr std::string_view kClassifier = R"(from {module} import {model}
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Classifier:
    def fit(self, X, y):
        self.model_ = make_pipeline(StandardScaler(), {model}({arguments}))
        self.model_.fit(X, y)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)
)";

std::string classifier(std::string_view module, std::string_view model, std::string_view arguments) {
  return fmt::format(kClassifier, fmt::arg("module", module), fmt::arg("model", model),
                     fmt::arg("arguments", arguments));
}

// A slip that everyone makes once: the name of a column that is not there.
constexpr std::string_view kSlip = R"(class FeatureExtractor:
    def fit(self, X_df, y):
        return self

    def transform(self, X_df):
        return X_df[['mean_radius', 'mean_sweetness']].to_numpy()
)";

using Files = std::map<std::string, std::string>;

base::Result<Files> files_of(const fs::path& folder) {
  Files files;
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

}  // namespace

std::span<const DemoPerson> demo_people() {
  return kPeople;
}

base::Result<std::vector<DemoPart>> demo_story(const fs::path& kits) {
  struct FromKit {
    std::string_view person, event, kit, submission;
  };
  constexpr std::array kFromKits{
      FromKit{"ada", "breast-masses", "breast_cancer", "starting_kit"},
      FromKit{"mateus", "handwritten-digits", "digits", "starting_kit"},
      FromKit{"yuki", "breast-masses", "breast_cancer", "all_measurements"},
      FromKit{"leila", "handwritten-digits", "digits", "support_vectors"},
      FromKit{"tomasz", "breast-masses", "breast_cancer", "kernel_on_even_scales"},
  };
  std::vector<DemoPart> story;
  Files start;
  for (const auto& from : kFromKits) {
    auto files = files_of(kits / from.kit / "submissions" / from.submission);
    if (!files) return tl::unexpected(files.error());
    if (start.empty()) start = *files;
    story.push_back(
        {std::string(from.person), std::string(from.event), std::string(from.submission), std::move(*files)});
  }
  const auto changed = [&](std::string person, std::string name, std::string_view file, std::string text) {
    Files files = start;
    files[std::string(file)] = std::move(text);
    story.push_back({std::move(person), "breast-masses", std::move(name), std::move(files)});
  };
  changed("priya", "forest", "classifier.py",
          classifier("sklearn.ensemble", "RandomForestClassifier", "n_estimators=50, random_state=57"));
  changed("ada", "sweet radius", "feature_extractor.py", std::string(kSlip));
  changed("ada", "softer", "classifier.py",
          classifier("sklearn.linear_model", "LogisticRegression", "C=0.1, random_state=57"));
  changed("leila", "neighbours", "classifier.py",
          classifier("sklearn.neighbors", "KNeighborsClassifier", "n_neighbors=15"));
  changed("mateus", "naive", "classifier.py", classifier("sklearn.naive_bayes", "GaussianNB", ""));
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
