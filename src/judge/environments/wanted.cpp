#include "judge/environments/wanted.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "judge/environments/environments.h"
#include "judge/environments/rules.h"
#include "judge/environments/store.h"

namespace environments {
namespace fs = std::filesystem;
namespace json = base::json;

namespace {

constexpr int kFormat = 1;
constexpr std::size_t kLongestList = 8u << 20;

// The same folder, however it is spelled; a folder that is gone, too.
fs::path whole(const fs::path& center) {
  std::error_code failed;
  const auto found = fs::weakly_canonical(fs::absolute(center, failed), failed);
  return failed ? center : found;
}

fs::path list_of(const fs::path& home, const fs::path& center) {
  return home / "wanted" / (base::sha256_hex(whole(center).string()).substr(0, 16) + ".json");
}

bool is_gone(const fs::path& center) {
  std::error_code failed;
  return fs::status(center, failed).type() == fs::file_type::not_found;
}

base::Failure unreadable(const fs::path& file, std::string_view why) {
  return base::unavailable(
      fmt::format("{} says what a center needs, and cannot be read ({}): nothing is taken away before it "
                  "can, or is removed",
                  file.string(), why));
}

base::Result<WantList> read_list(const fs::path& file) {
  const auto text = base::read_file(file, kLongestList);
  if (!text) return unreadable(file, text.error().message);
  const auto value = base::parse_json(*text);
  if (!value) return unreadable(file, value.error().message);
  const auto* format = base::find_member(*value, "format");
  const auto* wants = base::find_member(*value, "wants");
  if (format == nullptr || *format != kFormat || wants == nullptr || !wants->is_array())
    return unreadable(file, "another version of Agora wrote it");
  WantList list{.center = base::find_text(*value, "center"), .wants = {}};
  list.is_center_gone = is_gone(list.center);
  for (const auto& want : wants->as_array())
    list.wants.push_back({base::find_text(want, "hash"), base::find_text(want, "name")});
  return list;
}

std::string text_of(const WantList& list) {
  json::array wants;
  for (const auto& want : list.wants) wants.push_back({{"hash", want.hash}, {"name", want.name}});
  return base::to_pretty_text(json::object{
             {"format", kFormat}, {"center", list.center.string()}, {"wants", std::move(wants)}}) +
         "\n";
}

}  // namespace

std::vector<Want> all_to_want(const fs::path& home) {
  std::set<Want> all;
  for (const auto& name : names_in(home))
    if (const auto hash = hash_behind(home, name); !hash.empty()) all.insert({hash, name});
  std::error_code failed;
  for (fs::directory_iterator entry(home / "environments", failed), end; !failed && entry != end;
       entry.increment(failed))
    if (const auto hash = entry->path().filename().string(); is_hash(hash)) all.insert({hash, ""});
  return {all.begin(), all.end()};
}

base::Result<void> set_wants(const fs::path& home, const fs::path& center, std::vector<Want> wants) {
  const auto file = list_of(home, center);
  std::sort(wants.begin(), wants.end());
  const auto text = text_of(WantList{.center = whole(center), .wants = std::move(wants)});
  if (const auto before = base::read_file(file, kLongestList); before && *before == text) return {};
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);
  if (failed)
    return base::unavailable(
        fmt::format("{} cannot be made: {}", file.parent_path().string(), failed.message()));
  return base::write_file(file, text);
}

base::Result<std::vector<WantList>> want_lists(const fs::path& home) {
  std::vector<WantList> lists;
  std::error_code failed;
  for (fs::directory_iterator entry(home / "wanted", failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().extension() != ".json") continue;  // one that is being written
    auto list = read_list(entry->path());
    if (!list) return tl::unexpected(list.error());
    lists.push_back(std::move(*list));
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    return unreadable(home / "wanted", failed.message());
  std::sort(lists.begin(), lists.end(), [](const auto& a, const auto& b) { return a.center < b.center; });
  return lists;
}

base::Result<void> forget_center(const fs::path& home, const fs::path& center) {
  const auto file = list_of(home, center);
  if (!is_gone(whole(center)))
    return base::conflict(
        fmt::format("{} is still there: while a center's data are, so are the environments that it asks for",
                    center.string()));
  std::error_code failed;
  if (fs::remove(file, failed)) return {};
  if (failed)
    return base::unavailable(fmt::format("{} cannot be removed: {}", file.string(), failed.message()));
  return base::not_found(fmt::format(
      "no center in {} has asked for environments: `agora env gc --dry-run` names those that have",
      center.string()));
}

}  // namespace environments
