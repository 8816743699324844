// Packing: the same files give the same bytes, whenever and wherever.
#include <algorithm>
#include <cerrno>
#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/archive.h"
#include "base/archive_locale.h"
#include "base/files.h"

namespace base {
namespace fs = std::filesystem;

namespace {

constexpr std::time_t kFirstOf1980 = 315'532'800;  // the earliest that a zip can say
constexpr std::size_t kBlock = 1u << 16;

struct Closer {
  void operator()(struct archive* one) const { archive_write_free(one); }
};
using Writer = std::unique_ptr<struct archive, Closer>;

struct EntryCloser {
  void operator()(archive_entry* one) const { archive_entry_free(one); }
};
using Entry = std::unique_ptr<archive_entry, EntryCloser>;

enum class Form { tar_gz, zip };

Failure failed_to(std::string_view what, struct archive* writer) {
  const char* text = archive_error_string(writer);
  return internal(fmt::format("the archive could not be {}", what), text != nullptr ? text : "");
}

// Without the time in the gzip header; a zip's own times are of the local zone, so it is given none.
Result<Writer> open_writer(Form form, int fd) {
  Writer writer(archive_write_new());
  if (!writer) return internal("archive_write_new: no memory");
  auto* one = writer.get();
  int done = ARCHIVE_OK;
  if (form == Form::zip) {
    done = std::min(done, archive_write_set_format_zip(one));
  } else {
    done = std::min(done, archive_write_set_format_pax_restricted(one));
    done = std::min(done, archive_write_add_filter_gzip(one));
    done = std::min(done, archive_write_set_filter_option(one, "gzip", "timestamp", nullptr));
  }
  done = std::min(done, archive_write_set_bytes_in_last_block(one, 1));
  done = std::min(done, archive_write_open_fd(one, fd));
  if (done != ARCHIVE_OK) return failed_to("begun", one);
  return writer;
}

Result<void> add(struct archive* writer, Form form, const FileToPack& file) {
  const Fd in(::open(file.source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!in) return system_failure("open", file.source.string(), errno);
  struct stat facts {};
  if (::fstat(in.get(), &facts) != 0) return system_failure("stat", file.source.string(), errno);
  if (!S_ISREG(facts.st_mode)) return invalid(fmt::format("{} is no regular file", file.source.string()));
  const Entry entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), file.path.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_size(entry.get(), facts.st_size);
  if (form == Form::tar_gz) archive_entry_set_mtime(entry.get(), kFirstOf1980, 0);
  if (archive_write_header(writer, entry.get()) != ARCHIVE_OK) return failed_to("written", writer);
  char buffer[kBlock];
  for (off_t left = facts.st_size; left > 0;) {
    const auto got = ::read(in.get(), buffer, static_cast<std::size_t>(std::min<off_t>(left, kBlock)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read", file.source.string(), errno);
    if (got == 0) return conflict(fmt::format("{} became shorter while it was packed", file.source.string()));
    if (archive_write_data(writer, buffer, static_cast<std::size_t>(got)) != got)
      return failed_to("written", writer);
    left -= got;
  }
  return {};
}

Result<void> why_unpackable(const std::vector<FileToPack>& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto why = why_no_path(files[i].path, ArchiveLimits{}.most_path);
    if (!why.empty()) return invalid(fmt::format("\"{}\" {}", files[i].path, why));
    if (i > 0 && files[i].path == files[i - 1].path)
      return invalid(fmt::format("\"{}\" would be packed twice: keep one of them", files[i].path));
  }
  return {};
}

Result<void> write_archive(Form form, const std::vector<FileToPack>& files, int fd) {
  const Utf8Locale locale;
  auto writer = open_writer(form, fd);
  if (!writer) return Failure(writer.error());
  for (const auto& file : files)
    if (auto added = add(writer->get(), form, file); !added) return added;
  if (archive_write_close(writer->get()) != ARCHIVE_OK) return failed_to("ended", writer->get());
  return {};
}

// Into a file beside the target, which it then replaces.
Result<void> pack(Form form, std::vector<FileToPack> files, const fs::path& target) {
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  if (auto fine = why_unpackable(files); !fine) return fine;
  const auto folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::string temporary = (folder / ".pack-XXXXXX").string();
  const Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return system_failure("create a file in", folder.string(), errno);
  auto done = write_archive(form, files, fd.get());
  if (done && (::fchmod(fd.get(), 0644) != 0 || ::fsync(fd.get()) != 0))
    done = system_failure("fsync", temporary, errno);
  if (done && ::rename(temporary.c_str(), target.c_str()) != 0)
    done = system_failure("rename", target.string(), errno);
  if (!done) ::unlink(temporary.c_str());
  return done;
}

}  // namespace

Result<std::vector<FileToPack>> files_below(const fs::path& folder) {
  std::vector<FileToPack> files;
  std::error_code failed;
  for (auto entry = fs::recursive_directory_iterator(folder, failed); !failed && entry != fs::end(entry);
       entry.increment(failed)) {
    if (entry->is_symlink())
      return invalid(fmt::format("{} is a link: put the file itself there", entry->path().string()));
    if (entry->is_directory()) continue;
    if (!entry->is_regular_file())
      return invalid(fmt::format("{} is no regular file: leave it out", entry->path().string()));
    files.push_back({entry->path().lexically_relative(folder).generic_string(), entry->path()});
  }
  if (failed) return not_found(fmt::format("{}: {}", folder.string(), failed.message()));
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

Result<void> pack_tar_gz(std::vector<FileToPack> files, const fs::path& target) {
  return pack(Form::tar_gz, std::move(files), target);
}
Result<void> pack_zip(std::vector<FileToPack> files, const fs::path& target) {
  return pack(Form::zip, std::move(files), target);
}

}  // namespace base
