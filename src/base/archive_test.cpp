#include "base/archive.h"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"

namespace {
namespace fs = std::filesystem;

struct Entry {
  std::string path;
  std::string bytes = "x";
  unsigned type = AE_IFREG;
  std::string link = "";
};

class Archive : public testing::Test {
 protected:
  void SetUp() override {
    auto made = base::TemporaryFolder::make("archive-test");
    ASSERT_TRUE(made) << made.error().message;
    folder_ = std::make_unique<base::TemporaryFolder>(std::move(*made));
  }

  fs::path place(const std::string& name) const { return folder_->path() / name; }

  // Whatever the entries say is written, by a writer that refuses nothing.
  fs::path write(const std::vector<Entry>& entries, int format = ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE,
                 int filter = ARCHIVE_FILTER_NONE) const {
    const auto path = place("made");
    auto* one = archive_write_new();
    archive_write_set_format(one, format);
    archive_write_add_filter(one, filter);
    archive_write_open_filename(one, path.c_str());
    for (const auto& each : entries) {
      auto* entry = archive_entry_new();
      archive_entry_set_pathname(entry, each.path.c_str());
      archive_entry_set_filetype(entry, each.type);
      archive_entry_set_perm(entry, 0777);
      if (each.link.starts_with("="))
        archive_entry_set_hardlink(entry, each.link.c_str() + 1);
      else if (!each.link.empty())
        archive_entry_set_symlink(entry, each.link.c_str());
      const bool has_bytes = each.type == AE_IFREG && each.link.empty();
      archive_entry_set_size(entry, has_bytes ? static_cast<la_int64_t>(each.bytes.size()) : 0);
      archive_write_header(one, entry);
      if (has_bytes) archive_write_data(one, each.bytes.data(), each.bytes.size());
      archive_entry_free(entry);
    }
    archive_write_close(one);
    archive_write_free(one);
    return path;
  }

  base::Result<std::vector<base::UnpackedFile>> unpacked(const fs::path& archive,
                                                         const base::ArchiveLimits& limits = {},
                                                         base::TopFolder top = base::TopFolder::keep) const {
    fs::remove_all(place("out"));
    return base::unpack(archive, place("out"), limits, top);
  }

  static std::vector<std::string> paths(const std::vector<base::UnpackedFile>& files) {
    std::vector<std::string> paths;
    for (const auto& file : files) paths.push_back(file.path);
    return paths;
  }

