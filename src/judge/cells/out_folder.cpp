#include "judge/cells/out_folder.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "judge/cells/rules.h"
#include "judge/cells/words.h"

namespace cells {
namespace {

constexpr std::size_t kMostLeft = 100;  // that are told one by one

// Nothing but plain folders on the way, whatever the names say.
int open_below(int root, const std::string& path, std::uint64_t flags, std::uint64_t mode = 0) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

}  // namespace

base::Result<OutFolder> OutFolder::make(std::uint64_t most_bytes, int most_files) {
  auto made = base::TemporaryFolder::make("out");
  if (!made) return tl::unexpected(made.error());
  OutFolder out;
  out.folder_ = std::make_shared<base::TemporaryFolder>(std::move(*made));
  out.out_ = out.folder_->path() / "out";
  if (::mkdir(out.out_.c_str(), 0755) != 0) return base::system_failure("mkdir", out.out_.string(), errno);
  out.root_ = base::Fd(::open(out.out_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!out.root_) return base::system_failure("open", out.out_.string(), errno);
  out.left_bytes_ = most_bytes;
  out.left_files_ = most_files;
  return out;
}

base::Result<bool> OutFolder::hear(std::string_view packet) {
  const auto rest = packet.substr(1);
  if (complete_ || (awaited_ > 0 && packet.front() != 'd')) return false;
  switch (packet.front()) {
    case 'f':
      return begin(rest);
    case 'd':
      return write(rest);
    case 'r':
      return left_there(rest);
    case 'e':
      return complete_ = true;
    default:
      return false;
  }
}

base::Result<bool> OutFolder::begin(std::string_view words) {
  const auto* end = words.data() + words.size();
  std::uint64_t size = 0;
  const auto read = std::from_chars(words.data(), end, size);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != ' ') return false;
  path_ = std::string(read.ptr + 1, end);
  awaited_ = size;
  if (const auto why = why_not(path_, size)) {
    leave(path_, *why);
  } else {
    auto file = create(path_);
    if (!file) return tl::unexpected(file.error());
    file_ = std::move(*file);
    if (!file_) leave(path_, "has the name of another file or folder");
  }
  if (file_) {
    left_bytes_ -= size;
    --left_files_;
  }
  if (awaited_ == 0) close();
  return true;
}

std::optional<std::string> OutFolder::why_not(std::string_view path, std::uint64_t size) const {
  if (auto why = why_no_plain_path(path)) return why;
  if (left_files_ <= 0) return "is beyond the number of files that are taken";
  if (size > left_bytes_)
    return fmt::format("has {}, and only {} more are taken", words_for_bytes(size),
                       words_for_bytes(left_bytes_));
  return std::nullopt;
}

base::Result<base::Fd> OutFolder::create(const std::string& path) {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const auto folder = path.substr(0, slash);
    if (::mkdirat(root_.get(), folder.c_str(), 0755) != 0 && errno != EEXIST && errno != ENOTDIR)
      return base::system_failure("mkdir", folder, errno);
  }
  base::Fd file(open_below(root_.get(), path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
  if (!file && errno != EEXIST && errno != ENOTDIR && errno != EISDIR && errno != ELOOP)
    return base::system_failure("open", path, errno);
  return file;
}

base::Result<bool> OutFolder::write(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > awaited_) return false;
  if (file_)
    if (auto wrote = base::write_all(file_.get(), bytes); !wrote) return tl::unexpected(wrote.error());
  awaited_ -= bytes.size();
  if (awaited_ == 0) close();
  return true;
}

void OutFolder::close() {
  if (file_) files_.push_back(path_);
  file_.reset();
}

base::Result<bool> OutFolder::left_there(std::string_view words) {
  const auto end = words.find('\0');
  if (end == std::string_view::npos) return false;
  leave(words.substr(0, end), words.substr(end + 1));
  return true;
}

void OutFolder::leave(std::string_view path, std::string_view why) {
  if (not_taken_.size() < kMostLeft) not_taken_.push_back({printable(path), printable(why)});
}

void OutFolder::give_to(ProgramOutcome& outcome) {
  if (awaited_ > 0 && file_) {
    (void)::unlinkat(root_.get(), path_.c_str(), 0);
    leave(path_, "was not handed over whole");
  }
  std::sort(files_.begin(), files_.end());
  outcome.out = out_;
  outcome.files = std::move(files_);
  outcome.left = std::move(not_taken_);
  outcome.keeps = folder_;
}

}  // namespace cells
