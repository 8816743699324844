#include "base/files.h"

#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace base {
namespace fs = std::filesystem;

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int Fd::release() {
  return std::exchange(fd_, -1);
}

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_failure("open", path.string(), errno);
  struct stat facts {};
  if (::fstat(fd.get(), &facts) != 0) return system_failure("stat", path.string(), errno);
  if (S_ISDIR(facts.st_mode)) return invalid(fmt::format("{} is a folder, not a file", path.string()));
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(facts.st_size));
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read", path.string(), errno);
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.size() > limit)
      return too_large(
          fmt::format("{} is larger than {} bytes, the most that is read here", path.string(), limit));
  }
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_failure("write", "file", errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

namespace {

Result<void> sync_folder(const fs::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return system_failure("open", folder.string(), errno);
  if (::fsync(fd.get()) != 0) return system_failure("fsync", folder.string(), errno);
  return {};
}

}  // namespace

Result<void> write_file(const fs::path& path, std::string_view bytes, Readers readers) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::string temporary = (folder / ".write-XXXXXX").string();  // made with mode 0600
  const Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return system_failure("create a file in", folder.string(), errno);
  const auto give_up = [&](Failure why) {
    ::unlink(temporary.c_str());
    return Result<void>(why);
  };
  if (auto wrote = write_all(fd.get(), bytes); !wrote) return give_up(Failure(wrote.error()));
  if (readers == Readers::everyone && ::fchmod(fd.get(), 0644) != 0)
    return give_up(system_failure("chmod", temporary, errno));
  if (::fsync(fd.get()) != 0) return give_up(system_failure("fsync", temporary, errno));
  if (::rename(temporary.c_str(), path.c_str()) != 0)
    return give_up(system_failure("rename", path.string(), errno));
  return sync_folder(folder);
}

fs::path program_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path();
}

Result<TemporaryFolder> TemporaryFolder::make(std::string_view prefix) {
  std::error_code failed;
  const fs::path parent = fs::temp_directory_path(failed);
  if (failed) return unavailable("there is no folder for temporary files: set TMPDIR to one that exists");
  std::string name = (parent / fmt::format("{}-XXXXXX", prefix)).string();
  if (::mkdtemp(name.data()) == nullptr) return system_failure("create a folder in", parent.string(), errno);
  return TemporaryFolder(fs::path(name));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
  }
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  remove();
}

void TemporaryFolder::remove() {
  if (path_.empty()) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace base
