#include "machine/blobs/blobs.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"

namespace {
namespace fs = std::filesystem;

struct Blobs : testing::Test {
  base::TemporaryFolder folder = *base::TemporaryFolder::make("blobs-test");
  fs::path root = folder.path() / "store";
  blobs::Store store = *blobs::Store::open(root);

  fs::path file_of(const std::string& name) const {
    return root / name.substr(0, 2) / name.substr(2, 2) / name;
  }
  std::size_t count(const char* part) const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(root / part), fs::directory_iterator()));
  }
};

TEST_F(Blobs, NamesBytesByTheirSha256AndGivesThemBack) {
  const std::string bytes("a\0b\n", 4);
  const auto blob = store.put(bytes);
  ASSERT_TRUE(blob) << blob.error().message;
  EXPECT_EQ(blob->name, base::sha256_hex(bytes));
  EXPECT_EQ(blob->size, 4u);
  EXPECT_EQ(*store.read(blob->name), bytes);
  EXPECT_TRUE(store.exists(blob->name));
  EXPECT_EQ(*store.size(blob->name), 4u);
  struct stat facts {};
  ASSERT_EQ(::stat(file_of(blob->name).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0444u);
}

TEST_F(Blobs, KeepsTheEmptyBlob) {
  const auto blob = store.put("");
  ASSERT_TRUE(blob);
  EXPECT_EQ(*store.read(blob->name), "");
}

TEST_F(Blobs, GivesOneNameToBytesFileAndDescriptor) {
  std::string bytes(1'000'003, 'x');
  bytes[500'000] = 'y';
  const auto path = folder.path() / "big";
  std::ofstream(path) << bytes;
  const auto from_bytes = store.put(bytes);
  const auto from_file = store.put_file(path);
  const base::Fd fd(::open(path.c_str(), O_RDONLY));
  const auto from_descriptor = store.put_descriptor(fd.get());
  ASSERT_TRUE(from_bytes && from_file && from_descriptor);
  EXPECT_EQ(from_bytes->name, from_file->name);
  EXPECT_EQ(from_bytes->name, from_descriptor->name);
  EXPECT_EQ(from_file->size, bytes.size());
  EXPECT_EQ(store.list()->size(), 1u);
  EXPECT_EQ(count("incoming"), 0u);
}

TEST_F(Blobs, OpensAtTheBeginningForReadingOnly) {
  const auto blob = store.put("hello");
  const auto fd = store.open_blob(blob->name);
  ASSERT_TRUE(fd);
  std::array<char, 8> buffer{};
  EXPECT_EQ(::read(fd->get(), buffer.data(), buffer.size()), 5);
  EXPECT_EQ(std::string(buffer.data()), "hello");
  EXPECT_EQ(::fcntl(fd->get(), F_GETFL) & O_ACCMODE, O_RDONLY);
}

TEST_F(Blobs, ListsByNameAndRemoves) {
  for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(store.put(text));
  auto all = store.list();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_LT((*all)[0].name, (*all)[1].name);
  EXPECT_LT((*all)[1].name, (*all)[2].name);
  const auto gone = base::sha256_hex("two");
  EXPECT_TRUE(store.remove(gone));
  EXPECT_FALSE(store.exists(gone));
  EXPECT_EQ(store.remove(gone).error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(store.list()->size(), 2u);
}

TEST_F(Blobs, RefusesWhatIsNoName) {
  for (const std::string name : {"", "abc", "../../etc/passwd"}) {
    EXPECT_EQ(store.read(name).error().kind, base::ErrorKind::invalid) << name;
    EXPECT_EQ(store.remove(name).error().kind, base::ErrorKind::invalid) << name;
    EXPECT_FALSE(store.exists(name)) << name;
  }
  EXPECT_EQ(store.read(std::string(64, 'A')).error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(store.read(std::string(64, 'a')).error().kind, base::ErrorKind::not_found);
}

TEST_F(Blobs, RefusesAFolderAPipeAndAnAbsentFile) {
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(store.put_file(folder.path()).error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(store.put_file(pipe).error().kind, base::ErrorKind::invalid);
  EXPECT_EQ(store.put_file(folder.path() / "absent").error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(count("incoming"), 0u);
}

// Damage of either kind: fewer bytes, and as many but other ones.
TEST_F(Blobs, SetsADamagedFileAsideNamesItAndTakesItAgain) {
  for (const std::string damage : {"tor", "TORN WORDS"}) {
    const auto blob = store.put("torn words");
    ASSERT_EQ(::chmod(file_of(blob->name).c_str(), 0644), 0);
    std::ofstream(file_of(blob->name), std::ios::trunc) << damage;
    const auto said = store.read(blob->name);
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().kind, base::ErrorKind::internal);
    EXPECT_NE(said.error().message.find(blob->name), std::string::npos);
    EXPECT_FALSE(store.exists(blob->name));
    ASSERT_TRUE(store.put("torn words"));
    EXPECT_EQ(*store.read(blob->name), "torn words");
  }
  EXPECT_EQ(count("aside"), 2u);
}

TEST_F(Blobs, ReplacesATornFileOnPut) {
  const auto blob = store.put("torn words");
  ASSERT_EQ(::truncate(file_of(blob->name).c_str(), 3), 0);
  ASSERT_TRUE(store.put("torn words"));
  EXPECT_EQ(*store.read(blob->name), "torn words");
}

TEST_F(Blobs, ShowsNothingOfAPutThatWasKilledAndSweepsIt) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[1]);
    (void)store.put_descriptor(ends[0]);
    ::_exit(0);
  }
  ::close(ends[0]);
  ASSERT_EQ(::write(ends[1], "half", 4), 4);
  while (count("incoming") == 0) ::usleep(1000);
  EXPECT_EQ(*store.sweep(), 0) << "a writer at work was swept";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[1]);
  EXPECT_EQ(store.list()->size(), 0u);
  EXPECT_EQ(count("incoming"), 1u);
  ASSERT_TRUE(blobs::Store::open(root));
  EXPECT_EQ(count("incoming"), 0u);
}

TEST_F(Blobs, HoldsOnlyWholeBlobsAfterAnyKill) {
  const std::string filler(30'000, 'z');
  for (int round = 0; round < 12; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (int i = 0;; ++i) (void)store.put(fmt::format("{} {} {}", round, i, filler));
    }
    ::usleep(static_cast<useconds_t>(2000 + 1700 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  auto again = blobs::Store::open(root);
  ASSERT_TRUE(again);
  const auto all = again->list();
  ASSERT_TRUE(all);
  EXPECT_FALSE(all->empty());
  for (const auto& blob : *all) EXPECT_TRUE(again->read(blob.name)) << blob.name;
  EXPECT_EQ(count("incoming"), 0u);
  EXPECT_EQ(count("aside"), 0u);
}

TEST_F(Blobs, TakesTheSameBytesFromManyWritersAtOnce) {
  std::vector<std::thread> writers;
  for (int w = 0; w < 8; ++w)
    writers.emplace_back([this, w] {
      for (int i = 0; i < 20; ++i) {
        const auto blob = store.put(fmt::format("shared {}", i));
        EXPECT_TRUE(blob && store.read(blob->name)) << w << " " << i;
        if (w == 0) (void)store.sweep();
      }
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(store.list()->size(), 20u);
  EXPECT_EQ(count("incoming"), 0u);
  EXPECT_EQ(count("aside"), 0u);
}

}  // namespace
