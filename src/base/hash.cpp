#include "base/hash.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include "base/files.h"

namespace base {
namespace fs = std::filesystem;

struct Sha256::State {
  crypto_hash_sha256_state inner{};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->inner);
}
Sha256::~Sha256() = default;

void Sha256::feed(std::string_view bytes) {
  crypto_hash_sha256_update(&state_->inner, reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

std::string Sha256::hex() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state_->inner, digest.data());
  std::string text(2 * digest.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.feed(bytes);
  return hash.hex();
}

namespace {

Result<void> feed_file(Sha256& hash, const fs::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return system_failure("open", path.string(), errno);
  std::vector<char> buffer(1u << 18);
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read", path.string(), errno);
    if (got == 0) return {};
    hash.feed({buffer.data(), static_cast<std::size_t>(got)});
  }
}

bool is_skipped(const std::string& relative, const std::vector<std::string>& skip) {
  return std::any_of(skip.begin(), skip.end(), [&](const std::string& prefix) {
    return relative == prefix || relative.starts_with(prefix + "/");
  });
}

}  // namespace

Result<std::string> sha256_of_file(const fs::path& path) {
  Sha256 hash;
  if (auto fed = feed_file(hash, path); !fed) return tl::unexpected(fed.error());
  return hash.hex();
}

Result<std::string> sha256_of_folder(const fs::path& folder, const std::vector<std::string>& skip) {
  std::error_code failed;
  std::vector<std::string> names;
  for (auto entry = fs::recursive_directory_iterator(folder, failed); !failed && entry != fs::end(entry);
       entry.increment(failed)) {
    auto relative = entry->path().lexically_relative(folder).generic_string();
    if (is_skipped(relative, skip)) {
      if (entry->is_directory()) entry.disable_recursion_pending();
      continue;
    }
    if (entry->is_symlink())
      return invalid(fmt::format("{} is a link: put the file itself there", entry->path().string()));
    if (entry->is_regular_file()) names.push_back(std::move(relative));
  }
  if (failed)
    return not_found(fmt::format("{} is no readable folder: {}", folder.string(), failed.message()));
  std::sort(names.begin(), names.end());
  Sha256 all;
  for (const auto& name : names) {
    auto one = sha256_of_file(folder / name);
    if (!one) return one;
    all.feed(fmt::format("{} {}\n", *one, name));
  }
  return all.hex();
}

}  // namespace base
