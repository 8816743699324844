// Real databases for tests, new for each: SQLite, and a PostgreSQL that lives as long as the test program.
// Whatever ends the program, a guardian stops the server and removes its folder.
#pragma once
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "machine/storage/storage.h"

namespace storage {

// A url of an empty database. Fails with `unavailable` where there is no PostgreSQL, saying what to install.
// $AGORA_TEST_POSTGRESQL, the url of a server where databases may be made, is used instead of a new server.
base::Result<std::string> fresh_url(Kind kind);

std::string name_of(Kind kind);

// A store's tests, on both:
//   class Events : public storage::OnBoth {};
//   INSTANTIATE_TEST_SUITE_P(Both, Events, storage::both_kinds(), storage::kind_name);
//   TEST_P(Events, AreFoundByName) { auto db = open(my_migrations()); ... }
class OnBoth : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    auto fresh = fresh_url(GetParam());
    if (!fresh) GTEST_SKIP() << fresh.error().message;
    url_ = *fresh;
  }

  // Migrated where migrations are given; a handle on the same database each time, where it is no
  // `sqlite::memory:`.
  Database open(std::span<const Migration> migrations = {},
                Options options = {.durability = Durability::off}) {
    auto opened = Database::open(url_, options);
    if (!opened) throw std::runtime_error(opened.error().message + "; " + opened.error().detail);
    if (migrations.empty()) return *opened;
    auto migrated = migrate(*opened, migrations, base::now());
    if (!migrated) throw std::runtime_error(migrated.error().message + "; " + migrated.error().detail);
    return *opened;
  }

  const std::string& url() const { return url_; }
  bool is_sqlite() const { return GetParam() == Kind::sqlite; }

 private:
  std::string url_;
};

inline auto both_kinds() {
  return ::testing::Values(Kind::sqlite, Kind::postgresql);
}
inline std::string kind_name(const ::testing::TestParamInfo<Kind>& info) {
  return name_of(info.param);
}

}  // namespace storage
