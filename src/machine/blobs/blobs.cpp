#include "machine/blobs/blobs.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/ids.h"
#include "base/time.h"
#include "machine/blobs/writing.h"

namespace blobs {
namespace fs = std::filesystem;
using base::system_failure;

bool is_name(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

namespace {

base::Failure no_name(std::string_view text) {
  return base::invalid(fmt::format("\"{}\" is no blob's name: that is 64 digits of 0-9 and a-f", text));
}

base::Failure absent(std::string_view name) {
  return base::not_found(fmt::format("there is no blob {}", name));
}

}  // namespace

base::Result<Store> Store::open(const fs::path& folder) {
  std::error_code failed;
  for (const auto* part : {"incoming", "aside"}) {
    fs::create_directories(folder / part, failed);
    if (failed) return system_failure("make the folder", (folder / part).string(), failed.value());
  }
  Store store(folder);
  if (auto swept = store.sweep(); !swept) return tl::unexpected(swept.error());
  if (auto synced = sync_folder(folder); !synced) return tl::unexpected(synced.error());
  return store;
}

fs::path Store::path_of(std::string_view name) const {
  return place_of(folder_, name);
}

base::Result<Blob> Store::put(std::string_view bytes) {
  const auto name = base::sha256_hex(bytes);
  if (auto there = size(name); there && *there == bytes.size()) {
    if (auto synced = sync_folder(path_of(name).parent_path()); !synced)
      return tl::unexpected(synced.error());
    return Blob{name, bytes.size()};
  }
  auto writing = Writing::begin(folder_);
  if (!writing) return tl::unexpected(writing.error());
  if (auto added = writing->add(bytes); !added) return tl::unexpected(added.error());
  return writing->finish();
}

base::Result<Blob> Store::put_file(const fs::path& path) {
  // O_NONBLOCK: opening a pipe must not wait for its writer before it is refused.
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ENOENT) return base::not_found(fmt::format("there is no file {}", path.string()));
  if (!fd) return system_failure("open", path.string(), errno);
  struct stat facts {};
  if (::fstat(fd.get(), &facts) != 0) return system_failure("stat", path.string(), errno);
  if (!S_ISREG(facts.st_mode))
    return base::invalid(fmt::format("{} is no regular file and cannot be kept", path.string()));
  return put_descriptor(fd.get());
}

base::Result<Blob> Store::put_descriptor(int fd) {
  auto writing = Writing::begin(folder_);
  if (!writing) return tl::unexpected(writing.error());
  if (auto added = writing->add_all_of(fd); !added) return tl::unexpected(added.error());
  return writing->finish();
}

base::Result<base::Fd> Store::open_blob(std::string_view name) const {
  if (!is_name(name)) return no_name(name);
  base::Fd fd(::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno == ENOENT) return absent(name);
  if (!fd) return system_failure("open", fmt::format("blob {}", name), errno);
  base::Sha256 hash;
  std::vector<char> buffer(1u << 18);
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read", fmt::format("blob {}", name), errno);
    if (got == 0) break;
    hash.feed({buffer.data(), static_cast<std::size_t>(got)});
  }
  if (hash.hex() != name) {
    set_aside(name, fd.get());
    return base::internal(fmt::format("blob {} is damaged: its bytes are not those it was kept under; the "
                                      "file was set aside. Put the same bytes again, or restore a backup",
                                      name),
                          (folder_ / "aside").string());
  }
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return system_failure("seek", fmt::format("blob {}", name), errno);
  return fd;
}

// Only the file that was read, and not a sound one that was put in its place meanwhile.
void Store::set_aside(std::string_view name, int fd) const {
  struct stat opened {
  }, named{};
  const auto path = path_of(name);
  if (::fstat(fd, &opened) != 0 || ::stat(path.c_str(), &named) != 0) return;
  if (opened.st_ino != named.st_ino || opened.st_dev != named.st_dev) return;
  const auto aside =
      folder_ / "aside" / fmt::format("{}.{}", name, base::to_text(base::make_ulid(base::now())));
  ::rename(path.c_str(), aside.c_str());
}

base::Result<std::string> Store::read(std::string_view name) const {
  auto fd = open_blob(name);
  if (!fd) return tl::unexpected(fd.error());
  struct stat facts {};
  if (::fstat(fd->get(), &facts) != 0) return system_failure("stat", fmt::format("blob {}", name), errno);
  std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(fd->get(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return system_failure("read", fmt::format("blob {}", name), got < 0 ? errno : EIO);
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

bool Store::exists(std::string_view name) const {
  return size(name).has_value();
}

base::Result<std::uint64_t> Store::size(std::string_view name) const {
  if (!is_name(name)) return no_name(name);
  struct stat facts {};
  if (::stat(path_of(name).c_str(), &facts) != 0) {
    if (errno == ENOENT) return absent(name);
    return system_failure("stat", fmt::format("blob {}", name), errno);
  }
  return static_cast<std::uint64_t>(facts.st_size);
}

base::Result<void> Store::remove(std::string_view name) {
  if (!is_name(name)) return no_name(name);
  const auto path = path_of(name);
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return absent(name);
    return system_failure("remove", fmt::format("blob {}", name), errno);
  }
  return sync_folder(path.parent_path());
}

base::Result<std::vector<Blob>> Store::list() const {
  std::vector<Blob> found;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder_, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const auto name = entry->path().filename().string();
    if (entry.depth() == 0 && name.size() != 2) {
      entry.disable_recursion_pending();  // incoming, aside
      continue;
    }
    if (entry.depth() != 2 || !is_name(name)) continue;
    if (auto bytes = size(name)) found.push_back({name, *bytes});  // else removed meanwhile
  }
  if (failed) return system_failure("list", folder_.string(), failed.value());
  std::sort(found.begin(), found.end(), [](const Blob& a, const Blob& b) { return a.name < b.name; });
  return found;
}

base::Result<int> Store::sweep() {
  int swept = 0;
  std::error_code failed;
  for (fs::directory_iterator entry(folder_ / "incoming", failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const base::Fd fd(::open(entry->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) continue;
    if (::unlink(entry->path().c_str()) == 0) ++swept;
  }
  if (failed) return system_failure("list", (folder_ / "incoming").string(), failed.value());
  return swept;
}

}  // namespace blobs
