#include "judge/evaluation/stage.h"

#include <cerrno>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "judge/evaluation/failure.h"

namespace evaluation {
namespace fs = std::filesystem;
using base::Result;
using sandbox::Mount;

namespace {

constexpr std::string_view kSubmissions = "submissions";
constexpr std::size_t kMostFiles = 5000;  // of a submission, folders included

// Where a cell finds what lies at `name` in the kit.
std::string in_cell(std::string_view name) {
  return fmt::format("/kit/{}", name);
}

// Names that a submission's or a kit's folder may hold and no cell needs.
bool is_left_out(const std::string& name) {
  return name == "training_output" || name == "__pycache__" || name == ".ipynb_checkpoints" || name == ".git";
}

// Opens `relative` below `root` without following a link on the way, and without leaving `root`.
Result<base::Fd> open_below(const fs::path& root, const fs::path& relative) {
  const base::Fd folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return base::system_failure("open", root.string(), errno);
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const auto path = root / relative;
  const long fd = ::syscall(SYS_openat2, folder.get(), relative.c_str(), &how, sizeof how);
  if (fd >= 0) return base::Fd(static_cast<int>(fd));
  if (errno == ELOOP)
    return base::invalid(fmt::format("{} is a link: put the file itself there", path.string()));
  if (errno == EXDEV)
    return base::invalid(fmt::format("{} leaves the folder {}", relative.string(), root.string()));
  return base::system_failure("open", path.string(), errno);
}

// Bytes of `relative` below `root`, at most `limit`, into a new file that everyone may read.
Result<std::uint64_t> copy_regular(const fs::path& root, const fs::path& relative, const fs::path& to,
                                   std::uint64_t limit = UINT64_MAX) {
  const auto opened = open_below(root, relative);
  if (!opened) return tl::unexpected(opened.error());
  const auto& in = *opened;
  const auto from = root / relative;
  struct stat facts {};
  if (::fstat(in.get(), &facts) != 0) return base::system_failure("stat", from.string(), errno);
  if (!S_ISREG(facts.st_mode)) return base::invalid(fmt::format("{} is no regular file", from.string()));
  if (static_cast<std::uint64_t>(facts.st_size) > limit)
    return base::too_large(fmt::format("{} is too large", from.string()));
  const base::Fd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!out) return base::system_failure("create", to.string(), errno);
  if (::fchmod(out.get(), 0644) != 0) return base::system_failure("chmod", to.string(), errno);
  for (off_t left = facts.st_size; left > 0;) {
    const auto got =
        ::copy_file_range(in.get(), nullptr, out.get(), nullptr, static_cast<std::size_t>(left), 0);
    if (got < 0 && errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP)
      return base::system_failure("copy", from.string(), errno);
    if (got <= 0) {
      std::string buffer(1u << 18, '\0');
      const auto read = ::read(in.get(), buffer.data(), buffer.size());
      if (read < 0) return base::system_failure("read", from.string(), errno);
      if (read == 0) break;
      if (auto put = base::write_all(out.get(), {buffer.data(), static_cast<std::size_t>(read)}); !put)
        return tl::unexpected(put.error());
      left -= read;
      continue;
    }
    left -= got;
  }
  return static_cast<std::uint64_t>(facts.st_size);
}

Result<void> make_folders(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return base::system_failure("create the folder", folder.string(), failed.value());
  return {};
}

// Cells run under ids of their own: what they enter must be open to all.
Result<base::TemporaryFolder> make_open_folder(std::string_view prefix) {
  auto folder = base::TemporaryFolder::make(prefix);
  if (folder && ::chmod(folder->path().c_str(), 0755) != 0)
    return base::system_failure("chmod", folder->path().string(), errno);
  return folder;
}

// Copies a tree of regular files, or fails before it passes `limit` bytes.
Result<void> copy_tree(const fs::path& from, const fs::path& to, std::uint64_t limit) {
  std::uint64_t left = limit;
  std::size_t count = 0;
  std::error_code failed;
  if (auto made = make_folders(to); !made) return tl::unexpected(made.error());
  for (auto entry = fs::recursive_directory_iterator(from, failed); !failed && entry != fs::end(entry);
       entry.increment(failed)) {
    const auto relative = entry->path().lexically_relative(from);
    if (is_left_out(relative.filename().string())) {
      if (entry->is_directory()) entry.disable_recursion_pending();
      continue;
    }
    if (++count > kMostFiles && limit != UINT64_MAX)
      return base::too_large(
          fmt::format("{} holds more than {} files, the most that a submission may have: pack them "
                      "into one",
                      from.string(), kMostFiles));
    if (entry->is_symlink())
      return base::invalid(fmt::format("{} is a link: put the file itself there", entry->path().string()));
    if (entry->is_directory()) {
      if (auto made = make_folders(to / relative); !made) return tl::unexpected(made.error());
      continue;
    }
    const auto size = copy_regular(from, relative, to / relative, left);
    if (!size && size.error().kind == base::ErrorKind::too_large)
      return base::too_large(fmt::format(
          "with {} the submission holds more than {} bytes, its limit (kit.toml, [limits] submission)",
          entry->path().string(), limit));
    if (!size) return tl::unexpected(size.error());
    left -= *size;
  }
  if (failed) return base::not_found(fmt::format("{}: {}", from.string(), failed.message()));
  return {};
}

}  // namespace

HostPath host_path(const ProblemSource& source, const std::string& relative) {
  const fs::path path(relative);
  if (path.begin() == path.end() || *path.begin() != "data") return {source.kit, path};
  // data/ may be a link, to where the data really lies; nothing below it may.
  return {source.data.value_or(source.kit / "data"), path.lexically_relative("data")};
}

