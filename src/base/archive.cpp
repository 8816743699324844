// Unpacking. The threat: an archive made to write elsewhere (absolute paths, "..", links), to become
// something else than files (devices), to hide one file behind another (names that come twice) or to fill the
// disk. What holds it: a name is judged before anything is made; only files and folders are made, with O_EXCL
// and without following links, in a folder that was empty, so nothing that was there can be a link;
// everything is counted while it is written, whatever the headers claim.
#include "base/archive.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/archive_locale.h"
#include "base/files.h"
#include "base/text.h"

namespace base {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBlock = 1u << 16;
constexpr std::size_t kLongestShown = 200;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

// A name for a message: cut, and without anything that a terminal would obey.
std::string shown(std::string_view name) {
  std::string text;
  for (auto left = name.substr(0, kLongestShown); !left.empty();) {
    const auto length = character_at(left);
    const auto character = left.substr(0, std::max<std::size_t>(length, 1));
    text += length == 0 || is_control(character) ? kReplacement : character;
    left.remove_prefix(character.size());
  }
  return name.size() > kLongestShown ? text + "..." : text;
}

// "./a//b/" is a/b.
std::string normal(std::string_view path) {
  std::string clean;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

struct Closer {
  void operator()(struct archive* one) const { archive_read_free(one); }
};
using Reader = std::unique_ptr<struct archive, Closer>;

std::string last_words(struct archive* reader) {
  const char* text = archive_error_string(reader);
  return text != nullptr ? shown(text) : "it ends too early";
}

class Unpacking {
 public:
  Unpacking(const fs::path& archive, const fs::path& folder, const ArchiveLimits& limits)
      : name_(archive.filename().string()), folder_(folder), limits_(limits), left_(limits.most_bytes) {}

  Result<void> run(const fs::path& archive);
  std::vector<UnpackedFile> files() const;
  Result<void> strip_top();

 private:
  Result<Reader> open(const fs::path& archive) const;
  Result<void> take(struct archive* reader, archive_entry* entry, bool is_warned);
  Result<void> make_folders(const std::string& path);
  Result<void> write(struct archive* reader, const std::string& path, const char* said);
  Result<void> count(const std::string& path);
  Failure refused(std::string_view entry, std::string_view why) const {
    return invalid(fmt::format("{}: \"{}\" {}", name_, shown(entry), why));
  }

  std::string name_;
  const fs::path& folder_;
  const ArchiveLimits& limits_;
  std::uint64_t left_;
  std::map<std::string, std::optional<std::uint64_t>> made_;  // path → size; none: a folder
};

Result<Reader> Unpacking::open(const fs::path& archive) const {
  Reader reader(archive_read_new());
  if (!reader) return internal("archive_read_new: no memory");
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  archive_read_support_filter_zstd(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  std::error_code failed;
  if (!fs::is_regular_file(archive, failed))
    return not_found(fmt::format("{} is no file: name a tar or zip archive", archive.string()));
  if (archive_read_open_filename(reader.get(), archive.c_str(), kBlock) != ARCHIVE_OK)
    return invalid(fmt::format("{} is no archive that is read here ({}): pack a .tar.gz or a .zip", name_,
                               last_words(reader.get())));
  return reader;
}

Result<void> Unpacking::run(const fs::path& archive) {
  auto reader = open(archive);
  if (!reader) return Failure(reader.error());
  while (true) {
    archive_entry* entry = nullptr;
    const int got = archive_read_next_header(reader->get(), &entry);
    if (got == ARCHIVE_EOF) break;
    if (got < ARCHIVE_WARN && made_.empty())
      return invalid(fmt::format("{} is no archive that is read here ({}): pack a .tar.gz or a .zip", name_,
                                 last_words(reader->get())));
    if (got < ARCHIVE_WARN)
      return invalid(fmt::format("{} is damaged ({}): pack it again", name_, last_words(reader->get())));
    if (archive_filter_count(reader->get()) > 2)
      return invalid(fmt::format("{} is compressed more than once: pack it again, once", name_));
    if (auto taken = take(reader->get(), entry, got == ARCHIVE_WARN); !taken) return taken;
  }
  if (files().empty()) return invalid(fmt::format("{} holds no file", name_));
  return {};
}

Result<void> Unpacking::take(struct archive* reader, archive_entry* entry, bool is_warned) {
  const char* said = archive_entry_pathname(entry);
  if (said == nullptr || (is_warned && std::string_view(said).find(kReplacement) != std::string_view::npos))
    return refused(said == nullptr ? "" : said, "is a name that is no UTF-8: rename it");
  const auto type = archive_entry_filetype(entry);
  if (type == AE_IFLNK || archive_entry_hardlink(entry) != nullptr)
    return refused(said, "is a link: put the file itself there");
  if (type != AE_IFREG && type != AE_IFDIR)
    return refused(said, "is no file and no folder: leave devices and pipes out");
  if (const auto why = why_no_path(said, limits_.most_path); !why.empty()) return refused(said, why);
  const auto path = normal(said);
  if (path.empty() && type == AE_IFDIR) return {};  // "./"
  if (path.empty()) return refused(said, "is no name of a file");
  if (path.starts_with("__MACOSX/") || path == "__MACOSX") return {};  // of no use to anybody but Finder
  if (type == AE_IFDIR) return make_folders(path);
  if (const auto above = path.rfind('/'); above != std::string::npos) {
    if (auto made = make_folders(path.substr(0, above)); !made) return made;
  }
  if (made_.contains(path)) return refused(said, "comes twice: keep one of them");
  if (archive_entry_size_is_set(entry) != 0 && archive_entry_size(entry) > 0 &&
      static_cast<std::uint64_t>(archive_entry_size(entry)) > left_)
    return too_large(
        fmt::format("{}: with \"{}\" it holds more than {} bytes, the most that is unpacked here", name_,
                    shown(said), limits_.most_bytes));
  return write(reader, path, said);
}

Result<void> Unpacking::count(const std::string& path) {
  if (made_.size() < limits_.most_files) return {};
  return too_large(
      fmt::format("{}: with \"{}\" it holds more than {} files and folders, the most that is unpacked here",
                  name_, shown(path), limits_.most_files));
}

Result<void> Unpacking::make_folders(const std::string& path) {
  for (auto end = path.find('/');; end = path.find('/', end + 1)) {
    const auto part = path.substr(0, end);
    const auto found = made_.find(part);
    if (found != made_.end() && found->second)
      return refused(path, fmt::format("lies below \"{}\", which is a file: keep one of them", shown(part)));
    if (found == made_.end()) {
      if (auto counted = count(part); !counted) return counted;
      const auto target = folder_ / part;
      if (::mkdir(target.c_str(), 0755) != 0 || ::chmod(target.c_str(), 0755) != 0)
        return system_failure("create the folder", target.string(), errno);
      made_[part] = std::nullopt;
    }
    if (end == std::string::npos) return {};
  }
}

Result<void> Unpacking::write(struct archive* reader, const std::string& path, const char* said) {
  if (auto counted = count(path); !counted) return counted;
  const auto target = folder_ / path;
  const Fd file(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file || ::fchmod(file.get(), 0644) != 0) return system_failure("create", target.string(), errno);
  std::uint64_t size = 0;
  made_[path] = size;
  char buffer[kBlock];
  while (true) {
    const auto got = archive_read_data(reader, buffer, sizeof buffer);
    if (got == 0) break;
    if (got < 0) return refused(said, fmt::format("cannot be read ({}): pack it again", last_words(reader)));
    const auto bytes = static_cast<std::uint64_t>(got);
    if (bytes > left_)
      return too_large(
          fmt::format("{}: with \"{}\" it holds more than {} bytes, the most that is unpacked here", name_,
                      shown(said), limits_.most_bytes));
    if (auto put = write_all(file.get(), {buffer, bytes}); !put) return put;
    left_ -= bytes;
    size += bytes;
  }
  made_[path] = size;
  return {};
}

std::vector<UnpackedFile> Unpacking::files() const {
  std::vector<UnpackedFile> files;
  for (const auto& [path, size] : made_)
    if (size) files.push_back({path, *size});
  return files;
}

// Where all lies in one folder, its contents take its place.
Result<void> Unpacking::strip_top() {
  const auto top =
      made_.empty() ? std::string() : made_.begin()->first.substr(0, made_.begin()->first.find('/'));
  const auto is_below = [&](const auto& each) {
    return each.first == top || each.first.starts_with(top + "/");
  };
  if (top.empty() || made_.at(top) || !std::all_of(made_.begin(), made_.end(), is_below)) return {};
  const auto aside =
      folder_ / ".agora-top-folder";  // its own child of that name would be a surprise: refused
  if (made_.contains(top + "/.agora-top-folder")) return refused(top, "holds a name that is ours: rename it");
  std::error_code failed;
  fs::rename(folder_ / top, aside, failed);
  if (failed) return system_failure("rename", (folder_ / top).string(), failed.value());
  for (const auto& entry : fs::directory_iterator(aside, failed)) {
    fs::rename(entry.path(), folder_ / entry.path().filename(), failed);
    if (failed) return system_failure("rename", entry.path().string(), failed.value());
  }
  if (!failed) fs::remove(aside, failed);
  if (failed) return system_failure("take out of", aside.string(), failed.value());
  std::map<std::string, std::optional<std::uint64_t>> below;
  for (auto& [path, size] : made_)
    if (path != top) below[path.substr(top.size() + 1)] = size;
  made_ = std::move(below);
  return {};
}

void empty_out(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) fs::remove_all(entry.path(), ignored);
}

}  // namespace

std::string why_no_path(std::string_view path, std::size_t most_path) {
  if (path.empty()) return "has no name: give it one";
  if (path.size() > most_path) return fmt::format("has a path of more than {} bytes: shorten it", most_path);
  if (path.front() == '/') return "is an absolute path: pack it relative to its folder";
  for (auto left = path; !left.empty();) {
    const auto length = character_at(left);
    if (length == 0) return "is a name that is no UTF-8: rename it";
    if (is_control(left.substr(0, length))) return "holds control characters: rename it";
    left.remove_prefix(length);
  }
  if (path.find('\\') != std::string_view::npos) return "holds a backslash: put / between folders";
  const auto ringed = fmt::format("/{}/", path);
  if (ringed.find("/../") != std::string::npos)
    return "leads out of the archive with ..: pack it from inside";
  return {};
}

Result<std::vector<UnpackedFile>> unpack(const fs::path& archive, const fs::path& folder,
                                         const ArchiveLimits& limits, TopFolder top) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return system_failure("create the folder", folder.string(), failed.value());
  if (!fs::is_empty(folder, failed) || failed)
    return conflict(fmt::format("{} is not empty: unpack into a new folder", folder.string()));
  const Utf8Locale locale;
  Unpacking unpacking(archive, folder, limits);
  auto done = unpacking.run(archive);
  if (done && top == TopFolder::strip) done = unpacking.strip_top();
  if (done) return unpacking.files();
  empty_out(folder);
  return Failure(done.error());
}

}  // namespace base
