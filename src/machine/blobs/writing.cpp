#include "machine/blobs/writing.h"

#include <cerrno>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace blobs {
namespace fs = std::filesystem;
using base::system_failure;

fs::path place_of(const fs::path& folder, std::string_view name) {
  return folder / name.substr(0, 2) / name.substr(2, 2) / name;
}

base::Result<void> sync_folder(const fs::path& folder) {
  const base::Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return system_failure("open", folder.string(), errno);
  if (::fsync(fd.get()) != 0) return system_failure("fsync", folder.string(), errno);
  return {};
}

namespace {

base::Result<void> ensure_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0755) == 0) return sync_folder(folder.parent_path());
  if (errno != EEXIST) return system_failure("mkdir", folder.string(), errno);
  return {};
}

}  // namespace

// The lock tells a sweeper that the writer lives. A sweeper may take the file between its making and its
// locking: then it has no name any more, and another is made.
base::Result<Writing> Writing::begin(const fs::path& folder) {
  while (true) {
    std::string path = (folder / "incoming" / "blob-XXXXXX").string();
    base::Fd fd(::mkostemp(path.data(), O_CLOEXEC));
    if (!fd) return system_failure("create a file in", (folder / "incoming").string(), errno);
    Writing writing(folder, path, std::move(fd));
    if (::flock(writing.fd_.get(), LOCK_EX) != 0) return system_failure("flock", path, errno);
    struct stat facts {};
    if (::fstat(writing.fd_.get(), &facts) != 0) return system_failure("stat", path, errno);
    if (facts.st_nlink > 0) return writing;
    writing.path_.clear();
  }
}

Writing::Writing(fs::path folder, std::string path, base::Fd fd)
    : folder_(std::move(folder)), path_(std::move(path)), fd_(std::move(fd)) {}

Writing::Writing(Writing&& other) noexcept
    : folder_(std::move(other.folder_)),
      path_(std::exchange(other.path_, {})),
      fd_(std::move(other.fd_)),
      hash_(std::move(other.hash_)),
      size_(other.size_) {}

Writing::~Writing() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

base::Result<void> Writing::add(std::string_view bytes) {
  hash_->feed(bytes);
  size_ += bytes.size();
  return base::write_all(fd_.get(), bytes);
}

base::Result<void> Writing::add_all_of(int fd) {
  std::vector<char> buffer(1u << 18);
  while (true) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read", "the bytes to keep", errno);
    if (got == 0) return {};
    if (auto added = add({buffer.data(), static_cast<std::size_t>(got)}); !added) return added;
  }
}

base::Result<Blob> Writing::finish() {
  Blob blob{hash_->hex(), size_};
  const auto target = place_of(folder_, blob.name);
  struct stat facts {};
  const bool is_there =
      ::stat(target.c_str(), &facts) == 0 && static_cast<std::uint64_t>(facts.st_size) == blob.size;
  if (is_there) {  // perhaps by a writer that has not yet synced the folder
    if (auto synced = sync_folder(target.parent_path()); !synced) return tl::unexpected(synced.error());
    return blob;
  }
  if (auto placed = place(target); !placed) return tl::unexpected(placed.error());
  return blob;
}

base::Result<void> Writing::place(const fs::path& target) {
  if (::fchmod(fd_.get(), 0444) != 0) return system_failure("chmod", path_, errno);
  if (::fsync(fd_.get()) != 0) return system_failure("fsync", path_, errno);
  const auto near = target.parent_path();
  if (auto made = ensure_folder(near.parent_path()); !made) return made;
  if (auto made = ensure_folder(near); !made) return made;
  if (::rename(path_.c_str(), target.c_str()) != 0) return system_failure("rename", target.string(), errno);
  path_.clear();
  return sync_folder(near);
}

}  // namespace blobs
