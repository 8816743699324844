// The answer to a statement, and how its rows become values of one's own. Knows no connection.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "machine/storage/values.h"

namespace storage {

using Columns = std::shared_ptr<const std::vector<std::string>>;

class Rows;

// One row, while a mapper looks at it. A `get` of an absent column or of another type answers an empty value,
// and the whole mapping fails with `internal`, naming the column, what it holds and what was wanted.
class Row {
 public:
  template <class T>
  T get(std::string_view column) const {
    return read<T>(index_of(column));
  }
  template <class T>
  T get(std::size_t column) const {
    return read<T>(column);
  }

 private:
  friend class Rows;
  Row(const Rows& rows, std::size_t at, std::optional<base::Error>& trouble)
      : rows_(&rows), at_(at), trouble_(&trouble) {}

  template <class T>
  T read(std::size_t column) const {
    const auto* value = find(column);
    if (value == nullptr) return Reading<T>::nothing();
    if (auto read = Reading<T>::read(*value)) return std::move(*read);
    refuse(column, *value, Reading<T>::wanted);
    return Reading<T>::nothing();
  }
  std::size_t index_of(std::string_view column) const;
  const Value* find(std::size_t column) const;
  void refuse(std::size_t column, const Value& value, std::string_view wanted) const;
  void note(std::string message) const;

  const Rows* rows_;
  std::size_t at_;
  std::optional<base::Error>* trouble_;
};

class Rows {
 public:
  Rows() = default;
  Rows(Columns columns, std::vector<Value> values, std::int64_t changed)
      : columns_(std::move(columns)), values_(std::move(values)), changed_(changed) {}

  std::size_t size() const { return columns_ && !columns_->empty() ? values_.size() / columns_->size() : 0; }
  bool empty() const { return size() == 0; }
  std::int64_t changed() const { return changed_; }  // rows that were inserted, updated or deleted

  // rows.map([](Row row) { return Person{row.get<PersonId>("id"), row.get<std::string>("name")}; })
  template <class Mapper>
  auto map(Mapper&& mapper) const -> base::Result<std::vector<std::invoke_result_t<Mapper, Row>>> {
    std::vector<std::invoke_result_t<Mapper, Row>> mapped;
    mapped.reserve(size());
    std::optional<base::Error> trouble;
    for (std::size_t at = 0; at < size(); ++at) {
      mapped.push_back(mapper(Row(*this, at, trouble)));
      if (trouble) return tl::unexpected(*trouble);
    }
    return mapped;
  }

  // The first row, or nothing where there is none.
  template <class Mapper>
  auto first(Mapper&& mapper) const -> base::Result<std::optional<std::invoke_result_t<Mapper, Row>>> {
    using Mapped = std::optional<std::invoke_result_t<Mapper, Row>>;
    if (empty()) return Mapped();
    std::optional<base::Error> trouble;
    Mapped mapped(mapper(Row(*this, 0, trouble)));
    if (trouble) return tl::unexpected(*trouble);
    return mapped;
  }

  // The one value of the first row, `count(*)` say. Fails with `not_found` where there is no row.
  template <class T>
  base::Result<T> value() const {
    auto found = first([](Row row) { return row.get<T>(std::size_t{0}); });
    if (!found) return tl::unexpected(found.error());
    if (!*found) return base::not_found("there is no such row");
    return std::move(**found);
  }

 private:
  friend class Row;
  Columns columns_;
  std::vector<Value> values_;
  std::int64_t changed_ = 0;
};

}  // namespace storage
