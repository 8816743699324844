// Lists by pages: ?limit= and ?after=, as every list of the API takes them. Knows no item.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "machine/web/message.h"
#include "machine/web/route.h"

namespace web {

inline constexpr std::string_view kLimitSchema =
    R"({"type": "integer", "minimum": 1, "maximum": 200, "default": 50})";

std::vector<Parameter> with_page(std::vector<Parameter> parameters = {});

int limit_in(const Request& request);  // checked already, against its schema

// Fails with `invalid` on a cursor that is none.
template <class Id>
base::Result<std::optional<Id>> after_in(const Request& request) {
  const auto text = request.query.get("after");
  if (text.empty()) return std::optional<Id>();
  const auto id = base::ulid_from(text);
  if (!id) return base::invalid("after: this is no cursor: take \"next\" of the page before");
  return std::optional<Id>(Id(*id));
}

// `items` may hold one more than the limit: then a page follows.
template <class Item, class ToJson, class ToCursor>
Response answer_page(const Request& request, const std::vector<Item>& items, ToJson to_json,
                     ToCursor to_cursor) {
  const auto limit = static_cast<std::size_t>(limit_in(request));
  base::json::array shown;
  for (std::size_t i = 0; i < items.size() && i < limit; ++i) shown.push_back(to_json(items[i]));
  base::json::value next;
  if (items.size() > limit) next = base::json::value(std::string(to_cursor(items[limit - 1])));
  return answer_json(base::json::object{{"items", std::move(shown)}, {"next", std::move(next)}});
}

}  // namespace web
