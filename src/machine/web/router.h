// From method and path to a route. Refuses a list that is incomplete or contradicts itself.
#pragma once
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/web/route.h"

namespace web {

struct RouteTable {
  std::vector<Route> routes;
  std::vector<Permission> permissions;
  std::vector<NamedSchema> schemas;
};

// A route with its texts read.
struct Entry {
  Route route;
  base::json::value request_schema;
  base::json::value response_schema;
  std::vector<base::json::value> parameter_schemas;  // in the order of route.parameters
  bool welcomes_strangers = false;                   // as its permission says
};

class Router {
 public:
  // Fails with `invalid` naming the route when it has no permission's row, clashes with another, lacks a
  // summary, a handler or an example, or when an example does not fit its schema.
  static base::Result<Router> make(const RouteTable& table, std::span<const std::string_view> rate_names);

  struct Found {
    const Entry* entry = nullptr;  // null: see `allowed`
    Fields parameters;
    std::vector<std::string> allowed;  // methods of this path; empty where there is no such path
    std::vector<std::pair<std::string, std::string>> announced;
  };
  // HEAD finds the route of GET. Segments are decoded after the path is cut, so %2F stays within one.
  Found find(std::string_view method, std::string_view path) const;

  const std::vector<std::unique_ptr<Entry>>& entries() const { return entries_; }
  const Schemas& schemas() const { return schemas_; }

 private:
  struct Node;
  base::Result<void> add(const Route& route, const RouteTable& table,
                         std::span<const std::string_view> rate_names);
  base::Result<void> place(Entry& entry);
  const Node* descend(const Node& node, std::span<const std::string_view> segments,
                      std::vector<std::string>& values) const;

  Schemas schemas_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::shared_ptr<Node> root_;
};

// The names in a pattern's braces.
std::vector<std::string_view> names_in(std::string_view pattern);

}  // namespace web
