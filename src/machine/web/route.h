// One row of the open list of routes: what the router, the permission table and the API document are made of.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "machine/web/message.h"
#include "machine/web/schema.h"

namespace web {

// A plain function on a worker thread. An Error becomes its problem document; so does an exception, without
// its text.
using Handler = std::function<base::Result<Response>(const Request&)>;

// What a handler needs beside the request is bound once, where the list is made: with(app, show_event).
template <class App>
Handler with(App& app, base::Result<Response> (*handle)(const Request&, App&)) {
  return [&app, handle](const Request& request) { return handle(request, app); };
}
// For handlers that take over the request's file (SpooledFile::keep) or its sink.
using Taker = std::function<base::Result<Response>(Request&)>;

// Takes a body as it comes, on worker threads, one call at a time. Destroyed without `finish` when the client
// went away.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual base::Result<void> write(std::string_view bytes) = 0;
  virtual base::Result<void> finish() = 0;
};
// The place for a body, or the answer that refuses it.
using OpenSink = std::function<std::variant<std::shared_ptr<Sink>, Response>(const Request&)>;

enum class Takes {
  nothing,  // a body is refused, but for {} as application/json, which says nothing
  json,     // checked against the request's schema
  bytes,    // in memory: Request::body
  file,     // on disk: Request::file
  sink,     // through the route's own sink
};

enum class In { path, query, header };
enum class Presence { optional, required };
// by_handler: where its lack has an answer of its own (428, 412), the document alone says that it is
// required.
enum class Checked { here, by_handler };

struct Parameter {
  std::string_view name;
  In in = In::query;
  std::string_view schema = R"({"type": "string"})";
  std::string_view summary = {};
  Presence presence = Presence::optional;  // in a path: always there
  Checked checked = Checked::here;
};

// Schema and example as JSON text; the schema may also be the name of one. No schema: not JSON.
struct Shape {
  std::string_view schema = {};
  std::string_view example = {};
  std::string_view media_type = "application/json";
};

struct ErrorRow {
  int status;
  std::string_view when;
};

enum class Retry { plain, keyed };  // keyed: takes an Idempotency-Key, and remembers what it answered

struct Route {
  std::string_view method;
  std::string_view pattern;     // "/api/v1/events/{event}"; "{rest...}" at the end takes the rest
  std::string_view summary;     // one line, shown to people
  std::string_view permission;  // a row of the permission table
  std::string_view scope = {};  // what a token needs, empty for nothing
  std::vector<Parameter> parameters = {};
  Takes takes = Takes::nothing;
  Shape request = {};
  int status = 200;  // of success
  Shape response = {};
  std::vector<ErrorRow> errors = {};
  std::uint64_t most_bytes = 1u << 20;  // of the body
  std::string_view rate = "default";    // a row of the rate table
  Retry retry = Retry::plain;
  bool sends_etag = false;  // so a GET may be answered with 304
  Handler handler = {};
  Taker taker = {};  // instead of `handler`
  OpenSink open_sink = {};
  std::vector<std::pair<std::string, std::string>> announces = {};  // headers that OPTIONS answers with
  std::string_view tag = {};                                        // the chapter of the API document
};

// A permission's row: the words that routes name, each with what it asks of the viewer.
struct Permission {
  std::string_view name;
  std::string_view summary;
  bool welcomes_strangers = false;  // some of what it guards is seen without signing in
};

}  // namespace web
