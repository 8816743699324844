#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/files.h"
#include "judge/evaluation/evaluation.h"

namespace evaluation {
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargestText = 4u << 20;
constexpr std::array<std::string_view, 8> kTexts{".py",  ".toml", ".md",  ".txt",
                                                 ".yml", ".yaml", ".cfg", ".ini"};

bool is_text(const fs::path& path) {
  return std::find(kTexts.begin(), kTexts.end(), path.extension().string()) != kTexts.end();
}

}  // namespace

base::Result<kit::Tree> read_tree(const fs::path& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed))
    return base::not_found(
        fmt::format("{} is no folder: a kit is a folder with a problem.py", folder.string()));
  kit::Tree tree;
  for (auto entry = fs::recursive_directory_iterator(folder, failed); !failed && entry != fs::end(entry);
       entry.increment(failed)) {
    const auto name = entry->path().filename().string();
    if (name == ".git" || name == "training_output") {
      entry.disable_recursion_pending();
      continue;
    }
    const auto relative = entry->path().lexically_relative(folder).generic_string();
    if (entry->is_symlink()) {
      tree.entries.push_back({relative, 0, true});
      continue;
    }
    if (!entry->is_regular_file()) continue;
    const auto size = entry->file_size();
    tree.entries.push_back({relative, size, false});
    if (!is_text(entry->path()) || size > kLargestText) continue;
    auto text = base::read_file(entry->path(), kLargestText);
    if (!text) return tl::unexpected(text.error());
    tree.texts[relative] = std::move(*text);
  }
  if (failed) return base::not_found(fmt::format("{}: {}", folder.string(), failed.message()));
  std::sort(tree.entries.begin(), tree.entries.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return tree;
}

}  // namespace evaluation
