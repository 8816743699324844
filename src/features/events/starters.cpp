#include "features/events/starters.h"

#include <algorithm>

#include "base/files.h"
#include "base/hash.h"
#include "judge/evaluation/evaluation.h"

namespace events {
namespace {

// What else kit.toml names: extra files, and the statement where it is called otherwise.
struct Named {
  std::vector<std::string> files;
  std::string statement;
};
base::Result<Named> named_files(const std::filesystem::path& kit) {
  const auto tree = evaluation::read_tree(kit);
  if (!tree) return tl::unexpected(tree.error());
  const auto reading = kit::read_kit(*tree);
  if (!reading.kit) return Named();
  Named named{reading.kit->files, reading.kit->statement};
  if (!named.statement.empty()) named.files.push_back(named.statement);
  return named;
}

// Changes with the kit and with the text of first steps.
std::string key_of(const Seen& seen, const StarterFacts& facts) {
  return base::sha256_hex(seen.problem.kit_hash + "\n" + starter_readme(facts)).substr(0, 32);
}

base::Result<void> ensure_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (!failed) return {};
  return base::unavailable("starter kits cannot be kept", folder.string() + ": " + failed.message());
}

}  // namespace

StarterFacts Starters::facts_of(const Seen& seen) const {
  return {.slug = seen.event.slug,
          .title = title_of(seen),
          .server = server_,
          .is_practice = seen.problem.is_practice,
          .elements = seen.problem.elements};
}

base::Result<Starter> Starters::find(const Seen& seen, const std::filesystem::path& kit) {
  const auto facts = facts_of(seen);
  const auto key = key_of(seen, facts);
  const std::lock_guard lock(mutex_);
  const auto path = folder_ / (key + ".zip");
  if (const auto found = known_.find(key); found != known_.end() && std::filesystem::exists(path))
    return found->second;
  if (!std::filesystem::exists(path)) {
    const auto named = named_files(kit);
    if (!named) return tl::unexpected(named.error());
    if (auto ready = ensure_folder(folder_); !ready) return tl::unexpected(ready.error());
    if (auto packed = pack_starter(kit, facts, named->files, path); !packed)
      return tl::unexpected(packed.error());
  }
  const auto sha256 = base::sha256_of_file(path);
  if (!sha256) return tl::unexpected(sha256.error());
  return known_[key] = Starter{path, *sha256};
}

base::Result<StarterFiles> Starters::files_of(const StarterFacts& facts, const std::string& key,
                                              const std::filesystem::path& kit) const {
  const auto named = named_files(kit);
  if (!named) return tl::unexpected(named.error());
  if (auto ready = ensure_folder(folder_); !ready) return tl::unexpected(ready.error());
  const auto readme = folder_ / (key + ".md");
  if (auto written = base::write_file(readme, starter_readme(facts)); !written)
    return tl::unexpected(written.error());
  const auto packed = starter_files(kit, named->files, readme);
  if (!packed) return tl::unexpected(packed.error());
  StarterFiles files;
  for (const auto& file : *packed) {
    auto sha256 = base::sha256_of_file(file.source);
    if (!sha256) return tl::unexpected(sha256.error());
    files.push_back({file.path, file.source, std::filesystem::file_size(file.source), std::move(*sha256),
                     role_of(file.path, named->statement)});
  }
  std::sort(files.begin(), files.end(),
            [](const StarterFile& a, const StarterFile& b) { return a.path < b.path; });
  return files;
}

base::Result<std::shared_ptr<const StarterFiles>> Starters::files(const Seen& seen,
                                                                  const std::filesystem::path& kit) {
  const auto facts = facts_of(seen);
  const auto key = key_of(seen, facts);
  const std::lock_guard lock(mutex_);
  if (const auto found = known_files_.find(key); found != known_files_.end()) return found->second;
  auto read = files_of(facts, key, kit);
  if (!read) return tl::unexpected(read.error());
  return known_files_[key] = std::make_shared<const StarterFiles>(std::move(*read));
}

}  // namespace events