  std::unique_ptr<base::TemporaryFolder> folder_;
};

using Paths = std::vector<std::string>;

TEST_F(Archive, EveryFormIsRead) {
  const std::vector<Entry> entries{{"a/b/c.txt", std::string(200'000, 'c')}, {"a/d é.txt", ""}, {"e", "e"}};
  for (const int filter : {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ,
                           ARCHIVE_FILTER_ZSTD}) {
    for (const int format : {ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FORMAT_TAR_USTAR,
                             ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FORMAT_ZIP}) {
      if (format == ARCHIVE_FORMAT_ZIP && filter != ARCHIVE_FILTER_NONE) continue;
      const auto files = unpacked(write(entries, format, filter));
      ASSERT_TRUE(files) << format << " " << filter << ": " << files.error().message;
      EXPECT_EQ(paths(*files), (Paths{"a/b/c.txt", "a/d é.txt", "e"})) << format << " " << filter;
      EXPECT_EQ(files->at(0).bytes, 200'000u);
      EXPECT_EQ(*base::read_file(place("out/a/b/c.txt")), entries[0].bytes);
      EXPECT_EQ(*base::read_file(place("out/a/d é.txt")), "");
    }
  }
}

TEST_F(Archive, ModesAreOursWhateverTheArchiveAndTheUmaskSay) {
  const auto before = ::umask(0077);
  const auto files = unpacked(write({{"a/b", "x"}, {"c/", "", AE_IFDIR}}));
  ::umask(before);
  ASSERT_TRUE(files) << files.error().message;
  struct stat facts {};
  ASSERT_EQ(::stat(place("out/a/b").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0644u);
  for (const char* name : {"out/a", "out/c"}) {
    ASSERT_EQ(::stat(place(name).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777, 0755u) << name;
  }
}

TEST_F(Archive, HostileEntriesAreRefusedByName) {
  const struct {
    const char* what;
    std::vector<Entry> entries;
    const char* words;
  } cases[] = {
      {"absolute", {{"/etc/cron.d/x"}}, "absolute"},
      {"leads out", {{"a/../../x"}}, ".."},
      {"leads out at once", {{"../x"}}, ".."},
      {"only dots", {{".."}}, ".."},
      {"a symbolic link", {{"ok"}, {"link", "", AE_IFLNK, "/etc/passwd"}}, "link"},
      {"through a link", {{"d", "", AE_IFLNK, "/tmp"}, {"d/x"}}, "link"},
      {"a hard link", {{"ok"}, {"hard", "", AE_IFREG, "=ok"}}, "link"},
      {"a device", {{"null", "", AE_IFCHR}}, "devices"},
      {"a pipe", {{"pipe", "", AE_IFIFO}}, "devices"},
      {"twice", {{"a"}, {"b"}, {"a"}}, "twice"},
      {"twice in other words", {{"a/b"}, {"./a//b"}}, "twice"},
      {"a file that is a folder", {{"a"}, {"a/b"}}, "below"},
      {"a folder that is a file", {{"a/b"}, {"a"}}, "twice"},
      {"not UTF-8", {{"caf\xE9.txt"}}, "UTF-8"},
      {"a surrogate", {{"x\xED\xA0\x80"}}, "UTF-8"},
      {"orders to a terminal", {{"a\x1B[2Jb"}}, "control"},
      {"a new line", {{"a\nb"}}, "control"},
      {"of Windows", {{"a\\b.txt"}}, "backslash"},
      {"long", {{std::string(241, 'a')}}, "shorten"},
      {"nothing but folders", {{"a/", "", AE_IFDIR}}, "no file"},
  };
  for (const auto& c : cases) {
    const auto refused = unpacked(write(c.entries));
    ASSERT_FALSE(refused) << c.what;
    EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid) << c.what;
    EXPECT_NE(refused.error().message.find(c.words), std::string::npos)
        << c.what << ": " << refused.error().message;
    EXPECT_TRUE(fs::is_empty(place("out"))) << c.what;
  }
  EXPECT_FALSE(fs::exists(folder_->path().parent_path() / "x"));
}

TEST_F(Archive, HostileZipsAreRefusedToo) {
  for (const auto& entries : std::vector<std::vector<Entry>>{
           {{"../x"}}, {{"/x"}}, {{"l", "", AE_IFLNK, "/etc/passwd"}}, {{"a"}, {"a"}}, {{"caf\xE9"}}}) {
    const auto refused = unpacked(write(entries, ARCHIVE_FORMAT_ZIP));
    ASSERT_FALSE(refused) << entries[0].path;
    EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid) << refused.error().message;
  }
}

TEST_F(Archive, LimitsHoldWhileUnpacking) {
  const std::string much(3u << 20, '\0');
  base::ArchiveLimits limits;
  limits.most_bytes = 1u << 20;
  for (const int format : {ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FORMAT_ZIP}) {
    const auto filter = format == ARCHIVE_FORMAT_ZIP ? ARCHIVE_FILTER_NONE : ARCHIVE_FILTER_GZIP;
    const auto bomb = unpacked(write({{"a"}, {"bomb", much}}, format, filter), limits);
    ASSERT_FALSE(bomb);
    EXPECT_EQ(bomb.error().kind, base::ErrorKind::too_large);
    EXPECT_NE(bomb.error().message.find("\"bomb\""), std::string::npos) << bomb.error().message;
    EXPECT_TRUE(fs::is_empty(place("out")));
  }
  limits = {};
  limits.most_files = 10;
  std::vector<Entry> many;
  for (int i = 0; i < 4; ++i) many.push_back({"a" + std::to_string(i) + "/b/c", "x"});
  const auto crowd = unpacked(write(many), limits);  // 4 files in 8 folders
  ASSERT_FALSE(crowd);
  EXPECT_EQ(crowd.error().kind, base::ErrorKind::too_large);
}

// A zip whose headers claim one byte where a million follow.
TEST_F(Archive, ABombThatLiesAboutItsSizeIsCounted) {
  const auto path = write({{"small", std::string(1u << 20, 'a')}}, ARCHIVE_FORMAT_ZIP);
  auto bytes = *base::read_file(path);
  const auto directory = bytes.rfind("PK\x01\x02");
  ASSERT_NE(directory, std::string::npos);
  for (const std::size_t at : {directory + 24}) {  // uncompressed size
    bytes[at] = 1;
    bytes[at + 1] = bytes[at + 2] = bytes[at + 3] = 0;
  }
  std::ofstream(path, std::ios::binary) << bytes;
  base::ArchiveLimits limits;
  limits.most_bytes = 1000;
  EXPECT_FALSE(unpacked(path, limits));
  EXPECT_TRUE(fs::is_empty(place("out")));
}

TEST_F(Archive, WhatIsNoArchiveOrDamagedIsSaid) {
  std::ofstream(place("text")) << "hello";
  std::ofstream(place("empty")).flush();
  for (const char* name : {"text", "empty"}) {
    const auto refused = unpacked(place(name));
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid) << refused.error().message;
  }
  EXPECT_EQ(unpacked(place("none")).error().kind, base::ErrorKind::not_found);
  std::string noise(300'000, '\0');
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * 2654435761u >> 13);
  const auto whole =
      write({{"a", noise}, {"b", noise}}, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_GZIP);
  fs::resize_file(whole, fs::file_size(whole) / 2);
  const auto refused = unpacked(whole);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
  EXPECT_TRUE(fs::is_empty(place("out")));
}

TEST_F(Archive, IsNotUnpackedOverAnything) {
  const auto path = write({{"a"}});
  fs::create_directory(place("out"));
  std::ofstream(place("out/a")) << "mine";
  const auto refused = base::unpack(path, place("out"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(*base::read_file(place("out/a")), "mine");
}

TEST_F(Archive, OneFolderAtTheTopIsTakenAwayWhenAsked) {
  const struct {
    const char* what;
    std::vector<Entry> entries;
    Paths expect;
  } cases[] = {
      {"one folder", {{"kit/problem.py"}, {"kit/data/x.csv"}}, {"data/x.csv", "problem.py"}},
      {"one folder, once", {{"kit/kit/x"}}, {"kit/x"}},
      {"two folders", {{"a/x"}, {"b/x"}}, {"a/x", "b/x"}},
      {"a file beside it", {{"a/x"}, {"y"}}, {"a/x", "y"}},
      {"a name that begins alike", {{"a/x"}, {"a.txt"}}, {"a.txt", "a/x"}},
      {"a file alone", {{"y"}}, {"y"}},
      {"packed on a Mac", {{"kit/x"}, {"__MACOSX/kit/._x"}}, {"x"}},
  };
  for (const auto& c : cases) {
    const auto files = unpacked(write(c.entries), {}, base::TopFolder::strip);
    ASSERT_TRUE(files) << c.what << ": " << files.error().message;
    EXPECT_EQ(paths(*files), c.expect) << c.what;
    for (const auto& path : c.expect) EXPECT_TRUE(fs::is_regular_file(place("out") / path)) << c.what;
  }
}

TEST_F(Archive, PackingGivesTheSameBytesWheneverAndWherever) {
  fs::create_directories(place("in/b"));
  std::ofstream(place("in/b/two é")) << std::string(100'000, '2');
  std::ofstream(place("in/a")) << "one";
  const auto pack = [&](const char* target) {
    auto files = base::files_below(place("in"));
    EXPECT_TRUE(files);
    std::reverse(files->begin(), files->end());
    EXPECT_TRUE(base::pack_tar_gz(*files, place(std::string(target) + ".tar.gz")));
    EXPECT_TRUE(base::pack_zip(*files, place(std::string(target) + ".zip")));
  };
  ::setenv("TZ", "Pacific/Kiritimati", 1);
  ::tzset();
  pack("first");
  fs::last_write_time(place("in/a"), fs::file_time_type::clock::now() - std::chrono::hours(1000));
  ::setenv("TZ", "America/Los_Angeles", 1);
  ::tzset();
  pack("second");
  ::unsetenv("TZ");
  for (const char* kind : {".tar.gz", ".zip"}) {
    const auto first = *base::read_file(place(std::string("first") + kind));
    EXPECT_EQ(first, *base::read_file(place(std::string("second") + kind))) << kind;
    EXPECT_LT(first.size(), 10'000u) << kind;
    const auto files = unpacked(place(std::string("first") + kind));
    ASSERT_TRUE(files) << kind << files.error().message;
    EXPECT_EQ(paths(*files), (Paths{"a", "b/two é"})) << kind;
    EXPECT_EQ(*base::read_file(place("out/b/two é")), std::string(100'000, '2')) << kind;
  }
}

TEST_F(Archive, PackingRefusesWhatUnpackingWould) {
  std::ofstream(place("file")) << "x";
  fs::create_directory(place("in"));
  fs::create_symlink("/etc/passwd", place("in/link"));
  EXPECT_EQ(base::files_below(place("in")).error().kind, base::ErrorKind::invalid);
  const auto target = place("target.zip");
  EXPECT_FALSE(base::pack_zip({{"../x", place("file")}}, target));
  EXPECT_FALSE(base::pack_zip({{"x", place("file")}, {"x", place("file")}}, target));
  EXPECT_FALSE(base::pack_zip({{"x", place("in/link")}}, target));
  EXPECT_FALSE(base::pack_zip({{"x", place("none")}}, target));
  EXPECT_FALSE(fs::exists(target));
  for (const auto& entry : fs::directory_iterator(folder_->path()))
    EXPECT_FALSE(entry.path().filename().string().starts_with(".pack")) << entry.path();
}

}  // namespace
