#include "features/people/store_settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace people {
namespace {

struct Default {
  std::string_view name;
  std::string_view value;
};
constexpr std::array kDefaults{
    Default{"center_name", "Agora"}, Default{"notice", ""},  // on every page
    Default{"sign_up", "invited"},                           // open | invited | approved
};

base::Result<Values> read_all(const base::Result<storage::Rows>& rows) {
  if (!rows) return base::Failure(rows.error());
  Values values;
  for (const auto& each : kDefaults) values.emplace(each.name, each.value);
  auto kept = rows->map([](const storage::Row& row) {
    return std::pair(row.get<std::string>("name"), row.get<std::string>("value"));
  });
  if (!kept) return base::Failure(kept.error());
  for (auto& [name, value] : *kept)
    if (const auto there = values.find(name); there != values.end()) there->second = std::move(value);
  return values;
}

constexpr std::string_view kAll = "SELECT name, value FROM settings";

}  // namespace

base::Result<std::string> setting(storage::Session& session, std::string_view name) {
  const auto* preset = std::find_if(kDefaults.begin(), kDefaults.end(),
                                    [&](const Default& each) { return each.name == name; });
  if (preset == kDefaults.end()) return base::not_found(fmt::format("there is no setting {}", name));
  auto rows = session.query("SELECT value FROM settings WHERE name = $1", name);
  if (!rows) return base::Failure(rows.error());
  if (rows->empty()) return std::string(preset->value);
  return rows->value<std::string>();
}

base::Result<Values> all_settings(const storage::Database& database) {
  return read_all(database.query(kAll));
}

base::Result<Values> change_settings(const storage::Database& database, const Values& changes, const Act& act,
                                     base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<Values> {
    for (const auto& [name, value] : changes) {
      if (auto known = setting(tx, name); !known) return base::Failure(known.error());
      auto kept = tx.query(
          "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = "
          "excluded.value",
          name, value);
      if (!kept) return base::Failure(kept.error());
    }
    if (auto noted = record(tx, act, now); !noted) return base::Failure(noted.error());
    return read_all(tx.query(kAll));
  });
}

}  // namespace people
