#include "machine/storage/postgresql_errors.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include "machine/storage/errors.h"

namespace storage {
namespace {

struct State {
  std::string_view begins;
  Complaint complaint;
};

// The first row that a SQLSTATE begins with.
constexpr State kStates[] = {
    {"23505", Complaint::unique},
    {"23P01", Complaint::unique},
    {"23503", Complaint::foreign_key},
    {"23001", Complaint::foreign_key},
    {"23514", Complaint::check},
    {"23502", Complaint::not_null},
    {"22", Complaint::unfit},
    {"54", Complaint::unfit},
    {"40001", Complaint::conflict_in_time},
    {"40P01", Complaint::conflict_in_time},
    {"0A000", Complaint::broken},
    {"55P03", Complaint::busy},
    {"57014", Complaint::slow},
    {"57P", Complaint::lost},
    {"08P01", Complaint::broken},  // another number of values than of placeholders
    {"08", Complaint::lost},
    {"25P03", Complaint::lost},
    {"53", Complaint::full},
    {"58", Complaint::shut},
};

Complaint complaint_of(std::string_view state) {
  for (const auto& row : kStates) {
    if (state.starts_with(row.begins)) return row.complaint;
  }
  return Complaint::broken;
}

std::string_view field(const pg_result* result, int code) {
  const char* text = result == nullptr ? nullptr : PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// As SQLite names it: "teams.event, teams.name". The columns stand in the detail, "Key (event, name)=(...)",
// in every language alike; what follows them is data and is not kept.
std::string unique_key(const pg_result* result) {
  const auto table = field(result, PG_DIAG_TABLE_NAME);
  const auto detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  const auto open = detail.find('(');
  const auto close = detail.find(")=(");
  if (open == std::string_view::npos || close == std::string_view::npos || detail[open + 1] == ')')
    return std::string(field(result, PG_DIAG_CONSTRAINT_NAME));
  std::string_view columns = detail.substr(open + 1, close - open - 1);
  if (columns.find('(') != std::string_view::npos)  // of an expression; SQLite names the index then
    return fmt::format("index '{}'", field(result, PG_DIAG_CONSTRAINT_NAME));
  std::string names;
  while (!columns.empty()) {
    const auto comma = columns.find(", ");
    names += fmt::format("{}{}.{}", names.empty() ? "" : ", ", table, columns.substr(0, comma));
    columns.remove_prefix(comma == std::string_view::npos ? columns.size() : comma + 2);
  }
  return names;
}

std::string violated(Complaint complaint, const pg_result* result) {
  if (complaint == Complaint::unique) return unique_key(result);
  if (complaint == Complaint::not_null)
    return fmt::format("{}.{}", field(result, PG_DIAG_TABLE_NAME), field(result, PG_DIAG_COLUMN_NAME));
  return std::string(field(result, PG_DIAG_CONSTRAINT_NAME));
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

Trouble postgresql_trouble(const pg_conn* connection, const pg_result* result, std::string_view sql) {
  const auto state = field(result, PG_DIAG_SQLSTATE);
  if (state.empty() || PQstatus(connection) == CONNECTION_BAD)
    return trouble(Complaint::lost, "", first_line(PQerrorMessage(connection)), sql);
  const auto complaint = complaint_of(state);
  const auto said = fmt::format("{} ({})", field(result, PG_DIAG_MESSAGE_PRIMARY), state);
  auto told = trouble(complaint, violated(complaint, result), said, sql);
  // A schema that changed under a prepared statement: the transaction works when it is prepared anew.
  if (state == "0A000" && said.find("cached plan") != std::string::npos) told.remedy = Remedy::again;
  return told;
}

}  // namespace storage
