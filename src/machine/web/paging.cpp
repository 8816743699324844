#include "machine/web/paging.h"

#include <charconv>

namespace web {

std::vector<Parameter> with_page(std::vector<Parameter> parameters) {
  parameters.push_back({"limit", In::query, kLimitSchema, "How many at most"});
  parameters.push_back({"after", In::query, R"({"type": "string"})", "The page before's \"next\""});
  return parameters;
}

int limit_in(const Request& request) {
  const auto text = request.query.get("limit");
  int limit = 50;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return limit;
}

}  // namespace web
