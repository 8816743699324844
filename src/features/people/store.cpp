#include "features/people/store.h"

#include <fmt/format.h>

#include "features/people/rules.h"

namespace people {

Person person_of_row(const storage::Row& row) {
  Person person{row.get<PersonId>("id"),
                row.get<std::string>("handle"),
                row.get<std::string>("name"),
                row.get<std::string>("email"),
                Standing::closed,
                row.get<base::Instant>("created")};
  person.standing = standing_from(row.get<std::string>("standing")).value_or(Standing::closed);
  return person;
}

std::shared_ptr<const storage::Database> copy_of(const storage::Database& database) {
  return std::make_shared<const storage::Database>(database);
}

base::Result<void> done(const base::Result<storage::Rows>& rows) {
  if (!rows) return base::Failure(rows.error());
  return {};
}

base::Result<void> done_to_one(const base::Result<storage::Rows>& rows, std::string_view what) {
  if (!rows) return base::Failure(rows.error());
  if (rows->changed() == 0) return base::not_found(std::string(what));
  return {};
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string like_anywhere(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

std::string topic_of(const PersonId& person) {
  return "person:" + base::to_text(person);
}

base::Result<std::optional<Person>> find_person(storage::Session& session, const PersonId& id) {
  auto rows = session.query(fmt::format("SELECT {} FROM people WHERE id = $1", kPersonColumns), id);
  if (!rows) return base::Failure(rows.error());
  return rows->first(person_of_row);
}

base::Result<std::optional<Person>> find_person(storage::Session& session, std::string_view handle_or_id) {
  if (const auto id = base::ulid_from(handle_or_id)) return find_person(session, PersonId(*id));
  auto rows =
      session.query(fmt::format("SELECT {} FROM people WHERE handle = $1", kPersonColumns), handle_or_id);
  if (!rows) return base::Failure(rows.error());
  return rows->first(person_of_row);
}

base::Result<std::vector<Person>> find_people(storage::Session& session, std::span<const PersonId> ids) {
  std::vector<Person> found;
  constexpr std::size_t kAtOnce = 500;  // databases limit how many values a statement may have
  for (std::size_t first = 0; first < ids.size(); first += kAtOnce) {
    const auto some = ids.subspan(first, std::min(kAtOnce, ids.size() - first));
    std::vector<storage::Parameter> values;
    for (const auto& id : some) values.push_back(storage::bound(id));
    auto rows = session.run(fmt::format("SELECT {} FROM people WHERE id IN ({})", kPersonColumns,
                                        storage::placeholders(1, values.size())),
                            values);
    if (!rows) return base::Failure(rows.error());
    auto people = rows->map(person_of_row);
    if (!people) return base::Failure(people.error());
    found.insert(found.end(), people->begin(), people->end());
  }
  return found;
}

}  // namespace people
