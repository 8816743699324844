#include "machine/storage/postgresql.h"

#include <unordered_map>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "machine/storage/errors.h"
#include "machine/storage/postgresql_errors.h"
#include "machine/storage/postgresql_values.h"

namespace storage {

void Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

namespace {

constexpr std::size_t kMostStatements = 400;
constexpr std::size_t kCopyPiece = 1u << 16;

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

class PostgresqlDriver final : public Driver {
 public:
  explicit PostgresqlDriver(Connection connection) : connection_(std::move(connection)) {}

  base::Result<Rows> execute(std::string_view sql, std::span<const Parameter> values) override;
  base::Result<void> script(std::string_view sql) override;
  base::Result<void> begin(Mode mode) override;
  base::Result<void> commit() override;
  void rollback() override;
  bool is_in_transaction() const override { return PQtransactionStatus(get()) != PQTRANS_IDLE; }
  base::Result<void> begin_bulk(std::string_view table, std::span<const std::string_view> columns) override;
  base::Result<void> add_bulk(std::span<const Parameter> values) override;
  base::Result<std::int64_t> finish_bulk() override;
  void abandon_bulk() override;
  bool is_alive() const override { return PQstatus(get()) == CONNECTION_OK && !stale_; }

 private:
  PGconn* get() const { return connection_.get(); }
  base::Result<std::string> prepared(std::string_view sql, const BoundValues& bound);
  void forget_statements();
  base::Result<Rows> rows_of(const PGresult* result, std::string_view sql);
  base::Result<void> send_copy(std::string_view sql);
  tl::unexpected<base::Error> complain(const PGresult* result, std::string_view sql);

  Connection connection_;
  std::unordered_map<std::string, std::string> statements_;  // SQL and types to the name on the server
  int made_ = 0;
  std::string copy_;
  bool copying_ = false;
  bool stale_ = false;  // its statements are of an older schema
};

tl::unexpected<base::Error> PostgresqlDriver::complain(const PGresult* result, std::string_view sql) {
  auto what = postgresql_trouble(get(), result, sql);
  if (what.error.detail.find("(0A000)") != std::string::npos) stale_ = true;
  return told(std::move(what));
}

void PostgresqlDriver::forget_statements() {
  statements_.clear();
  const Answer done(PQexec(get(), "DEALLOCATE ALL"));
}

base::Result<std::string> PostgresqlDriver::prepared(std::string_view sql, const BoundValues& bound) {
  std::string key(sql);
  for (const auto type : bound.types) key += fmt::format("\n{}", type);
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
  auto text = spelled(sql, Kind::postgresql);
  if (!text) return tl::unexpected(text.error());
  if (statements_.size() >= kMostStatements && PQtransactionStatus(get()) == PQTRANS_IDLE)
    forget_statements();
  const auto name = fmt::format("s{}", ++made_);
  const Answer answer(PQprepare(get(), name.c_str(), text->c_str(), static_cast<int>(bound.types.size()),
                                bound.types.data()));
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return complain(answer.get(), *text);
  return statements_.emplace(std::move(key), name).first->second;
}

base::Result<Rows> PostgresqlDriver::rows_of(const PGresult* result, std::string_view sql) {
  const int width = PQnfields(result);
  const int height = PQntuples(result);
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(width));
  for (int i = 0; i < width; ++i) names.emplace_back(PQfname(result, i));
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int row = 0; row < height; ++row) {
    for (int i = 0; i < width; ++i) {
      if (PQgetisnull(result, row, i) != 0) {
        values.emplace_back();
        continue;
      }
      const std::string_view bytes(PQgetvalue(result, row, i),
                                   static_cast<std::size_t>(PQgetlength(result, row, i)));
      auto value = value_from_binary(PQftype(result, i), bytes);
      if (!value)
        return told(trouble(Complaint::broken, "",
                            fmt::format("column \"{}\" has the type {}, which is not read: cast it",
                                        PQfname(result, i), PQftype(result, i)),
                            sql));
      values.push_back(std::move(*value));
    }
  }
  const char* changed = PQcmdTuples(const_cast<PGresult*>(result));
  const bool reads = std::string_view(PQcmdStatus(const_cast<PGresult*>(result))).starts_with("SELECT");
  return Rows(std::make_shared<const std::vector<std::string>>(std::move(names)), std::move(values),
              reads || *changed == 0 ? 0 : std::atoll(changed));
}

base::Result<Rows> PostgresqlDriver::execute(std::string_view sql, std::span<const Parameter> values) {
  clear();
  BoundValues bound;
  bound.reserve(values.size());
  for (const auto& value : values) {
    if (auto added = bound.add(value); !added) return told({added.error(), Remedy::none});
  }
  auto name = prepared(sql, bound);
  if (!name) return tl::unexpected(name.error());
  const Answer answer(PQexecPrepared(get(), name->c_str(), static_cast<int>(values.size()), bound.data.data(),
                                     bound.lengths.data(), bound.forms.data(), 1));
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return complain(answer.get(), sql);
  return rows_of(answer.get(), sql);
}

base::Result<void> PostgresqlDriver::script(std::string_view sql) {
  clear();
  const Answer answer(PQexec(get(), std::string(sql).c_str()));
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY)
    return complain(answer.get(), sql);
  return {};
}

