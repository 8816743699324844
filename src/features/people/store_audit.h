// The audit log: a chain of entries that only grows. Each entry's hash covers the one before, so a change or
// a removal within shows; the head covers the end.
#pragma once
#include <cstdint>

#include "features/people/store.h"

namespace people {

struct AuditEntry {
  std::int64_t seq = 0;
  base::Instant at{};
  Act act;
  std::string hash;
};

struct AuditWanted {
  std::int64_t after = 0;  // in the list's order
  int limit = 50;
  bool newest_first = false;
  std::optional<PersonId> who{};
  std::optional<std::string> what{};
};
base::Result<std::vector<AuditEntry>> list_audit(const storage::Database& database,
                                                 const AuditWanted& wanted);

struct ChainReport {
  std::int64_t entries = 0;
  std::optional<std::int64_t> first_broken{};
};
base::Result<ChainReport> verify_audit(const storage::Database& database);

// What the hash covers, beside the hash before.
std::string canonical_text(const AuditEntry& entry);

}  // namespace people
