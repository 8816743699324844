// What the stores share: people as rows, and how a failure is passed on.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "features/people/people.h"
#include "machine/storage/storage.h"

namespace people {

// The columns of a person, for any select that has `people` in it.
inline constexpr std::string_view kPersonColumns =
    "people.id AS id, people.handle AS handle, people.name AS name, people.email AS email, "
    "people.standing AS standing, people.created AS created";
Person person_of_row(const storage::Row& row);

std::shared_ptr<const storage::Database> copy_of(const storage::Database& database);

base::Result<void> done(const base::Result<storage::Rows>& rows);
// Fails with `not_found` saying `what` where no row was changed.
base::Result<void> done_to_one(const base::Result<storage::Rows>& rows, std::string_view what);

// '%' and '_' stand for themselves behind a '\', as LIKE ... ESCAPE '\' reads it.
std::string like_anywhere(std::string_view text);

// Those of a text, which single spaces part.
std::vector<std::string> words_of(std::string_view text);

}  // namespace people
