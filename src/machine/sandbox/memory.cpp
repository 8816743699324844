#include "machine/sandbox/memory.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sandbox {
namespace {

constexpr int kFrozen = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
constexpr int kFixedSize = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

}  // namespace

base::Result<base::Fd> open_memory(std::string_view name) {
  const std::string label(name);
  base::Fd fd(::memfd_create(label.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return base::system_failure("memfd_create", name, errno);
  return fd;
}

base::Result<void> seal_memory(int fd) {
  if (::fcntl(fd, F_ADD_SEALS, kFrozen) != 0)
    return base::system_failure("fcntl", "F_ADD_SEALS (is it still mapped for writing?)", errno);
  return {};
}

base::Result<base::Fd> sealed_memory(std::string_view name, std::string_view bytes) {
  auto fd = open_memory(name);
  if (!fd) return fd;
  if (auto wrote = base::write_all(fd->get(), bytes); !wrote) return base::Failure(wrote.error());
  if (auto sealed = seal_memory(fd->get()); !sealed) return base::Failure(sealed.error());
  return fd;
}

base::Result<base::Fd> result_memory(std::string_view name, std::uint64_t size) {
  auto fd = open_memory(name);
  if (!fd) return fd;
  if (::ftruncate(fd->get(), static_cast<off_t>(size)) != 0)
    return base::system_failure("ftruncate", name, errno);
  if (::fcntl(fd->get(), F_ADD_SEALS, kFixedSize) != 0)
    return base::system_failure("fcntl F_ADD_SEALS", name, errno);
  return fd;
}

base::Result<base::Fd> reader_of(int fd) {
  const auto path = fmt::format("/proc/self/fd/{}", fd);
  base::Fd reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reader) return base::system_failure("open", path + " for reading", errno);
  return reader;
}

std::uint64_t size_of(int fd) {
  struct stat facts {};
  return ::fstat(fd, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

base::Result<std::string> copy_out(int fd, std::uint64_t offset, std::uint64_t size) {
  const auto whole = size_of(fd);
  if (offset > whole || size > whole - offset)
    return base::invalid("the buffer is shorter than the bytes asked of it");
  std::string bytes(size, '\0');
  std::uint64_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(fd, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_failure("pread", "memory", errno);
    if (got == 0) return base::invalid("the buffer became shorter while it was read");
    done += static_cast<std::uint64_t>(got);
  }
  return bytes;
}

}  // namespace sandbox
