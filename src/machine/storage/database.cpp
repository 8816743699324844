#include <fmt/format.h>
#include <unistd.h>

#include "machine/storage/core.h"
#include "machine/storage/postgresql.h"
#include "machine/storage/sqlite.h"

namespace storage {
namespace {

base::Result<std::shared_ptr<Core>> open_sqlite(std::string path, Options options) {
  auto core = std::make_shared<Core>(Kind::sqlite, path, options);
  if (path == ":memory:") {
    // SQLite's own memory mode has neither WAL nor readers beside a writer: a folder behaves like production.
    auto folder = base::TemporaryFolder::make(::access("/dev/shm", W_OK) == 0 ? "/dev/shm/agora-memory"
                                                                              : "agora-memory");
    if (!folder) return tl::unexpected(folder.error());
    core->memory = std::move(*folder);
    core->options.durability = options.durability = Durability::off;
    path = (core->memory->path() / "memory.db").string();
  }
  auto open = [path, options](Access access) { return open_sqlite_driver(path, access, options); };
  core->writing = std::make_unique<Pool>([open] { return open(Access::write); }, 1, options.patience);
  core->reading =
      std::make_unique<Pool>([open] { return open(Access::read); }, options.connections, options.patience);
  return core;
}

std::shared_ptr<Core> open_postgresql(std::string url, Options options) {
  auto core = std::make_shared<Core>(Kind::postgresql, url, options);
  core->reading =
      std::make_unique<Pool>([url = std::move(url), options] { return open_postgresql_driver(url, options); },
                             options.connections, options.patience);
  return core;
}

}  // namespace

base::Result<Database> Database::open(std::string_view url, Options options) {
  if (options.connections < 1) return base::invalid("a database needs at least one connection");
  std::shared_ptr<Core> core;
  if (url.starts_with("sqlite:") && url.size() > 7) {
    auto opened = open_sqlite(std::string(url.substr(7)), options);
    if (!opened) return tl::unexpected(opened.error());
    core = std::move(*opened);
  } else if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    core = open_postgresql(std::string(url), options);
  } else {
    return base::invalid("a database is sqlite:PATH or postgresql://USER@HOST/NAME");
  }
  // The first connection shows whether there is a database at all; on SQLite it makes the file.
  if (auto first = core->writers().lease(); !first) return tl::unexpected(first.error());
  return Database(std::move(core));
}

Kind Database::kind() const {
  return core_->kind;
}

base::Result<Rows> Database::run(std::string_view sql, std::span<const Parameter> values) const {
  auto lease = core_->reading->lease();
  if (!lease) return tl::unexpected(lease.error());
  auto rows = (*lease)->execute(sql, values);
  if (rows || (*lease)->is_alive()) return rows;
  if (auto renewed = lease->renew(); !renewed) return tl::unexpected(renewed.error());
  return (*lease)->execute(sql, values);
}

std::string placeholders(std::size_t first, std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += fmt::format("{}${}", i == 0 ? "" : ", ", first + i);
  return list;
}

}  // namespace storage
