#include "machine/storage/errors.h"

#include <fmt/format.h>

#include "machine/storage/storage.h"

namespace storage {
namespace {

struct Wording {
  base::ErrorKind kind;
  Remedy remedy;
  std::string_view word;     // the detail begins with it
  std::string_view message;  // {} is what was violated
};

// In the order of Complaint.
constexpr Wording kWordings[] = {
    {base::ErrorKind::conflict, Remedy::none, "unique", "there is already one with this {}"},
    {base::ErrorKind::conflict, Remedy::none, "foreign key",
     "this refers to something that does not exist, or something still refers to it{}"},
    {base::ErrorKind::invalid, Remedy::none, "check", "a value is outside what is allowed: {}"},
    {base::ErrorKind::invalid, Remedy::none, "not null", "a value is missing: {}"},
    {base::ErrorKind::invalid, Remedy::none, "unfit", "a value does not fit: it is too long or too large{}"},
    {base::ErrorKind::unavailable, Remedy::again, "busy", "the database is busy: try again in a moment{}"},
    {base::ErrorKind::unavailable, Remedy::again, "concurrent",
     "others changed the same things at the same moment: try again{}"},
    {base::ErrorKind::unavailable, Remedy::reconnect, "lost",
     "the connection to the database was lost: try again in a moment{}"},
    {base::ErrorKind::unavailable, Remedy::none, "full",
     "the database has no room left: its disk or memory is full{}"},
    {base::ErrorKind::unavailable, Remedy::none, "shut", "the database cannot be used at the moment{}"},
    {base::ErrorKind::unavailable, Remedy::none, "slow",
     "the database took too long to answer and was stopped{}"},
    {base::ErrorKind::internal, Remedy::none, "broken", "the database refused a statement of the program{}"},
};

}  // namespace

Trouble trouble(Complaint complaint, std::string_view about, std::string_view said, std::string_view sql) {
  const auto& wording = kWordings[static_cast<std::size_t>(complaint)];
  const bool names = wording.message.find(": {}") != std::string_view::npos || complaint == Complaint::unique;
  auto detail = fmt::format("{}{}{}; {}", wording.word, about.empty() ? "" : " ", about, said);
  if (!sql.empty()) detail += fmt::format("; in {}", sql.substr(0, 2000));
  return {{wording.kind, fmt::format(fmt::runtime(wording.message), names ? about : ""), std::move(detail)},
          wording.remedy};
}

bool is_taken(const base::Error& error, std::string_view columns) {
  return error.kind == base::ErrorKind::conflict &&
         error.detail.starts_with(fmt::format("unique {};", columns));
}

}  // namespace storage
