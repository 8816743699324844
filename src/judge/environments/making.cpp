#include "judge/environments/making.h"

#include <algorithm>
#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "judge/environments/rules.h"
#include "judge/environments/store.h"
#include "judge/environments/text.h"
#include "judge/environments/uv.h"

namespace environments {
namespace fs = std::filesystem;
using base::system_failure;

namespace {

std::string counted(std::size_t packages) {
  return fmt::format("{} {}", packages, packages == 1 ? "package" : "packages");
}

// Turns uv's lines into steps: "Downloading scipy (32.5MiB)", " Downloaded scipy", "Prepared 21 packages in
// 2s".
class Watch {
 public:
  Watch(const Shop& shop, int total) : shop_(shop), progress_(shop.progress), total_(total) {}

  void operator()(std::string_view line) {
    const auto text = trimmed(line);
    if (text.starts_with("Using Python ")) return;  // where it is made is nobody's affair
    if (!text.empty()) shop_.said(text);
    if (text.starts_with("Downloading ")) {
      item_ = split(text, ' ')[1];
    } else if (text.starts_with("Downloaded ")) {
      done_ = std::min(done_ + 1, total_);
      item_ = split(text, ' ')[1];
    } else if (text.starts_with("Prepared ")) {
      progress_({"downloading", total_, total_});
      progress_({"unpacking", 0, total_});
      return;
    } else if (text.starts_with("Installed ")) {
      progress_({"unpacking", total_, total_});
      return;
    } else {
      return;
    }
    progress_({"downloading", done_, total_, item_});
  }

 private:
  const Shop& shop_;
  const Progress& progress_;
  int total_ = 0;
  int done_ = 0;
  std::string item_;
};

base::Result<void> unpack(const Shop& shop, const fs::path& tree, const Environment& wanted,
                          std::string_view source) {
  if (auto made = make_venv(shop, tree, source); !made) return made;
  if (auto wrote = base::write_file(tree / kLockFile, wanted.lock); !wrote) return wrote;
  const auto total = static_cast<int>(wanted.packages.size());
  shop.progress({"downloading", 0, total});
  shop.said(fmt::format("fetching and unpacking {} by their hashes", counted(wanted.packages.size())));
  auto ran = run_uv(
      shop.home, shop.uv,
      {{"pip", "sync", "--require-hashes", "--no-compile-bytecode", "--only-binary", ":all:", "--link-mode",
        "copy", "--python", (tree / "bin/python").string(), (tree / kLockFile).string()},
       shop.home,
       shop.wheels},
      Watch(shop, total), shop.stop);
  if (!ran) return tl::unexpected(ran.error());
  if (ran->status != 0) return tl::unexpected(explain(ran->output, {wanted.lock, source}));
  return {};
}

// By the base interpreter, isolated: it compiles the packages' files and imports none. The files' recorded
// paths are those of the final place. A file that does not compile is its package's own affair.
base::Result<void> compile(const Shop& shop, const fs::path& tree, const Environment& wanted) {
  shop.progress({"bytecode"});
  shop.said("compiling the packages' files");
  const auto jobs = std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
  const auto packages = tree / wanted.site_packages.lexically_relative(wanted.folder);
  auto ran = run_tool({{shop.interpreter.executable.string(), "-I", "-S", "-m", "compileall", "-q", "-j",
                        std::to_string(jobs), "-x", "/tests?/", "--invalidation-mode", "unchecked-hash", "-s",
                        tree.string(), "-p", wanted.folder.string(), packages.string()},
                       {{"LC_ALL", "C.UTF-8"}},
                       "/"});
  if (!ran) return tl::unexpected(ran.error());
  if (ran->status > 1)
    return base::unavailable(
        fmt::format("compiling the packages failed with status {}: run this again", ran->status),
        ran->output);
  return {};
}

bool is_own_link(const fs::path& relative) {
  return relative == "lib64" ||
         (relative.parent_path() == "bin" && relative.filename().string().starts_with("python"));
}

// All of it is on disk before its name is.
base::Result<void> place(const fs::path& tree, const fs::path& target) {
  const base::Fd folder(::open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return system_failure("open", target.parent_path().string(), errno);
  if (::syncfs(folder.get()) != 0) return system_failure("syncfs", target.parent_path().string(), errno);
  if (::rename(tree.c_str(), target.c_str()) != 0) return system_failure("rename", target.string(), errno);
  if (::fsync(folder.get()) != 0) return system_failure("fsync", target.parent_path().string(), errno);
  return {};
}

}  // namespace

base::Result<void> make_venv(const Shop& shop, const fs::path& tree, std::string_view source) {
  auto made = run_uv(shop.home, shop.uv,
                     {{"venv", "--quiet", "--relocatable", "--no-project", "--python",
                       shop.interpreter.executable.string(), tree.string()},
                      shop.home});
  if (!made) return tl::unexpected(made.error());
  if (made->status != 0) return tl::unexpected(explain(made->output, {"", source}));
  return {};
}

base::Result<void> settle(const fs::path& tree) {
  for (const auto* left : {".lock", ".gitignore", "CACHEDIR.TAG"}) ::unlink((tree / left).c_str());
  std::error_code failed;
  const auto set = [](const fs::path& path, mode_t mode) { return ::chmod(path.c_str(), mode) == 0; };
  if (!set(tree, 0755)) return system_failure("chmod", tree.string(), errno);
  for (fs::recursive_directory_iterator entry(tree, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const auto relative = entry->path().lexically_relative(tree);
    if (entry->is_symlink()) {
      if (is_own_link(relative)) continue;
      return base::invalid(
          fmt::format("a package brings a link, {}, which environments do not take: remove the "
                      "package from the requirements",
                      relative.string()));
    }
    const bool is_run = (entry->status().permissions() & fs::perms::owner_exec) != fs::perms::none;
    const mode_t mode = entry->is_directory() ? 0755 : is_run ? 0555 : 0444;
    if (!set(entry->path(), mode)) return system_failure("chmod", entry->path().string(), errno);
  }
  if (failed) return system_failure("list", tree.string(), failed.value());
  return {};
}

base::Result<Environment> ensure_built(const Shop& shop, std::string_view name, std::string_view lock,
                                       std::string_view source, BuildLog& log) {
  const auto hash = hash_of(lock, shop.interpreter.version, shop.interpreter.platform);
  const auto folder = folder_of(shop.home, hash);
  std::error_code ignored;
  if (fs::exists(folder, ignored)) {
    log.say(fmt::format("the same packages are there already, as {}", hash));
    return read_environment(folder, name);
  }
  const auto wanted = described(folder, name, lock, shop.interpreter);
  auto making = Making::begin(shop.home);
  if (!making) return tl::unexpected(making.error());
  const auto tree = making->path() / "tree";
  if (auto done = unpack(shop, tree, wanted, source); !done) return tl::unexpected(done.error());
  if (auto done = compile(shop, tree, wanted); !done) return tl::unexpected(done.error());
  if (auto done = write_manifest(tree, wanted); !done) return tl::unexpected(done.error());
  log.say(fmt::format("done: {}, named {}", counted(wanted.packages.size()), hash));
  if (auto done = log.keep_in(tree); !done) return tl::unexpected(done.error());
  if (auto done = settle(tree); !done) return tl::unexpected(done.error());
  if (auto done = place(tree, folder); !done) return tl::unexpected(done.error());
  return wanted;
}

}  // namespace environments
