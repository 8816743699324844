#include "features/submissions/commands_pack.h"

#include <fmt/format.h>

#include "base/files.h"
#include "machine/terminal/sending.h"

namespace submissions {
namespace fs = std::filesystem;
namespace json = base::json;
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
  auto files = terminal::files_to_send(whole);
  if (!files) return base::Failure(files.error());
  packing.files = std::move(*files);
  for (const auto& file : packing.files) packing.bytes += fs::file_size(file.source, failed);
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
