#include "machine/storage/sqlite_errors.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "machine/storage/errors.h"

namespace storage {
namespace {

Complaint complaint_of(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Complaint::unique;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER:
      return Complaint::foreign_key;
    case SQLITE_CONSTRAINT_CHECK:
      return Complaint::check;
    case SQLITE_CONSTRAINT_NOTNULL:
      return Complaint::not_null;
    case SQLITE_BUSY_SNAPSHOT:
      return Complaint::conflict_in_time;
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
      return Complaint::unfit;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return Complaint::busy;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return Complaint::full;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_INTERRUPT:
      return Complaint::shut;
    default:
      return Complaint::broken;
  }
}

// "UNIQUE constraint failed: people.email" names what was violated after the colon.
std::string_view violated(std::string_view said) {
  const auto colon = said.find("failed: ");
  return colon == std::string_view::npos ? std::string_view() : said.substr(colon + 8);
}

}  // namespace

Trouble sqlite_trouble(sqlite3* file, std::string_view sql) {
  const int code = file == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(file);
  const std::string said = file == nullptr ? "out of memory" : sqlite3_errmsg(file);
  return trouble(complaint_of(code), violated(said), fmt::format("{} ({})", said, code), sql);
}

}  // namespace storage
