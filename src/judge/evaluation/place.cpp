#include <algorithm>

#include "base/files.h"
#include "judge/evaluation/failure.h"

namespace evaluation {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongestSource = 16u << 20;

// The path below `folder`, where it names a file there; nothing of the way may lead out or be a link.
std::optional<fs::path> file_below(const fs::path& folder, const fs::path& relative) {
  if (relative.empty() || relative.is_absolute() || relative != relative.lexically_normal() ||
      *relative.begin() == "..")
    return std::nullopt;
  std::error_code failed;
  const auto path = folder / relative;
  if (!fs::is_regular_file(fs::symlink_status(path, failed))) return std::nullopt;
  return path;
}

}  // namespace

void forget_untrue_place(Failure& failure, const std::string& name, const fs::path& submission,
                         const fs::path& code) {
  const auto own = "submissions/" + name + "/";
  const auto path = failure.file.starts_with(own) ? file_below(submission, failure.file.substr(own.size()))
                                                  : file_below(code, failure.file);
  if (!path) failure.file.clear();
  const auto text = path ? base::read_file(*path, kLongestSource) : base::Result<std::string>("");
  const auto lines = text ? std::count(text->begin(), text->end(), '\n') + 1 : 0;
  if (!path || failure.line < 0 || failure.line > lines) failure.line = 0;
}

}  // namespace evaluation
