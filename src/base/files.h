// Small files and descriptors, with failures as values. Knows nothing of what the files mean.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// Owns a file descriptor; -1 is none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();
  void reset();

 private:
  int fd_ = -1;
};

// Fails with `too_large` past `limit` bytes, `not_found`, or `internal` with errno in words.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64u << 20);

// Atomic: a reader sees the old bytes or the new ones, also after a crash (fsync, rename, fsync of the
// folder). `owner`: nobody else may read it, at no moment.
enum class Readers { everyone, owner };
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes,
                        Readers readers = Readers::everyone);

Result<void> write_all(int fd, std::string_view bytes);

// The folder of the running program; the other programs of Agora lie beside it.
std::filesystem::path program_folder();

// A new folder that only this user can enter, removed with all it holds when the value dies.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make(std::string_view prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  void remove();
  std::filesystem::path path_;
};

}  // namespace base
