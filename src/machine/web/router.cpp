#include "machine/web/router.h"

#include <algorithm>

#include <fmt/format.h>

#include "machine/web/text.h"

namespace web {
namespace {

constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}
bool is_rest(std::string_view segment) {
  return is_parameter(segment) && segment.ends_with("...}");
}

std::vector<std::string_view> segments_of(std::string_view path) {
  auto segments = split(path.substr(1), '/');
  if (segments.size() == 1 && segments.front().empty()) segments.clear();  // "/"
  return segments;
}

base::Failure wrong(const Route& route, std::string_view what) {
  return base::invalid(fmt::format("route {} {}: {}", route.method, route.pattern, what));
}

base::Result<void> check_pattern(const Route& route) {
  if (!route.pattern.starts_with('/')) return wrong(route, "the pattern must begin with /");
  const auto segments = segments_of(route.pattern);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto segment = segments[i];
    if (segment.empty()) return wrong(route, "the pattern has an empty segment");
    if (is_rest(segment) && i + 1 != segments.size())
      return wrong(route, fmt::format("{} must come last", segment));
    if (!is_parameter(segment) && segment.find_first_of("{}%?# ") != std::string_view::npos)
      return wrong(route, fmt::format("the segment {} is neither a word nor a {{name}}", segment));
  }
  auto names = names_in(route.pattern);
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end())
    return wrong(route, "two parameters have one name");
  return {};
}

base::Result<void> check_words(const Route& route, const RouteTable& table,
                               std::span<const std::string_view> rate_names) {
  if (std::find(std::begin(kMethods), std::end(kMethods), route.method) == std::end(kMethods))
    return wrong(route, "the method must be GET, POST, PUT, PATCH or DELETE");
  if (route.summary.empty()) return wrong(route, "a summary is missing");
  if (route.permission.empty()) return wrong(route, "a permission is missing");
  const auto has_row = [&](const Permission& row) { return row.name == route.permission; };
  if (std::none_of(table.permissions.begin(), table.permissions.end(), has_row))
    return wrong(route, fmt::format("the permission {} has no row", route.permission));
  if (std::find(rate_names.begin(), rate_names.end(), route.rate) == rate_names.end())
    return wrong(route, fmt::format("the rate {} has no row", route.rate));
  if (!route.handler == !route.taker) return wrong(route, "it needs one handler or one taker");
  if ((route.takes == Takes::sink) != static_cast<bool>(route.open_sink))
    return wrong(route, "open_sink and Takes::sink go together");
  if (route.method == "GET" && route.takes != Takes::nothing) return wrong(route, "GET takes no body");
  const bool in_memory = route.takes == Takes::json || route.takes == Takes::bytes;
  if (route.retry == Retry::keyed && (!in_memory && route.takes != Takes::nothing))
    return wrong(route, "an Idempotency-Key needs a body in memory");
  return {};
}

base::Result<base::json::value> read_shape(const Route& route, const Shape& shape, const Schemas& schemas,
                                           std::string_view which) {
  if (shape.schema.empty()) return base::json::value();
  auto schema = schemas.read(shape.schema);
  if (!schema) return wrong(route, fmt::format("{}: {}", which, schema.error().message));
  if (shape.example.empty()) return wrong(route, fmt::format("the {} lacks an example", which));
  auto example = base::parse_json(shape.example);
  if (!example) return wrong(route, fmt::format("the {}'s example: {}", which, example.error().message));
  const auto errors = schemas.errors_in(*example, *schema);
  if (!errors.empty())
    return wrong(route,
                 fmt::format("the {}'s example does not fit its schema: {}: {}", which,
                             errors[0].pointer.empty() ? "as a whole" : errors[0].pointer, errors[0].detail));
  return schema;
}

base::Result<void> check_parameters(const Route& route) {
  const auto names = names_in(route.pattern);
  for (const auto& parameter : route.parameters)
    if (parameter.in == In::path && std::find(names.begin(), names.end(), parameter.name) == names.end())
      return wrong(route, fmt::format("the pattern has no {{{}}}", parameter.name));
  return {};
}

}  // namespace

std::vector<std::string_view> names_in(std::string_view pattern) {
  std::vector<std::string_view> names;
  for (const auto segment : segments_of(pattern))
    if (is_parameter(segment))
      names.push_back(segment.substr(1, segment.size() - (is_rest(segment) ? 5 : 2)));
  return names;
}

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> fixed;
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> rest;
  std::map<std::string, const Entry*, std::less<>> methods;
};

