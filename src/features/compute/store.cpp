// Environments and what their making said.
#include "features/compute/store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "features/compute/rules.h"

namespace compute {
namespace {

namespace json = base::json;

constexpr std::string_view kInsert =
    "INSERT INTO environments (id, name, kind, source, asked, extras, wanted_python, left_out, state, why, "
    "hash, "
    "python, platform, packages, lock_text, smoke, created_by, created, ended, attempt, job, said_after) "
    "VALUES ($1, $2, "
    "$3, "
    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
constexpr std::string_view kUpdate =
    "UPDATE environments SET kind = $2, source = $3, asked = $4, extras = $5, wanted_python = $6, left_out = "
    "$7, "
    "state = $8, why = $9, hash = $10, python = $11, platform = $12, packages = $13, lock_text = $14, smoke "
    "= $15, "
    "created_by = $16, created = $17, ended = $18, attempt = $19, job = $20, said_after = $21 WHERE id = $1";

// Of what this room wrote itself: a text that is none counts as empty.
json::array list_in(const std::string& text) {
  auto value = base::parse_json(text);
  return value && value->is_array() ? std::move(value->as_array()) : json::array();
}

std::string json_of(const std::vector<std::string>& words) {
  json::array list;
  for (const auto& word : words) list.emplace_back(word);
  return base::to_text(list);
}

std::string json_of(const std::vector<environments::Package>& packages) {
  json::array list;
  for (const auto& package : packages) list.push_back({{"name", package.name}, {"version", package.version}});
  return base::to_text(list);
}

environments::Recipe recipe_of(const storage::Row& row) {
  environments::Recipe recipe;
  recipe.name = row.get<std::string>("name");
  recipe.text = row.get<std::string>("asked");
  recipe.source = row.get<std::string>("source");
  recipe.python = row.get<std::string>("wanted_python");
  recipe.kind = environments::source_kind_from(row.get<std::string>("kind")).value_or(recipe.kind);
  for (const auto& extra : list_in(row.get<std::string>("extras")))
    if (extra.is_string()) recipe.extras.emplace_back(extra.as_string());
  return recipe;
}

KeptEnvironment environment_of(const storage::Row& row) {
  KeptEnvironment kept{.id = row.get<EnvironmentId>("id"), .recipe = recipe_of(row)};
  for (const auto& one : list_in(row.get<std::string>("left_out"))) {
    const auto* line = base::find_member(one, "line");
    kept.left_out.push_back({line != nullptr && line->is_int64() ? static_cast<int>(line->as_int64()) : 0,
                             base::find_text(one, "what"), base::find_text(one, "why")});
  }
  for (const auto& package : list_in(row.get<std::string>("packages")))
    kept.packages.push_back({base::find_text(package, "name"), base::find_text(package, "version")});
  kept.state = state_from(row.get<std::string>("state")).value_or(State::failed);
  kept.why = row.get<std::string>("why");
  kept.hash = row.get<std::string>("hash");
  kept.python = row.get<std::string>("python");
  kept.platform = row.get<std::string>("platform");
  kept.lock = row.get<std::string>("lock_text");
  kept.smoke = row.get<std::optional<std::string>>("smoke");
  kept.created_by = row.get<std::optional<people::PersonId>>("created_by");
  kept.created = row.get<base::Instant>("created");
  kept.ended = row.get<std::optional<base::Instant>>("ended");
  kept.attempt = row.get<int>("attempt");
  kept.said_after = row.get<std::int64_t>("said_after");
  kept.job = row.get<std::optional<base::Ulid>>("job");
  return kept;
}

base::Result<void> nothing_of(const base::Result<storage::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

base::Result<std::optional<KeptEnvironment>> first_of(const base::Result<storage::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return rows->first(environment_of);
}

}  // namespace

void take_facts(KeptEnvironment& kept, const environments::Environment& environment) {
  kept.hash = environment.hash;
  kept.python = environment.python_version;
  kept.platform = environment.platform;
  kept.lock = environment.lock;
  kept.packages = environment.packages;
  if (environment.origin) kept.left_out = environment.origin->left_out;
}

base::Result<void> put(storage::Transaction& tx, const KeptEnvironment& kept) {
  const auto known = find(tx, kept.id);
  if (!known) return tl::unexpected(known.error());
  if (*known) {
    if (auto updated = update(tx, kept); !updated) return updated;
    return clear_log(tx, kept.id);
  }
  const auto& recipe = kept.recipe;
  if (auto inserted = nothing_of(
          tx.query(kInsert, kept.id, recipe.name, environments::word_for(recipe.kind), recipe.source,
                   recipe.text, json_of(recipe.extras), recipe.python,
                   base::to_text(environments::to_json(kept.left_out)), word_for(kept.state), kept.why,
                   kept.hash, kept.python, kept.platform, json_of(kept.packages), kept.lock, kept.smoke,
                   kept.created_by, kept.created, kept.ended, kept.attempt, kept.job, kept.said_after));
      !inserted)
    return inserted;
  return nothing_of(
      tx.query("INSERT INTO environment_logs (environment, text, lines) VALUES ($1, '', 0)", kept.id));
}

base::Result<void> update(storage::Transaction& tx, const KeptEnvironment& kept) {
  const auto& recipe = kept.recipe;
  return nothing_of(tx.query(kUpdate, kept.id, environments::word_for(recipe.kind), recipe.source,
                             recipe.text, json_of(recipe.extras), recipe.python,
                             base::to_text(environments::to_json(kept.left_out)), word_for(kept.state),
                             kept.why, kept.hash, kept.python, kept.platform, json_of(kept.packages),
                             kept.lock, kept.smoke, kept.created_by, kept.created, kept.ended, kept.attempt,
                             kept.job, kept.said_after));
}

base::Result<std::optional<KeptEnvironment>> find(storage::Session& session, std::string_view name) {
  return first_of(session.query("SELECT * FROM environments WHERE name = $1", name));
}

base::Result<std::optional<KeptEnvironment>> find(storage::Session& session, const EnvironmentId& id) {
  return first_of(session.query("SELECT * FROM environments WHERE id = $1", id));
}

base::Result<KeptEnvironment> expect(storage::Session& session, std::string_view name) {
  auto found = find(session, name);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return base::not_found(fmt::format("there is no environment \"{}\"", name));
  return std::move(**found);
}

base::Result<std::vector<KeptEnvironment>> list(storage::Session& session, const Wanted& wanted) {
  auto rows = session.query(
      "SELECT * FROM environments WHERE ($1 OR state = $2) AND ($3 OR id < $4) ORDER BY id DESC LIMIT $5",
      !wanted.state, word_for(wanted.state.value_or(State::ready)), !wanted.after,
      wanted.after.value_or(EnvironmentId({})), wanted.limit);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map(environment_of);
}

}  // namespace compute
