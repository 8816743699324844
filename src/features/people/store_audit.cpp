#include "features/people/store_audit.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "base/json.h"

namespace people {
namespace {

namespace json = base::json;

struct Head {
  std::int64_t seq = 0;
  std::string hash;
};
Head head_of_row(const storage::Row& row) {
  return {row.get<std::int64_t>("seq"), row.get<std::string>("hash")};
}

AuditEntry entry_of_row(const storage::Row& row) {
  return {row.get<std::int64_t>("seq"),
          row.get<base::Instant>("at"),
          {row.get<std::optional<PersonId>>("who"),
           row.get<std::string>("address"),
           row.get<std::string>("what"),
           {row.get<std::string>("object_kind"), row.get<std::string>("object_id")},
           row.get<std::string>("details")},
          row.get<std::string>("hash")};
}

std::string next_hash(const std::string& before, const AuditEntry& entry) {
  return base::sha256_hex(before + canonical_text(entry));
}

constexpr std::string_view kColumns = "seq, at, who, address, what, object_kind, object_id, details, hash";

// Walks a page of entries behind `head`; false where the chain breaks, and then `head` is the entry before.
bool follows(Head& head, const std::vector<AuditEntry>& page) {
  for (const auto& entry : page) {
    if (entry.seq != head.seq + 1 || entry.hash != next_hash(head.hash, entry)) return false;
    head = {entry.seq, entry.hash};
  }
  return true;
}

}  // namespace

std::string canonical_text(const AuditEntry& entry) {
  const auto& act = entry.act;
  return base::to_text(json::object{{"seq", entry.seq},
                                    {"at", base::to_rfc3339(entry.at)},
                                    {"who", act.who ? json::value(base::to_text(*act.who)) : json::value()},
                                    {"from", act.from},
                                    {"what", act.what},
                                    {"object_kind", act.object.kind},
                                    {"object_id", act.object.id},
                                    {"details", act.details}});
}

base::Result<void> record(storage::Transaction& transaction, const Act& act, base::Instant now) {
  if (auto details = base::parse_json(act.details); !details || !details->is_object())
    return base::internal(fmt::format("the audit details of {} are no JSON object", act.what), act.details);
  // The update locks the head until the commit, so numbers have no gaps and no two entries one place.
  auto rows = transaction.query("UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash");
  if (!rows) return base::Failure(rows.error());
  auto head = rows->first(head_of_row);
  if (!head) return base::Failure(head.error());
  if (!*head) return base::internal("the audit log has no head");
  AuditEntry entry{(*head)->seq, now, act, {}};
  entry.hash = next_hash((*head)->hash, entry);
  auto written = transaction.query(
      fmt::format("INSERT INTO audit ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", kColumns), entry.seq,
      now, act.who, act.from, act.what, act.object.kind, act.object.id, act.details, entry.hash);
  if (!written) return base::Failure(written.error());
  return done(transaction.query("UPDATE audit_head SET hash = $1 WHERE one = 1", entry.hash));
}

base::Result<std::vector<AuditEntry>> list_audit(const storage::Database& database,
                                                 const AuditWanted& wanted) {
  std::vector<storage::Parameter> values{storage::bound(wanted.after), storage::bound(wanted.limit)};
  std::string where;
  const auto also = [&](std::string_view column, storage::Parameter value) {
    values.push_back(value);
    where += fmt::format(" AND {} = ${}", column, values.size());
  };
  if (wanted.who) also("who", storage::bound(*wanted.who));
  if (wanted.what) also("what", storage::bound(*wanted.what));
  const auto* order =
      wanted.newest_first ? "(seq < $1 OR $1 = 0){} ORDER BY seq DESC" : "seq > $1{} ORDER BY seq";
  auto rows = database.run(fmt::format("SELECT {} FROM audit WHERE {} LIMIT $2", kColumns,
                                       fmt::format(fmt::runtime(order), where)),
                           values);
  if (!rows) return base::Failure(rows.error());
  return rows->map(entry_of_row);
}

base::Result<ChainReport> verify_audit(const storage::Database& database) {
  return storage::read(database, [](storage::Snapshot& session) -> base::Result<ChainReport> {
    Head head;
    for (;;) {
      auto rows = session.query(
          fmt::format("SELECT {} FROM audit WHERE seq > $1 ORDER BY seq LIMIT 1000", kColumns), head.seq);
      if (!rows) return base::Failure(rows.error());
      auto page = rows->map(entry_of_row);
      if (!page) return base::Failure(page.error());
      if (!follows(head, *page)) break;
      if (page->empty()) break;
    }
    auto counted = session.query("SELECT count(*) FROM audit")->value<std::int64_t>();
    if (!counted) return base::Failure(counted.error());
    auto rows = session.query("SELECT seq, hash FROM audit_head");
    if (!rows) return base::Failure(rows.error());
    auto end = rows->first(head_of_row);
    if (!end) return base::Failure(end.error());
    ChainReport report{*counted, {}};
    const bool whole = *end && (*end)->seq == head.seq && (*end)->hash == head.hash && *counted == head.seq;
    if (!whole) report.first_broken = head.seq + 1;
    return report;
  });
}

}  // namespace people
