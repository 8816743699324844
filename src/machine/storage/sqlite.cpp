#include "machine/storage/sqlite.h"

#include <chrono>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>
#include <sqlite3.h>

#include "machine/storage/errors.h"
#include "machine/storage/sqlite_errors.h"
#include "machine/storage/text.h"

namespace storage {
namespace {

constexpr std::size_t kMostStatements = 400;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Close {
  void operator()(sqlite3* file) const { sqlite3_close_v2(file); }
};

struct Statement {
  std::unique_ptr<sqlite3_stmt, Finalize> handle;
  std::vector<std::size_t> places;  // of each SQLite parameter: which value it takes, counted from 0
  std::size_t wanted = 0;           // values
  Columns columns;
  int prepared = 0;  // times that SQLite prepared it anew, because the schema changed
};

// SQLite numbers "$7" by first appearance: a parameter's name says which value it takes.
std::optional<std::size_t> place_of(const char* name) {
  if (name == nullptr || name[0] != '$') return std::nullopt;
  std::size_t number = 0;
  for (const char* digit = name + 1; *digit != 0; ++digit) {
    if (*digit < '0' || *digit > '9' || number > 100'000) return std::nullopt;
    number = number * 10 + static_cast<std::size_t>(*digit - '0');
  }
  return number == 0 ? std::nullopt : std::optional(number - 1);
}

Value value_of(sqlite3_stmt* statement, int column) {
  const auto bytes = [&](const void* data) {
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return Value(std::in_place_type<std::int64_t>, sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT:
      return text_as_given(bytes(sqlite3_column_text(statement, column)));
    case SQLITE_BLOB:
      return Bytes{std::string(bytes(sqlite3_column_blob(statement, column)))};
    default:
      return {};
  }
}

class SqliteDriver final : public Driver {
 public:
  explicit SqliteDriver(sqlite3* file) : file_(file) {}

  base::Result<Rows> execute(std::string_view sql, std::span<const Parameter> values) override;
  base::Result<void> script(std::string_view sql) override;
  base::Result<void> begin(Mode mode) override {
    return script(mode == Mode::read ? "BEGIN" : "BEGIN IMMEDIATE");
  }
  base::Result<void> commit() override { return script("COMMIT"); }
  void rollback() override;
  bool is_in_transaction() const override { return sqlite3_get_autocommit(file_.get()) == 0; }
  base::Result<void> begin_bulk(std::string_view table, std::span<const std::string_view> columns) override;
  base::Result<void> add_bulk(std::span<const Parameter> values) override;
  base::Result<std::int64_t> finish_bulk() override { return bulk_rows_; }
  void abandon_bulk() override {}
  bool is_alive() const override { return alive_; }

 private:
  base::Result<Statement*> prepared(std::string_view sql);
  base::Result<void> bind(const Statement& statement, std::span<const Parameter> values,
                          std::string_view sql);
  base::Result<void> bind_one(sqlite3_stmt* statement, int at, const Parameter& value, std::string_view sql);
  base::Result<Rows> step(Statement& statement, std::string_view sql);
  tl::unexpected<base::Error> complain(std::string_view sql) {
    return told(sqlite_trouble(file_.get(), sql));
  }

  std::unique_ptr<sqlite3, Close> file_;
  std::unordered_map<std::string, Statement> statements_;
  std::string bulk_sql_;
  std::int64_t bulk_rows_ = 0;
  bool alive_ = true;
};

base::Result<Statement*> SqliteDriver::prepared(std::string_view sql) {
  std::string key(sql);
  if (const auto found = statements_.find(key); found != statements_.end()) return &found->second;
  auto spelling = spelled(sql, Kind::sqlite);
  if (!spelling) return tl::unexpected(spelling.error());
  const std::string& text = *spelling;
  Statement statement;
  sqlite3_stmt* handle = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v3(file_.get(), text.c_str(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT,
                         &handle, &rest) != SQLITE_OK)
    return complain(text);
  statement.handle.reset(handle);
  if (handle == nullptr || std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return told(trouble(Complaint::broken, "", "one statement at a time", text));
  for (int i = 1; i <= sqlite3_bind_parameter_count(handle); ++i) {
    const auto place = place_of(sqlite3_bind_parameter_name(handle, i));
    if (!place) return told(trouble(Complaint::broken, "", "placeholders are $1, $2, ...", text));
    statement.places.push_back(*place);
    statement.wanted = std::max(statement.wanted, *place + 1);
  }
  if (statements_.size() >= kMostStatements) statements_.clear();
  return &statements_.emplace(std::move(key), std::move(statement)).first->second;
}

base::Result<void> SqliteDriver::bind_one(sqlite3_stmt* statement, int at, const Parameter& value,
                                          std::string_view sql) {
  int code = SQLITE_OK;
  if (!value.fits) return told(trouble(Complaint::unfit, "", "a number is beyond 64 bits", sql));
  if (value.is_null) {
    code = sqlite3_bind_null(statement, at);
  } else if (value.type == Parameter::Type::integer || value.type == Parameter::Type::boolean) {
    code = sqlite3_bind_int64(statement, at, value.integer);
  } else if (value.type == Parameter::Type::real && value.real != value.real) {
    code = sqlite3_bind_text(statement, at, "NaN", 3, SQLITE_STATIC);
  } else if (value.type == Parameter::Type::real) {
    code = sqlite3_bind_double(statement, at, value.real);
  } else if (value.type == Parameter::Type::bytes) {
    const auto* data = value.bytes.empty() ? "" : value.bytes.data();  // a null pointer would bind null
    code = sqlite3_bind_blob64(statement, at, data, value.bytes.size(), SQLITE_STATIC);
  } else if (value.type == Parameter::Type::id) {
    code = sqlite3_bind_blob(statement, at, value.id.bytes.data(), 16, SQLITE_TRANSIENT);
  } else {
    std::string space;
    auto kept = text_to_keep(value.bytes, space);
    if (!kept) return told({kept.error(), Remedy::none});
    const auto* data = kept->empty() ? "" : kept->data();
    code = sqlite3_bind_text64(statement, at, data, kept->size(),
                               space.empty() ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  if (code != SQLITE_OK) return complain(sql);
  return {};
}

base::Result<void> SqliteDriver::bind(const Statement& statement, std::span<const Parameter> values,
                                      std::string_view sql) {
  if (values.size() != statement.wanted)
    return told(trouble(Complaint::broken, "",
                        fmt::format("{} values for {} placeholders", values.size(), statement.wanted), sql));
  for (std::size_t i = 0; i < statement.places.size(); ++i) {
    auto bound = bind_one(statement.handle.get(), static_cast<int>(i) + 1, values[statement.places[i]], sql);
    if (!bound) return bound;
  }
  return {};
}

base::Result<Rows> SqliteDriver::step(Statement& statement, std::string_view sql) {
  auto* handle = statement.handle.get();
  const auto before = sqlite3_total_changes64(file_.get());
  std::vector<Value> values;
  int code = sqlite3_step(handle);
  const int prepared = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0);
  const int width = sqlite3_column_count(handle);
  if (!statement.columns || prepared != statement.prepared) {
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(width));
    for (int i = 0; i < width; ++i) names.emplace_back(sqlite3_column_name(handle, i));
    statement.columns = std::make_shared<const std::vector<std::string>>(std::move(names));
    statement.prepared = prepared;
  }
  for (; code == SQLITE_ROW; code = sqlite3_step(handle)) {
    for (int i = 0; i < width; ++i) values.push_back(value_of(handle, i));
  }
  if (code != SQLITE_DONE) return complain(sql);
  const bool reads = sqlite3_stmt_readonly(handle) != 0;
  const auto changed =
      reads || sqlite3_total_changes64(file_.get()) == before ? 0 : sqlite3_changes64(file_.get());
  return Rows(statement.columns, std::move(values), changed);
}

base::Result<Rows> SqliteDriver::execute(std::string_view sql, std::span<const Parameter> values) {
  clear();
  auto found = prepared(sql);
  if (!found) return tl::unexpected(found.error());
  auto& statement = **found;
  auto done = bind(statement, values, sql);
  auto rows = done ? step(statement, sql) : base::Result<Rows>(tl::unexpected(done.error()));
  sqlite3_reset(statement.handle.get());
  sqlite3_clear_bindings(statement.handle.get());  // they view the caller's bytes
  return rows;
}

base::Result<void> SqliteDriver::script(std::string_view sql) {
  clear();
  if (sqlite3_exec(file_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return complain(sql);
  return {};
}

void SqliteDriver::rollback() {
  if (!is_in_transaction()) return;  // some failures have rolled back by themselves
  alive_ = sqlite3_exec(file_.get(), "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK;
}

base::Result<void> SqliteDriver::begin_bulk(std::string_view table,
                                            std::span<const std::string_view> columns) {
  std::string names;
  for (const auto column : columns) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column);
  bulk_sql_ =
      fmt::format("INSERT INTO \"{}\" ({}) VALUES ({})", table, names, placeholders(1, columns.size()));
  bulk_rows_ = 0;
  auto known = prepared(bulk_sql_);
  if (!known) return tl::unexpected(known.error());
  return {};
}

base::Result<void> SqliteDriver::add_bulk(std::span<const Parameter> values) {
  auto rows = execute(bulk_sql_, values);
  if (!rows) return tl::unexpected(rows.error());
  ++bulk_rows_;
  return {};
}

std::string settings_of(Access access, const Options& options) {
  constexpr const char* kSynchronous[] = {"FULL", "NORMAL", "OFF"};
  // Foreign keys hold; LIKE tells a from A, as PostgreSQL's does; a schema's own functions are not trusted.
  auto settings = fmt::format(
      "PRAGMA foreign_keys = ON; PRAGMA synchronous = {}; PRAGMA case_sensitive_like = ON; "
      "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;",
      kSynchronous[static_cast<int>(options.durability)]);
  return settings + (access == Access::read ? "PRAGMA query_only = ON;" : "PRAGMA journal_mode = WAL;");
}

base::Failure refuse_to_open(const std::string& path, const base::Error& why) {
  return base::unavailable(
      fmt::format(
          "the database {} cannot be opened: is its folder there and writable, and is it a SQLite file?",
          path),
      why.detail);
}

}  // namespace

base::Result<std::unique_ptr<Driver>> open_sqlite_driver(const std::string& path, Access access,
                                                         const Options& options) {
  sqlite3* file = nullptr;
  const int make = access == Access::write ? SQLITE_OPEN_CREATE : 0;
  const int code =
      sqlite3_open_v2(path.c_str(), &file,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | make, nullptr);
  auto driver = std::make_unique<SqliteDriver>(file);
  if (code != SQLITE_OK) return refuse_to_open(path, sqlite_trouble(file, "").error);
  sqlite3_busy_timeout(file, static_cast<int>(options.patience.count()));
  // Without these two, "name" in double quotes would be a text where no such column exists.
  sqlite3_db_config(file, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(file, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  auto set = driver->script(settings_of(access, options));
  // The switch to WAL does not wait for others that are at it, whatever the timeout.
  const auto deadline = std::chrono::steady_clock::now() + options.patience;
  while (!set && driver->remedy() == Remedy::again && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    set = driver->script(settings_of(access, options));
  }
  if (!set) return refuse_to_open(path, set.error());
  return driver;
}

}  // namespace storage
