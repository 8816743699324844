// What was asked for under a name, and what its making said.
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/json.h"
#include "judge/environments/rules.h"
#include "judge/environments/store.h"

namespace environments {
namespace fs = std::filesystem;
namespace json = base::json;

namespace {

constexpr std::uint64_t kMostOrigin = 8u << 20, kMostLog = 64u << 20;

fs::path origin_path(const fs::path& home, std::string_view name) {
  return home / "origins" / (std::string(name) + ".json");
}

std::vector<LeftOut> left_out_of(const json::value& value) {
  std::vector<LeftOut> left_out;
  const auto* list = base::find_member(value, "left_out");
  if (list == nullptr || !list->is_array()) return left_out;
  for (const auto& item : list->as_array()) {
    const auto* line = base::find_member(item, "line");
    left_out.push_back({line != nullptr && line->is_int64() ? static_cast<int>(line->as_int64()) : 0,
                        base::find_text(item, "what"), base::find_text(item, "why")});
  }
  return left_out;
}

}  // namespace

json::array to_json(const std::vector<LeftOut>& left_out) {
  json::array list;
  for (const auto& one : left_out) list.push_back({{"line", one.line}, {"what", one.what}, {"why", one.why}});
  return list;
}

base::Result<void> write_origin(const fs::path& home, std::string_view name, const Origin& origin) {
  const json::value text{{"kind", word_for(origin.kind)},
                         {"source", origin.source},
                         {"text", origin.text},
                         {"left_out", to_json(origin.left_out)}};
  return base::write_file(origin_path(home, name), base::to_pretty_text(text) + "\n");
}

std::optional<Origin> read_origin(const fs::path& home, std::string_view name) {
  const auto text = base::read_file(origin_path(home, name), kMostOrigin);
  const auto value = text ? base::parse_json(*text) : base::Result<json::value>(tl::unexpected(text.error()));
  if (!value) return std::nullopt;
  const auto kind = source_kind_from(base::find_text(*value, "kind"));
  if (!kind) return std::nullopt;
  return Origin{*kind, base::find_text(*value, "source"), base::find_text(*value, "text"),
                left_out_of(*value)};
}

void forget_origin(const fs::path& home, std::string_view name) {
  std::error_code ignored;
  fs::remove(origin_path(home, name), ignored);
  fs::remove(log_of(home, name), ignored);
}

fs::path log_of(const fs::path& home, std::string_view name) {
  return home / "logs" / (std::string(name) + ".log");
}

base::Result<BuildLog> BuildLog::open(const fs::path& home, std::string_view name, const OnLine& also) {
  auto path = log_of(home, name);
  base::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) return base::system_failure("open", path.string(), errno);
  return BuildLog(std::move(path), std::move(fd), also);
}

// A log that cannot be written, on a full disk, is no reason to stop.
void BuildLog::say(std::string_view line) {
  const auto clean = without_credentials(line);
  static_cast<void>(base::write_all(fd_.get(), clean + "\n"));
  if (also_) also_(clean);
}

base::Result<void> BuildLog::keep_in(const fs::path& folder) const {
  auto text = base::read_file(path_, kMostLog);
  if (!text) return tl::unexpected(text.error());
  return base::write_file(folder / kLogFile, *text);
}

}  // namespace environments