base::Result<Router> Router::make(const RouteTable& table, std::span<const std::string_view> rate_names) {
  Router router;
  router.root_ = std::make_shared<Node>();
  auto schemas = Schemas::make(table.schemas);
  if (!schemas) return base::Failure(schemas.error());
  router.schemas_ = std::move(*schemas);
  for (const auto& route : table.routes)
    if (auto added = router.add(route, table, rate_names); !added) return base::Failure(added.error());
  return router;
}

base::Result<void> Router::add(const Route& route, const RouteTable& table,
                               std::span<const std::string_view> rate_names) {
  if (auto good = check_pattern(route); !good) return good;
  if (auto good = check_words(route, table, rate_names); !good) return good;
  if (auto good = check_parameters(route); !good) return good;
  auto entry = std::make_unique<Entry>(Entry{route, {}, {}, {}});
  const auto has_row = [&](const Permission& row) { return row.name == route.permission; };
  entry->welcomes_strangers =
      std::find_if(table.permissions.begin(), table.permissions.end(), has_row)->welcomes_strangers;
  if (route.takes == Takes::json && route.request.schema.empty())
    return wrong(route, "it takes JSON and says no schema");
  auto request = read_shape(route, route.request, schemas_, "request");
  if (!request) return base::Failure(request.error());
  auto response = read_shape(route, route.response, schemas_, "response");
  if (!response) return base::Failure(response.error());
  entry->request_schema = std::move(*request);
  entry->response_schema = std::move(*response);
  for (const auto& parameter : route.parameters) {
    auto schema = schemas_.read(parameter.schema);
    if (!schema) return wrong(route, fmt::format("parameter {}: {}", parameter.name, schema.error().message));
    entry->parameter_schemas.push_back(std::move(*schema));
  }
  entries_.push_back(std::move(entry));
  return place(*entries_.back());
}

base::Result<void> Router::place(Entry& entry) {
  Node* node = root_.get();
  for (const auto segment : segments_of(entry.route.pattern)) {
    auto& next = is_rest(segment)        ? node->rest
                 : is_parameter(segment) ? node->parameter
                                         : node->fixed[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  const auto [there, fresh] = node->methods.emplace(entry.route.method, &entry);
  if (fresh) return {};
  return wrong(entry.route, fmt::format("it clashes with {} {}", there->second->route.method,
                                        there->second->route.pattern));
}

const Router::Node* Router::descend(const Node& node, std::span<const std::string_view> segments,
                                    std::vector<std::string>& values) const {
  if (segments.empty()) return node.methods.empty() ? nullptr : &node;
  const auto decoded = percent_decoded(segments.front(), Plus::plus);
  if (!decoded || !is_utf8(*decoded)) return nullptr;
  const auto rest = segments.subspan(1);
  if (const auto fixed = node.fixed.find(*decoded); fixed != node.fixed.end())
    if (const auto* found = descend(*fixed->second, rest, values)) return found;
  if (node.parameter && !decoded->empty()) {
    values.push_back(*decoded);
    if (const auto* found = descend(*node.parameter, rest, values)) return found;
    values.pop_back();
  }
  if (!node.rest) return nullptr;
  std::string all = *decoded;
  for (const auto segment : rest) {
    const auto part = percent_decoded(segment, Plus::plus);
    if (!part || !is_utf8(*part)) return nullptr;
    all += "/" + *part;
  }
  values.push_back(std::move(all));
  return node.rest.get();
}

Router::Found Router::find(std::string_view method, std::string_view path) const {
  Found found;
  if (!path.starts_with('/')) return found;
  const auto segments = segments_of(path);
  std::vector<std::string> values;
  const auto* node = descend(*root_, segments, values);
  if (node == nullptr) return found;
  for (const auto& [name, entry] : node->methods) {
    found.allowed.push_back(name);
    if (name == "GET") found.allowed.push_back("HEAD");
    if (found.announced.empty()) found.announced = entry->route.announces;
  }
  found.allowed.push_back("OPTIONS");
  const auto entry = node->methods.find(method == "HEAD" ? std::string_view("GET") : method);
  if (entry == node->methods.end()) return found;
  found.entry = entry->second;
  const auto names = names_in(found.entry->route.pattern);
  for (std::size_t i = 0; i < names.size(); ++i) found.parameters.add(std::string(names[i]), values[i]);
  return found;
}

}  // namespace web
