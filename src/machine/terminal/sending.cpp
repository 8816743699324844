#include "machine/terminal/sending.h"

#include <algorithm>

#include <fmt/format.h>

namespace terminal {
namespace fs = std::filesystem;
namespace {

bool is_left_out(const std::string& name) {
  return name.starts_with('.') || name.ends_with(".pyc") || name == "__pycache__" ||
         name == "training_output" || name == "node_modules";
}

}  // namespace

base::Result<std::vector<base::FileToPack>> files_to_send(const fs::path& folder) {
  std::vector<base::FileToPack> files;
  std::error_code failed;
  for (auto entry = fs::recursive_directory_iterator(folder, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    const auto status = entry->symlink_status(failed);
    if (is_left_out(entry->path().filename().string())) {
      if (fs::is_directory(status)) entry.disable_recursion_pending();
      continue;
    }
    if (fs::is_directory(status)) continue;
    if (!fs::is_regular_file(status))
      return base::invalid(fmt::format(
          "{} is no regular file: put the file itself in its place, or remove it", entry->path().string()));
    files.push_back({entry->path().lexically_relative(folder).generic_string(), entry->path()});
  }
  if (failed) return base::invalid(fmt::format("{} cannot be read: {}", folder.string(), failed.message()));
  if (files.empty()) return base::invalid(fmt::format("{} has no files", folder.string()));
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

}  // namespace terminal
