#include "features/events/starters.h"

#include "base/files.h"
#include "base/hash.h"
#include "judge/evaluation/evaluation.h"

namespace events {
namespace {

// What else kit.toml names: extra files, and the statement where it is called otherwise.
base::Result<std::vector<std::string>> named_files(const std::filesystem::path& kit) {
  const auto tree = evaluation::read_tree(kit);
  if (!tree) return tl::unexpected(tree.error());
  const auto reading = kit::read_kit(*tree);
  if (!reading.kit) return std::vector<std::string>();
  auto files = reading.kit->files;
  if (!reading.kit->statement.empty()) files.push_back(reading.kit->statement);
  return files;
}

}  // namespace

base::Result<Starter> Starters::find(const Seen& seen, const std::filesystem::path& kit) {
  const StarterFacts facts{.slug = seen.event.slug,
                           .title = title_of(seen),
                           .server = server_,
                           .is_practice = seen.problem.is_practice,
                           .elements = seen.problem.elements};
  const auto key = base::sha256_hex(seen.problem.kit_hash + "\n" + starter_readme(facts)).substr(0, 32);
  const std::lock_guard lock(mutex_);
  const auto path = folder_ / (key + ".zip");
  if (const auto found = known_.find(key); found != known_.end() && std::filesystem::exists(path))
    return found->second;
  if (!std::filesystem::exists(path)) {
    const auto more = named_files(kit);
    if (!more) return tl::unexpected(more.error());
    std::error_code failed;
    std::filesystem::create_directories(folder_, failed);
    if (auto packed = pack_starter(kit, facts, *more, path); !packed) return tl::unexpected(packed.error());
  }
  const auto sha256 = base::sha256_of_file(path);
  if (!sha256) return tl::unexpected(sha256.error());
  return known_[key] = Starter{path, *sha256};
}

}  // namespace events
