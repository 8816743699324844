#include "judge/environments/keeping.h"

#include <algorithm>
#include <cerrno>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/environments/resolving.h"
#include "judge/environments/rules.h"
#include "judge/environments/store.h"
#include "judge/environments/wanted.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

// What the disk gives, so that links to one file count for one.
std::uint64_t size_on_disk(const fs::path& path) {
  std::uint64_t bytes = 0;
  const auto add = [&](const fs::path& file) {
    struct stat facts {};
    if (::lstat(file.c_str(), &facts) == 0)
      bytes += static_cast<std::uint64_t>(facts.st_blocks) * 512 /
               std::max<nlink_t>(1, S_ISDIR(facts.st_mode) ? 1 : facts.st_nlink);
  };
  std::error_code failed;
  add(path);
  for (fs::recursive_directory_iterator entry(path, failed), end; !failed && entry != end;
       entry.increment(failed))
    add(entry->path());
  return bytes;
}

std::map<std::string, std::string> names_by_hash(const fs::path& home) {
  std::map<std::string, std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(home / "names", failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const auto name = entry->path().filename().string();
    if (const auto hash = hash_behind(home, name); !hash.empty()) names.emplace(hash, name);
  }
  return names;
}

std::vector<std::string> hashes_in(const fs::path& home) {
  std::vector<std::string> hashes;
  std::error_code failed;
  for (fs::directory_iterator entry(home / "environments", failed), end; !failed && entry != end;
       entry.increment(failed))
    if (const auto name = entry->path().filename().string(); is_hash(name)) hashes.push_back(name);
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

// Nothing where somebody holds it. What has no description was never whole, and nobody can hold it.
std::optional<base::Fd> lock_alone(const fs::path& folder) {
  base::Fd fd(::open((folder / kManifest).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return fd;
}

// Out of the way in one step: whoever looks sees all of it or nothing, and what a killed process leaves is
// swept by the next maker.
base::Result<void> take_away(const fs::path& home, const fs::path& path) {
  auto making = Making::begin(home);
  if (!making) return tl::unexpected(making.error());
  const auto aside = making->path() / "gone";
  if (::rename(path.c_str(), aside.c_str()) != 0) return base::system_failure("rename", path.string(), errno);
  return {};
}

std::string label(const std::string& hash) {
  return fmt::format("the environment {}", hash);
}

std::string how_to_forget(const fs::path& center) {
  return fmt::format("`agora env gc --forget {}`", center.string());
}

// Who asks for it, where a center does.
std::optional<std::string> why_wanted(const std::vector<WantList>& lists, std::string_view hash) {
  for (const auto& list : lists)
    for (const auto& want : list.wants)
      if (want.hash == hash) return fmt::format("the center in {} asks for it", list.center.string());
  return std::nullopt;
}

std::optional<base::Error> why_name_wanted(const std::vector<WantList>& lists, std::string_view name) {
  for (const auto& list : lists)
    for (const auto& want : list.wants)
      if (want.name == name)
        return base::Error{
            base::ErrorKind::conflict,
            fmt::format(
                "an event of the center in {} uses {}{}", list.center.string(), name,
                list.is_center_gone ? ", which is gone: forget it with " + how_to_forget(list.center) : "")};
  return std::nullopt;
}

void tell_of_gone_centers(const std::vector<WantList>& lists, Collection& found) {
  for (const auto& list : lists)
    if (list.is_center_gone)
      found.kept.push_back({fmt::format("the list of the center in {}", list.center.string()),
                            fmt::format("that folder is gone: {} forgets it", how_to_forget(list.center)),
                            0});
}

base::Result<void> collect_one(const fs::path& home, const std::string& hash, Try attempt,
                               Collection& found) {
  const auto folder = folder_of(home, hash);
  const auto alone = lock_alone(folder);
  if (!alone) {
    found.kept.push_back({label(hash), "it is in use", size_on_disk(folder)});
    return {};
  }
  found.freed.push_back({label(hash), "it has no name", size_on_disk(folder)});
  return attempt == Try::dry ? base::Result<void>() : take_away(home, folder);
}

// Wheels that were built here come and go with what was fetched.
base::Result<void> collect_cache(const fs::path& home, const CollectWish& wish, Collection& found) {
  std::uint64_t bytes = 0;
  std::vector<fs::path> there;
  std::error_code ignored;
  for (const auto& part : {home / "cache" / "uv", built_wheels(home)})
    if (fs::exists(part, ignored)) {
      bytes += size_on_disk(part);
      there.push_back(part);
    }
  if (there.empty()) return {};
  if (bytes <= wish.most_cache_bytes) {
    found.kept.push_back({"the installer's cache", "it is within its limit", bytes});
    return {};
  }
  found.freed.push_back({"the installer's cache", "it is larger than its limit", bytes});
  if (wish.attempt == Try::dry) return {};
  for (const auto& part : there)
    if (auto done = take_away(home, part); !done) return done;
  return {};
}

}  // namespace

std::string hash_named(const fs::path& home, std::string_view name) {
  if (is_hash(name)) return std::string(name);
  return why_bad_name(name) ? "" : hash_behind(home, name);
}

base::Result<Hold> Hold::take(const Environment& environment) {
  const auto path = environment.folder / kManifest;
  base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return base::not_found(fmt::format("the environment {} is gone: make it again", environment.name));
  while (::flock(fd.get(), LOCK_SH | LOCK_NB) != 0)
    if (errno != EINTR)
      return base::conflict(
          fmt::format("the environment {} is being removed: make it again", environment.name));
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return base::not_found(fmt::format("the environment {} is gone: make it again", environment.name));
  return Hold(std::move(fd));
}

base::Result<Collection> collect(const fs::path& home, const CollectWish& wish) {
  auto lock = MakingLock::take(
      home, [](const Step&) {}, wish.stop);
  if (!lock) return tl::unexpected(lock.error());
  const auto lists = want_lists(home);
  if (!lists) return tl::unexpected(lists.error());
  const auto names = names_by_hash(home);
  Collection found;
  for (const auto& hash : hashes_in(home)) {
    const auto keep = [&](std::string why) {
      found.kept.push_back({label(hash), std::move(why), size_on_disk(folder_of(home, hash))});
    };
    if (const auto named = names.find(hash); named != names.end())
      keep(fmt::format("it is named {}", named->second));
    else if (auto why = why_wanted(*lists, hash))
      keep(std::move(*why));
    else if (auto done = collect_one(home, hash, wish.attempt, found); !done)
      return tl::unexpected(done.error());
  }
  if (auto done = collect_cache(home, wish, found); !done) return tl::unexpected(done.error());
  tell_of_gone_centers(*lists, found);
  return found;
}

base::Result<Collection> remove(const fs::path& home, std::string_view name) {
  if (name == kDefault)
    return base::invalid("\"default\" is the environment that Agora makes itself, and would make again");
  auto lock = MakingLock::take(home, [](const Step&) {});
  if (!lock) return tl::unexpected(lock.error());
  const auto hash = why_bad_name(name) ? "" : hash_behind(home, name);
  if (hash.empty())
    return base::not_found(
        fmt::format("there is no environment \"{}\": `agora env list` shows those there are", name));
  const auto lists = want_lists(home);
  if (!lists) return tl::unexpected(lists.error());
  if (auto why = why_name_wanted(*lists, name)) return tl::unexpected(*why);
  std::error_code failed;
  if (!fs::remove(home / "names" / name, failed))
    return base::unavailable(fmt::format("the name {} cannot be removed: {}", name, failed.message()));
  forget_origin(home, name);
  Collection found;
  if (const auto others = names_by_hash(home); others.contains(hash))
    found.kept.push_back({label(hash), fmt::format("it is named {}, too", others.at(hash)), 0});
  else if (auto why = why_wanted(*lists, hash))
    found.kept.push_back({label(hash), std::move(*why), 0});
  else if (auto done = collect_one(home, hash, Try::wet, found); !done)
    return tl::unexpected(done.error());
  return found;
}

}  // namespace environments