base::Result<void> PostgresqlDriver::begin(Mode mode) {
  switch (mode) {
    case Mode::read:
      return script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    case Mode::serializable:
      return script("BEGIN ISOLATION LEVEL SERIALIZABLE");
    default:
      return script("BEGIN ISOLATION LEVEL READ COMMITTED");
  }
}

base::Result<void> PostgresqlDriver::commit() {
  clear();
  const Answer answer(PQexec(get(), "COMMIT"));
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) {
    auto failed = complain(answer.get(), "COMMIT");
    if (remedy() == Remedy::reconnect)
      failed.value().message =
          "the connection to the database was lost at the last moment: look whether the change was kept "
          "before you try again";
    return failed;
  }
  // A transaction that has failed answers COMMIT with ROLLBACK, and calls it a success.
  if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT")
    return told(trouble(Complaint::broken, "", "a failed transaction was committed", "COMMIT"));
  return {};
}

void PostgresqlDriver::rollback() {
  if (is_in_transaction() && PQstatus(get()) == CONNECTION_OK) const Answer done(PQexec(get(), "ROLLBACK"));
}

base::Result<void> PostgresqlDriver::begin_bulk(std::string_view table,
                                                std::span<const std::string_view> columns) {
  clear();
  std::string names;
  for (const auto column : columns) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column);
  const auto sql = fmt::format("COPY \"{}\" ({}) FROM STDIN", table, names);
  const Answer answer(PQexec(get(), sql.c_str()));
  if (PQresultStatus(answer.get()) != PGRES_COPY_IN) return complain(answer.get(), sql);
  copying_ = true;
  copy_.clear();
  return {};
}

base::Result<void> PostgresqlDriver::send_copy(std::string_view sql) {
  if (!copy_.empty() && PQputCopyData(get(), copy_.data(), static_cast<int>(copy_.size())) != 1)
    return complain(nullptr, sql);
  copy_.clear();
  return {};
}

base::Result<void> PostgresqlDriver::add_bulk(std::span<const Parameter> values) {
  const auto line = copy_.size();
  for (const auto& value : values) {
    if (copy_.size() != line) copy_ += '\t';
    if (auto added = append_copy_field(copy_, value); !added) return told({added.error(), Remedy::none});
  }
  copy_ += '\n';
  return copy_.size() < kCopyPiece ? base::Result<void>() : send_copy("COPY");
}

base::Result<std::int64_t> PostgresqlDriver::finish_bulk() {
  if (auto sent = send_copy("COPY"); !sent) return tl::unexpected(sent.error());
  if (PQputCopyEnd(get(), nullptr) != 1) return complain(nullptr, "COPY");
  copying_ = false;
  const Answer answer(PQgetResult(get()));
  while (PGresult* more = PQgetResult(get())) PQclear(more);
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return complain(answer.get(), "COPY");
  return std::atoll(PQcmdTuples(answer.get()));
}

void PostgresqlDriver::abandon_bulk() {
  if (!copying_) return;
  copying_ = false;
  PQputCopyEnd(get(), "the rows ended early");
  while (PGresult* more = PQgetResult(get())) PQclear(more);
}

std::string settings_of(const Options& options) {
  return fmt::format(
      "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = 60000; "
      "SET standard_conforming_strings = on;{}",
      options.statement_limit.count(), options.patience.count(),
      options.durability == Durability::full ? "" : " SET synchronous_commit = off;");
}

}  // namespace

base::Result<Connection> connect(const std::string& url, std::chrono::milliseconds patience) {
  const auto seconds = std::to_string(std::max<long>(2, patience.count() / 1000));
  const auto limit = std::to_string(std::max<long>(2000, patience.count()));
  // What stands before the url it may overrule, what stands after it it may not.
  const char* names[] = {"connect_timeout",
                         "tcp_user_timeout",
                         "keepalives_idle",
                         "application_name",
                         "dbname",
                         "client_encoding",
                         nullptr};
  const char* values[] = {seconds.c_str(), limit.c_str(), "30", "agora", url.c_str(), "UTF8", nullptr};
  Connection connection(PQconnectdbParams(names, values, 1));
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    std::string why = PQerrorMessage(connection.get());
    while (!why.empty() && why.back() == '\n') why.pop_back();
    return base::unavailable("the database cannot be reached: is PostgreSQL up, and is its url right?", why);
  }
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  const char* encoding = PQparameterStatus(connection.get(), "server_encoding");
  if (encoding == nullptr || std::string_view(encoding) != "UTF8")
    return base::unavailable("the database is not in UTF-8: make it anew with createdb -E UTF8");
  if (PQserverVersion(connection.get()) < 130000)
    return base::unavailable("the database's PostgreSQL is too old: version 13 or newer is needed");
  return connection;
}

base::Result<std::unique_ptr<Driver>> open_postgresql_driver(const std::string& url, const Options& options) {
  auto connection = connect(url, options.patience);
  if (!connection) return tl::unexpected(connection.error());
  auto driver = std::make_unique<PostgresqlDriver>(std::move(*connection));
  if (auto set = driver->script(settings_of(options)); !set) return tl::unexpected(set.error());
  return driver;
}

}  // namespace storage
