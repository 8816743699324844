#include "features/submissions/commands_pack.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"

namespace submissions {
namespace fs = std::filesystem;
namespace json = base::json;
namespace {

bool is_left_out(const std::string& name) {
  return name.starts_with('.') || name.ends_with(".pyc") || name == "__pycache__" || name == "training_output" ||
         name == "node_modules";
}

base::Result<void> take_folder(const fs::path& folder, Packing& packing) {
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
      return base::invalid(fmt::format("{} is no regular file: put the file itself in its place, or remove it",
                                       entry->path().string()));
    packing.files.push_back({entry->path().lexically_relative(folder).generic_string(), entry->path()});
    packing.bytes += entry->file_size(failed);
  }
  if (failed) return base::invalid(fmt::format("{} cannot be read: {}", folder.string(), failed.message()));
  return {};
}

}  // namespace

base::Result<Packing> pack_submission(const fs::path& path) {
  std::error_code failed;
  const auto whole = fs::canonical(path, failed);
  if (failed) return base::not_found(fmt::format("there is no folder {}", path.string()));
  Packing packing;
  if (fs::is_regular_file(whole)) {
    packing = {whole.stem().string(), {{whole.filename().string(), whole}}, fs::file_size(whole, failed)};
    return packing;
  }
  packing.name = whole.filename().string();
  if (auto taken = take_folder(whole, packing); !taken) return base::Failure(taken.error());
  if (packing.files.empty())
    return base::invalid(
        fmt::format("{} has no files: name the folder that holds the submission's files", path.string()));
  std::sort(packing.files.begin(), packing.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return packing;
}

base::Result<std::optional<json::array>> as_json_files(const Packing& packing, std::uint64_t most_bytes) {
  if (packing.bytes > most_bytes) return std::optional<json::array>();
  json::array files;
  for (const auto& file : packing.files) {
    auto content = base::read_file(file.source);
    if (!content) return base::Failure(content.error());
    files.push_back({{"path", file.path}, {"content", *content}, {"encoding", "utf-8"}});
  }
  // JSON holds text alone: bytes that are no UTF-8 do not come through it.
  if (!base::parse_json(base::to_text(json::value(files)))) return std::optional<json::array>();
  return std::optional(std::move(files));
}

}  // namespace submissions
