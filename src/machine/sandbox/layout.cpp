#include "machine/sandbox/layout.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sandbox {
namespace fs = std::filesystem;
namespace {

constexpr std::array kSystemFolders{"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
constexpr std::array kDevices{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
constexpr std::array kSettings{"/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
                               "/etc/alternatives", "/etc/localtime"};

base::Result<void> check_readable(int tree, const fs::path& source) {
  struct stat facts {};
  if (::fstat(tree, &facts) != 0) return base::system_failure("stat", source.string(), errno);
  const mode_t needed = S_ISDIR(facts.st_mode) ? 05 : 04;
  if ((facts.st_mode & needed) == needed) return {};
  return base::invalid(
      fmt::format("{} cannot be shown to a cell: its mode is {:04o} and a cell's user is nobody on this host "
                  "(make it readable for others; the folders above it may stay closed)",
                  source.string(), static_cast<unsigned>(facts.st_mode & 07777)));
}

base::Result<void> add(Layout& layout, const fs::path& source, std::string target, Device device,
                       Reader reader) {
  auto tree = detached(source, device, reader);
  if (!tree) return base::Failure(tree.error());
  layout.trees.push_back(std::move(*tree));
  layout.targets.push_back(std::move(target));
  return {};
}

// A link of the host stays a link (merged /usr, the time zone); a folder or file becomes a piece.
base::Result<void> add_as_it_is(Layout& layout, const char* path) {
  std::error_code none;
  if (fs::is_symlink(path, none)) {
    layout.links.emplace_back(path, fs::read_symlink(path, none).string());
    return {};
  }
  if (!fs::exists(path, none)) return {};
  return add(layout, path, path, Device::no, Reader::owner);
}

void add_texts(Layout& layout, int slots) {
  std::string passwd = "root:x:0:0:zygote:/tmp:/bin/sh\n", group = "root:x:0:\n";
  for (int slot = 0; slot < slots; ++slot) {
    passwd += fmt::format("cell{0}:x:{1}:{1}:cell:/tmp:/bin/sh\n", slot, 1000 + slot);
    group += fmt::format("cell{}:x:{}:\n", slot, 1000 + slot);
  }
  layout.files = {{"/etc/passwd", passwd + "nobody:x:65534:65534:nobody:/:/bin/false\n"},
                  {"/etc/group", group + "nogroup:x:65534:\n"},
                  {"/etc/hosts", "127.0.0.1 localhost cell\n"},
                  {"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"}};
  layout.links.insert(layout.links.end(), {{"/dev/fd", "/proc/self/fd"},
                                           {"/dev/stdin", "/proc/self/fd/0"},
                                           {"/dev/stdout", "/proc/self/fd/1"},
                                           {"/dev/stderr", "/proc/self/fd/2"}});
}

}  // namespace

base::Result<base::Fd> detached(const fs::path& source, Device device, Reader reader) {
  base::Fd tree(static_cast<int>(::syscall(SYS_open_tree, AT_FDCWD, source.c_str(),
                                           OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE)));
  if (!tree) return base::system_failure("open_tree", source.string(), errno);
  if (reader == Reader::others && device == Device::no)
    if (auto readable = check_readable(tree.get(), source); !readable) return base::Failure(readable.error());
  mount_attr attributes{};
  attributes.attr_set = device == Device::yes ? MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC
                                              : MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  attributes.propagation = 1u << 18;  // MS_PRIVATE: what the host mounts later stays outside
  if (::syscall(SYS_mount_setattr, tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes,
                sizeof attributes) != 0)
    return base::system_failure("mount_setattr", source.string(), errno);
  return tree;
}

base::Result<Layout> lay_out(const ZygoteSpec& spec, const fs::path& runtime, int slots, Reader reader) {
  Layout layout;
  add_texts(layout, slots);
  base::Result<void> added = add(layout, "/usr", "/usr", Device::no, Reader::owner);
  for (const char* path : kSystemFolders)
    if (added) added = add_as_it_is(layout, path);
  for (const char* path : kSettings)
    if (added) added = add_as_it_is(layout, path);
  for (const char* path : kDevices)
    if (added) added = add(layout, path, path, Device::yes, reader);
  for (const char* name : {"agora_cell", "libagora-cell.so"})
    if (added) added = add(layout, runtime / name, fmt::format("/agora/{}", name), Device::no, reader);
  for (const auto& mount : spec.mounts)
    if (added) added = add(layout, mount.source, mount.target, Device::no, reader);
  if (!added) return base::Failure(added.error());
  return layout;
}

}  // namespace sandbox
