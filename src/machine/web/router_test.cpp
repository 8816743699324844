#include "machine/web/router.h"

#include <gtest/gtest.h>

#include "machine/web/openapi.h"
#include "machine/web/room_for_tests.h"

namespace web {
namespace {

base::Result<Response> nothing(const Request&) {
  return answer_nothing();
}

Route row(std::string_view method, std::string_view pattern) {
  return route_for_test(method, pattern, nothing);
}

base::Result<Router> router_of(std::vector<Route> routes, std::vector<NamedSchema> schemas = {}) {
  static constexpr std::string_view kRates[] = {"default"};
  return Router::make({std::move(routes), {{"open", "anyone"}}, std::move(schemas)}, kRates);
}

TEST(Router, FindsTheRouteAndItsParameters) {
  const auto router = router_of({row("GET", "/api/events"), row("GET", "/api/events/{event}"),
                                 row("GET", "/api/events/latest"), row("POST", "/api/events/{event}/cancel"),
                                 row("GET", "/files/{path...}"), row("GET", "/")});
  ASSERT_TRUE(router) << router.error().message;
  struct Case {
    std::string_view path, pattern, value;
  };
  const Case cases[] = {
      {"/api/events", "/api/events", ""},
      {"/api/events/latest", "/api/events/latest", ""},
      {"/api/events/stars-2026", "/api/events/{event}", "stars-2026"},
      {"/api/events/a%2Fb%20c", "/api/events/{event}", "a/b c"},
      {"/files/a/b/c.txt", "/files/{path...}", "a/b/c.txt"},
      {"/", "/", ""},
      {"/api/events/", "", ""},
      {"/api", "", ""},
      {"/api/events/x/y", "", ""},
  };
  for (const auto& c : cases) {
    const auto found = router->find("GET", c.path);
    EXPECT_EQ(found.entry == nullptr ? "" : found.entry->route.pattern, c.pattern) << c.path;
    if (!c.value.empty()) {
      ASSERT_EQ(found.parameters.all().size(), 1u) << c.path;
      EXPECT_EQ(found.parameters.all()[0].second, c.value) << c.path;
    }
  }
  const auto other = router->find("GET", "/api/events/x/cancel");
  EXPECT_EQ(other.entry, nullptr);
  EXPECT_EQ(other.allowed, (std::vector<std::string>{"POST", "OPTIONS"}));
}

TEST(Router, AWrongListIsRefused) {
  const auto with_change = [](auto change) {
    Route route = row("POST", "/api/things/{thing}");
    change(route);
    return std::vector<Route>{route};
  };
  struct Case {
    std::string what;
    std::vector<Route> routes;
    std::string says;
  };
  const Case cases[] = {
      {"no permission", with_change([](Route& r) { r.permission = {}; }), "permission is missing"},
      {"unknown permission", with_change([](Route& r) { r.permission = "sudo"; }), "sudo has no row"},
      {"unknown rate", with_change([](Route& r) { r.rate = "often"; }), "often has no row"},
      {"no summary", with_change([](Route& r) { r.summary = {}; }), "summary"},
      {"no handler", with_change([](Route& r) { r.handler = {}; }), "handler"},
      {"odd method", with_change([](Route& r) { r.method = "BREW"; }), "method"},
      {"clash", {row("GET", "/a/{b}"), row("GET", "/a/{c}")}, "clashes with GET /a/{b}"},
      {"name twice", {row("GET", "/a/{b}/{b}")}, "one name"},
      {"rest in the middle", {row("GET", "/a/{b...}/c")}, "come last"},
      {"empty segment", {row("GET", "/a//c")}, "empty segment"},
      {"parameter without place", with_change([](Route& r) {
         r.parameters = {{"other", In::path}};
       }),
       "{other}"},
      {"JSON without schema", with_change([](Route& r) { r.takes = Takes::json; }), "no schema"},
      {"no example", with_change([](Route& r) { r.response.schema = R"({"type": "object"})"; }),
       "lacks an example"},
      {"example of another type", with_change([](Route& r) {
         r.response = {R"({"type": "object"})", "[]"};
       }),
       "does not fit"},
      {"example with a missing field", with_change([](Route& r) {
         r.response = {R"({"type": "object", "required": ["id"]})", "{}"};
       }),
       "/id"},
      {"unknown schema", with_change([](Route& r) {
         r.response = {"Thing", "{}"};
       }),
       "no schema named Thing"},
      {"misspelt word", with_change([](Route& r) {
         r.response = {R"({"tpye": "object"})", "{}"};
       }),
       "tpye"},
      {"body on GET",
       {[] {
         auto r = row("GET", "/a");
         r.takes = Takes::bytes;
         return r;
       }()},
       "GET takes no body"},
  };
  for (const auto& c : cases) {
    const auto router = router_of(c.routes);
    ASSERT_FALSE(router) << c.what;
    EXPECT_NE(router.error().message.find(c.says), std::string::npos)
        << c.what << ": " << router.error().message;
    EXPECT_NE(router.error().message.find("/a"), std::string::npos) << c.what;
  }
}

TEST(Router, ARouteNeedsAGateUnlessItIsOpen) {
  Route route = row("GET", "/api/mine");
  route.permission = "member";
  const auto server = Server::start({{route}, {{"member", "who signed in"}}, {}}, {});
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("no gate"), std::string::npos);
}

TEST(OpenApi, EveryRouteIsThereWithItsExamplesAndErrors) {
  Route make = row("POST", "/api/v1/things");
  make.takes = Takes::json;
  make.request = {"Thing", R"({"name": "lamp"})"};
  make.response = {"Thing", R"({"name": "lamp"})"};
  make.status = 201;
  make.retry = Retry::keyed;
  make.errors = {{409, "There is one of this name"}, {409, "it is closed already"}};
  Route show = row("GET", "/api/v1/things/{thing}");
  show.parameters = {{"limit", In::query, R"({"type": "integer", "minimum": 1})", "How many"}};
  show.response = {"Thing", R"({"name": "lamp"})"};
  const auto router = router_of(
      {make, show, row("GET", "/page")},
      {{"Thing", R"({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}})"}});
  ASSERT_TRUE(router) << router.error().message;
  const auto document = api_document(*router, {});
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  const auto& paths = document.at("paths").as_object();
  EXPECT_EQ(paths.size(), 2u);  // pages are not of the API
  const auto& post = paths.at("/api/v1/things").at("post").as_object();
  const auto& media = post.at("requestBody").at("content").at("application/json");
  EXPECT_EQ(media.at("schema").at("$ref").as_string(), "#/components/schemas/Thing");
  EXPECT_EQ(media.at("example").at("name").as_string(), "lamp");
  const auto& answers = post.at("responses").as_object();
  for (const auto* status : {"201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"})
    EXPECT_TRUE(answers.contains(status)) << status;
  EXPECT_FALSE(answers.contains("default"));  // it would stand for answers that nobody wrote down
  EXPECT_FALSE(answers.contains("404"));
  EXPECT_EQ(answers.at("409").at("description").as_string(),
            "There is one of this name; or it is closed already");
  EXPECT_EQ(answers.at("503").at("$ref").as_string(), "#/components/responses/ServiceUnavailable");
  EXPECT_EQ(post.at("parameters").as_array().at(0).at("name").as_string(), "Idempotency-Key");
  const auto& get = paths.at("/api/v1/things/{thing}").at("get").as_object();
  EXPECT_TRUE(get.at("responses").as_object().contains("404"));
  EXPECT_EQ(get.at("parameters").as_array().size(), 2u);
  EXPECT_TRUE(document.at("components").at("schemas").as_object().contains("Problem"));
}

// Every "$ref" of a document must lead somewhere.
void check_references(const base::json::value& part, const base::json::value& document) {
  if (part.is_array())
    for (const auto& each : part.get_array()) check_references(each, document);
  if (!part.is_object()) return;
  for (const auto& [name, value] : part.get_object()) {
    if (name == "$ref") {
      boost::system::error_code failed;
      const std::string pointer = std::string(value.as_string()).substr(1);
      EXPECT_NE(document.find_pointer(pointer, failed), nullptr) << pointer;
    }
    check_references(value, document);
  }
}

TEST(OpenApi, TheDocumentIsServedAndItsReferencesLeadSomewhere) {
  base::TemporaryFolder folder = *base::TemporaryFolder::make("web-test");
  UploadSettings settings;
  settings.folder = folder.path();
  const auto uploads = *Uploads::open(settings);
  const auto server = start_for_test(uploads->routes());
  const auto answer =
      said_back(*server, "GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto document = base::parse_json(body_in(answer));
  ASSERT_TRUE(document) << document.error().message;
  check_references(*document, *document);
  EXPECT_TRUE(document->at("paths").as_object().contains("/api/v1/uploads/{upload}"));
  EXPECT_TRUE(document->at("paths").as_object().contains("/api/v1/openapi.json"));
}

TEST(Schema, SaysWhatIsWrongAndWhere) {
  const NamedSchema named[] = {{"Tree", R"({"type": "object", "properties": {
      "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}, "name": {"type": "string"}},
      "additionalProperties": false})"}};
  const auto schemas = Schemas::make(named);
  ASSERT_TRUE(schemas) << schemas.error().message;
  struct Case {
    std::string_view schema, value, pointer, detail;
  };
  const Case cases[] = {
      {"Tree", R"({"children": [{"name": 1}]})", "/children/0/name", "must be string"},
      {"Tree", R"({"children": [{"nmae": "x"}]})", "/children/0/nmae", "no such field"},
      {R"({"type": "string", "maxLength": 2})", R"("äöü")", "", "3 characters"},
      {R"({"type": "string", "maxLength": 2})", R"("äö")", "-", ""},
      {R"({"type": ["string", "null"]})", "null", "-", ""},
      {R"({"type": "integer"})", "1.5", "", "must be integer"},
      {R"({"type": "integer"})", "2.0", "-", ""},
      {R"({"type": "number", "minimum": 0})", "-1", "", "at least 0"},
      {R"({"type": "number", "exclusiveMaximum": 1})", "1", "", "less than 1"},
      {R"({"enum": ["open", "closed"]})", R"("ajar")", "", "one of"},
      {R"({"type": "string", "pattern": "^[a-z-]+$"})", R"("A b")", "", "must match"},
      {R"({"type": "string", "format": "date-time"})", R"("yesterday")", "", "date-time"},
      {R"({"type": "array", "uniqueItems": true})", "[1, 2, 1]", "/2", "twice"},
      {R"({"oneOf": [{"type": "string"}, {"type": "integer"}]})", "true", "", "none of the allowed"},
      {R"({"required": ["a/b"]})", "{}", "/a~1b", "missing"},
  };
  for (const auto& c : cases) {
    const auto schema = schemas->read(c.schema);
    ASSERT_TRUE(schema) << c.schema << schema.error().message;
    const auto errors = schemas->errors_in(*base::parse_json(c.value), *schema);
    if (c.pointer == "-") {
      EXPECT_TRUE(errors.empty()) << c.schema << c.value << errors[0].detail;
      continue;
    }
    ASSERT_FALSE(errors.empty()) << c.schema << c.value;
    EXPECT_EQ(errors[0].pointer, c.pointer) << c.value;
    EXPECT_NE(errors[0].detail.find(c.detail), std::string::npos) << errors[0].detail;
  }
}

}  // namespace
}  // namespace web
