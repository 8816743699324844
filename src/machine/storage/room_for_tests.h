// A few tables and how tests read them, for this room's tests of databases.
#pragma once
#include <array>

#include <fmt/format.h>

#include "machine/storage/testing.h"

namespace storage {

inline constexpr std::array kPeople{Migration{"people", 1, "people", R"(
CREATE TABLE people (
  id {{autokey}}, name {{text}} NOT NULL, email {{text}} NOT NULL UNIQUE,
  age {{int}} NOT NULL DEFAULT 0 CONSTRAINT age_is_possible CHECK (age BETWEEN 0 AND 200)
) {{strict}};
CREATE TABLE teams (event {{int}} NOT NULL, name {{text}} NOT NULL, UNIQUE (event, name)) {{strict}};
CREATE TABLE badges (person {{int}} NOT NULL REFERENCES people (id)) {{strict}};
CREATE TABLE counters (name {{text}} PRIMARY KEY, value {{int}} NOT NULL) {{strict}};
CREATE TABLE jobs (id {{autokey}}, state {{text}} NOT NULL) {{strict}};
INSERT INTO counters (name, value) VALUES ('a', 0), ('b', 0);
)"}};

using Done = base::Result<void>;

inline Done done(const base::Result<Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

class Databases : public OnBoth {
 protected:
  static Done write(const Database& db, std::string_view sql) {
    return transact(db, [&](Transaction& tx) { return done(tx.query(sql)); });
  }
  static int count(const Database& db, std::string_view table) {
    auto rows = db.query(fmt::format("SELECT count(*) FROM {}", table));
    return rows ? *rows->value<int>() : -1;
  }
  static std::int64_t counter(const Database& db, const char* name) {
    return *db.query("SELECT value FROM counters WHERE name = $1", name)->value<std::int64_t>();
  }
};

}  // namespace storage