Result<std::vector<Mount>> mounts_for_preparation(const ProblemSource& source) {
  std::vector<Mount> mounts;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(source.kit, failed)) {
    const auto name = entry.path().filename().string();
    if (name == "submissions" || is_left_out(name) || (name == "data" && source.data)) continue;
    if (entry.is_symlink() && name != "data") continue;
    mounts.push_back({fs::canonical(entry.path(), failed), in_cell(name)});
  }
  if (failed) return base::not_found(fmt::format("{}: {}", source.kit.string(), failed.message()));
  if (source.data) mounts.push_back({fs::canonical(*source.data, failed), in_cell("data")});
  if (failed) return base::not_found(fmt::format("{}: {}", source.data->string(), failed.message()));
  return mounts;
}

Stage::Stage(base::TemporaryFolder folder)
    : folder_(std::move(folder)), code_(folder_.path() / "code"), store_(folder_.path() / "store") {}

Result<Stage> Stage::make(const ProblemSource& source) {
  auto folder = make_open_folder("agora-problem");
  if (!folder) return tl::unexpected(folder.error());
  Stage stage(std::move(*folder));
  for (const auto& part : {stage.code_, stage.store_}) {
    if (auto made = make_folders(part); !made) return tl::unexpected(made.error());
  }
  if (auto copied = copy_regular(source.kit, "problem.py", stage.code_ / "problem.py"); !copied)
    return tl::unexpected(copied.error());
  const auto external = source.kit / "external_imports";
  if (fs::is_directory(external)) {
    if (auto copied = copy_tree(external, stage.code_ / "external_imports", UINT64_MAX); !copied)
      return tl::unexpected(copied.error());
  }
  return stage;
}

Result<void> Stage::store(const ProblemSource& source, const std::vector<std::string>& files) {
  for (const auto& file : files) {
    const fs::path path(file);
    if (file.empty() || path.is_absolute() || !path.has_filename() || path != path.lexically_normal() ||
        *path.begin() == "..")
      return base::invalid(fmt::format("\"{}\" is no path inside the kit", base::readable(file)));
    const auto target = store_ / path;
    if (fs::is_regular_file(target)) continue;
    if (auto made = make_folders(target.parent_path()); !made) return made;
    const auto from = host_path(source, file);
    if (auto copied = copy_regular(from.root, from.relative, target); !copied)
      return tl::unexpected(copied.error());
  }
  return {};
}

std::vector<Mount> Stage::code_mounts() const {
  std::vector<Mount> mounts{{code_ / "problem.py", in_cell("problem.py")}};
  if (fs::exists(code_ / "external_imports"))
    mounts.push_back({code_ / "external_imports", in_cell("external_imports")});
  return mounts;
}

Result<base::TemporaryFolder> stage_submission(const Submission& submission, const kit::Limits& limits) {
  auto folder = make_open_folder("agora-submission");
  if (!folder) return folder;
  auto copied = copy_tree(submission.folder, folder->path() / "files", limits.submission_bytes);
  if (!copied) return tl::unexpected(copied.error());
  if (fs::is_empty(folder->path() / "files"))
    return base::invalid(
        fmt::format("{} holds no file: a submission is a folder with the files that the problem asks for",
                    submission.folder.string()));
  return folder;
}

Result<CellFiles> CellFiles::make(const Stage& stage, const std::vector<std::string>& now,
                                  const std::vector<std::string>& later) {
  auto folder = make_open_folder("agora-files");
  if (!folder) return tl::unexpected(folder.error());
  CellFiles files(std::move(*folder));
  for (const auto& file : later) {
    const fs::path path(file);
    if (std::distance(path.begin(), path.end()) < 2)
      return base::invalid(
          fmt::format("X_test names {}, which lies at the top of the kit: move it into a folder", file));
    if (auto made = make_folders(files.folder_.path() / *path.begin()); !made)
      return tl::unexpected(made.error());
  }
  if (auto made = make_folders(files.folder_.path() / kSubmissions); !made)
    return tl::unexpected(made.error());
  if (auto shown = files.reveal(stage, now); !shown) return tl::unexpected(shown.error());
  return files;
}

Result<void> CellFiles::show_submission(const std::string& name, const fs::path& folder) {
  const auto target = folder_.path() / kSubmissions / name;
  if (auto made = make_folders(target); !made) return made;
  std::error_code failed;
  for (auto entry = fs::recursive_directory_iterator(folder, failed); !failed && entry != fs::end(entry);
       entry.increment(failed)) {
    const auto place = target / entry->path().lexically_relative(folder);
    if (entry->is_directory()) {
      if (auto made = make_folders(place); !made) return made;
    } else if (::link(entry->path().c_str(), place.c_str()) != 0) {
      return base::system_failure("link", place.string(), errno);
    }
  }
  if (failed) return base::system_failure("read the folder", folder.string(), failed.value());
  return {};
}

Result<void> CellFiles::reveal(const Stage& stage, const std::vector<std::string>& files) {
  for (const auto& file : files) {
    const auto target = folder_.path() / file;
    if (auto made = make_folders(target.parent_path()); !made) return made;
    if (::link((stage.store_folder() / file).c_str(), target.c_str()) != 0 && errno != EEXIST)
      return base::system_failure("link", target.string(), errno);
  }
  return {};
}

std::vector<Mount> CellFiles::mounts() const {
  std::vector<Mount> mounts;
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    mounts.push_back({entry.path(), in_cell(entry.path().filename().string())});
  return mounts;
}

}  // namespace evaluation
