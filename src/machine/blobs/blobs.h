// Bytes kept under the SHA-256 of what they are. Knows nothing of what the bytes mean or who needs them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace blobs {

struct Blob {
  std::string name;  // 64 lower-case hexadecimal digits
  std::uint64_t size = 0;
};

bool is_name(std::string_view text);

// A folder of blobs. Several threads and processes may use one folder at a time: what one of them is putting
// is not seen by the others before it is whole and on disk, also when it is killed half-way.
class Store {
 public:
  // Makes the folder where it is absent and sweeps what killed writers left behind.
  static base::Result<Store> open(const std::filesystem::path& folder);

  // Each returns once the blob would survive a power cut. Putting what is already there changes nothing.
  base::Result<Blob> put(std::string_view bytes);
  base::Result<Blob> put_file(const std::filesystem::path& path);  // `invalid` unless a regular file
  base::Result<Blob> put_descriptor(int fd);                       // from its position to its end

  // Verified: they fail with `internal` naming the blob when the bytes on disk are not those of the name, and
  // set the bad file aside under aside/. They fail with `not_found`, and `invalid` on what is no name.
  base::Result<std::string> read(std::string_view name) const;
  base::Result<base::Fd> open_blob(std::string_view name) const;  // read-only, at its beginning

  bool exists(std::string_view name) const;
  base::Result<std::uint64_t> size(std::string_view name) const;
  base::Result<void> remove(std::string_view name);  // `not_found` when absent
  base::Result<std::vector<Blob>> list() const;      // by name

  // Removes leftovers of killed writers; returns how many. Writers at work are left alone.
  base::Result<int> sweep();

 private:
  explicit Store(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path path_of(std::string_view name) const;
  void set_aside(std::string_view name, int fd) const;

  std::filesystem::path folder_;
};

}  // namespace blobs
