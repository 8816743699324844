// The few words that SQLite and PostgreSQL spell differently, written {{word}} in any statement. All else in
// our SQL is what both understand: $1, RETURNING, ON CONFLICT ... DO UPDATE, TRUE, json kept as text.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace storage {

enum class Kind { sqlite, postgresql };

struct Word {
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgresql;
  std::string_view summary;
};

std::span<const Word> words();

// Fails with `internal` on a word that is not in the list.
base::Result<std::string> spelled(std::string_view sql, Kind kind);

}  // namespace storage
