#include "machine/storage/rows.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace storage {
namespace {

constexpr auto kNowhere = static_cast<std::size_t>(-1);

}  // namespace

std::size_t Row::index_of(std::string_view column) const {
  const auto& names = *rows_->columns_;
  const auto found = std::find(names.begin(), names.end(), column);
  if (found == names.end()) {
    note(fmt::format("the answer has no column \"{}\"; it has {}", column, fmt::join(names, ", ")));
    return kNowhere;
  }
  if (std::find(found + 1, names.end(), column) != names.end()) {
    note(fmt::format("the answer has two columns \"{}\": name them apart with AS", column));
    return kNowhere;
  }
  return static_cast<std::size_t>(found - names.begin());
}

const Value* Row::find(std::size_t column) const {
  if (column == kNowhere) return nullptr;
  const auto width = rows_->columns_->size();
  if (column < width) return &rows_->values_[at_ * width + column];
  note(fmt::format("the answer has no column {}; it has {}, counted from 0", column, width));
  return nullptr;
}

void Row::refuse(std::size_t column, const Value& value, std::string_view wanted) const {
  note(fmt::format("column \"{}\" holds {}, and {} was wanted", (*rows_->columns_)[column], word_for(value),
                   wanted));
}

void Row::note(std::string message) const {
  if (!*trouble_) *trouble_ = base::Error{base::ErrorKind::internal, std::move(message)};
}

}  // namespace storage
