#include "machine/web/pipeline.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "base/log.h"
#include "machine/web/text.h"

namespace web {
namespace {

bool says_nothing(const std::string& body) {
  if (body.empty()) return true;
  const auto value = base::parse_json(body);
  return value && value->is_object() && value->get_object().empty();
}

}  // namespace

base::Result<std::unique_ptr<Pipeline>> Pipeline::make(RouteTable table, Settings settings) {
  std::unique_ptr<Pipeline> made(new Pipeline);
  auto& self = *made;
  self.settings_ = std::move(settings);
  self.document_ = std::make_shared<std::string>();
  const auto has_open = [](const Permission& row) { return row.name == kOpen; };
  if (std::none_of(table.permissions.begin(), table.permissions.end(), has_open))
    table.permissions.push_back({kOpen, "anyone, without signing in", true});
  if (!self.settings_.api_document_path.empty()) {
    Route route{"GET", self.settings_.api_document_path, "This document", kOpen};
    route.response = {R"({"type": "object"})", R"({"openapi": "3.1.0"})"};
    route.sends_etag = true;
    route.tag = "platform";
    route.handler = [document = self.document_](const Request&) -> base::Result<Response> {
      Response response = answer_text(*document, "application/json");
      response.headers.add("ETag", fmt::format("\"{}\"", base::sha256_hex(*document).substr(0, 32)));
      return response;
    };
    table.routes.push_back(std::move(route));
  }
  for (const auto& route : table.routes) {
    const auto label = fmt::format("route {} {}", route.method, route.pattern);
    if (!self.settings_.gate && route.permission != kOpen)
      return base::invalid(fmt::format("{} asks for {}, and no gate was given", label, route.permission));
    if (route.takes == Takes::file && self.settings_.spool.empty())
      return base::invalid(fmt::format("{} takes a file, and no spool folder was given", label));
  }
  std::vector<std::string_view> rate_names;
  for (const auto& row : self.settings_.rates) rate_names.push_back(row.name);
  auto router = Router::make(table, rate_names);
  if (!router) return base::Failure(router.error());
  self.router_ = std::move(*router);
  *self.document_ = base::to_text(api_document(self.router_, self.settings_.api));
  self.rates_ = std::make_unique<Rates>(self.settings_.rates);
  if (self.settings_.keys == nullptr) {
    self.own_keys_ = keys_in_memory();
    self.settings_.keys = self.own_keys_.get();
  }
  if (!self.settings_.app_folder.empty()) {
    auto app = AppFiles::load(self.settings_.app_folder);
    if (!app) return base::Failure(app.error());
    self.app_ = std::move(*app);
  }
  return made;
}

Pipeline::Target Pipeline::find(Request& request) const {
  if (request.path == "*") return {nullptr, false, answer_nothing()};
  auto found = router_.find(request.method, request.path);
  request.parameters = std::move(found.parameters);
  if (found.entry != nullptr) return {found.entry, false, {}};
  if (request.method == "OPTIONS" && !found.allowed.empty())
    return {nullptr, false, options_answer(request, found)};
  if (!found.allowed.empty()) {
    Response refusal = problem(405, fmt::format("{} is not done here; Allow says what is", request.method));
    refusal.headers.add("Allow", fmt::format("{}", fmt::join(found.allowed, ", ")));
    return {nullptr, false, std::move(refusal)};
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (app_ && reads && !request.path.starts_with(settings_.api.prefix)) return {nullptr, true, {}};
  return {nullptr, false, problem(404, "there is nothing at this address")};
}

void Pipeline::believe_proxy(Request& request) const {
  const auto& proxies = settings_.trusted_proxies;
  if (std::find(proxies.begin(), proxies.end(), request.peer) == proxies.end()) return;
  request.secure = same_name(request.headers.get("X-Forwarded-Proto"), "https");
  // The proxy appends the address it saw; what stands before it, the client may have made up.
  const auto hops = split_list(request.headers.get("X-Forwarded-For"));
  if (!hops.empty()) request.peer = std::string(hops.back());
}

std::optional<Response> Pipeline::admit(Request& request, const Entry& entry, Headers& notes) {
  if (settings_.authenticate) {
    auto viewer = settings_.authenticate(request);
    if (!viewer) {
      if (auto refusal = check_rate(request, entry.route.rate, notes)) return refusal;
      return problem(viewer.error());
    }
    request.viewer = std::move(*viewer);
  }
  if (auto refusal = check_rate(request, entry.route.rate, notes)) return refusal;
  if (settings_.gate)
    if (const auto good = settings_.gate(request, entry.route); !good) return problem(good.error());
  return check_parameters(request, entry);
}

std::optional<Response> Pipeline::check_rate(const Request& request, std::string_view rate, Headers& notes) {
  const auto who =
      request.viewer.key.empty() ? "address " + address_key(request.peer) : "viewer " + request.viewer.key;
  const auto verdict = rates_->take(rate, who, Rates::Clock::now());
  if (verdict.row == nullptr) return std::nullopt;
  const auto& row = *verdict.row;
  notes.add("RateLimit-Policy", fmt::format("\"{}\";q={};w={}", row.name, row.count, row.window.count()));
  notes.add("RateLimit", fmt::format("\"{}\";r={};t={}", row.name, verdict.remaining, verdict.wait.count()));
  if (verdict.allowed) return std::nullopt;
  Response refusal = problem(429, fmt::format("this is more than {} requests in {} s: try again in {} s",
                                              row.count, row.window.count(), verdict.wait.count()));
  refusal.headers.add("Retry-After", std::to_string(verdict.wait.count()));
  return refusal;
}

std::optional<Response> Pipeline::check_parameters(const Request& request, const Entry& entry) const {
  std::vector<FieldError> errors;
  const auto& rows = entry.route.parameters;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].checked == Checked::by_handler) continue;
    const std::string name(rows[i].name);
    const std::string* text = nullptr;
    std::string header;
    if (rows[i].in == In::query) text = request.query.find(name);
    if (rows[i].in == In::path) text = request.parameters.find(name);
    if (rows[i].in == In::header && request.headers.has(name)) {
      header = request.headers.get(name);
      text = &header;
    }
    if (text == nullptr) {
      if (rows[i].presence == Presence::required) errors.push_back({name, "this parameter is missing"});
      continue;
    }
    const auto value = value_from_text(*text, entry.parameter_schemas[i]);
    for (auto& error : router_.schemas().errors_in(value, entry.parameter_schemas[i]))
      errors.push_back({name, std::move(error.detail)});
  }
  for (const auto& field : request.query.all()) {
    const auto is_it = [&](const Parameter& row) { return row.in == In::query && row.name == field.first; };
    if (std::none_of(rows.begin(), rows.end(), is_it))
      errors.push_back({field.first, "there is no such parameter here"});
  }
  if (errors.empty()) return std::nullopt;
  return problem(400, fmt::format("{}: {}", errors[0].pointer, errors[0].detail), errors);
}

std::optional<Response> Pipeline::read_json(Request& request, const Entry& entry) const {
  auto value = base::parse_json(request.body);
  if (!value) return problem(400, fmt::format("the body is {}", value.error().message));
  const auto errors = router_.schemas().errors_in(*value, entry.request_schema);
  if (!errors.empty())
    return problem(
        400,
        fmt::format("{}: {}", errors[0].pointer.empty() ? "the body" : errors[0].pointer, errors[0].detail),
        errors);
  request.json = std::move(*value);
  return std::nullopt;
}

Response Pipeline::run(Request& request, const Entry& entry) {
  if (entry.route.takes == Takes::nothing) {
    if (!says_nothing(request.body)) return problem(400, kNoBodyHere);
    request.body.clear();  // the same request to an Idempotency-Key, with {} or without
  }
  if (entry.route.takes == Takes::json)
    if (auto refusal = read_json(request, entry)) return std::move(*refusal);
  if (entry.route.retry == Retry::keyed && request.headers.has("Idempotency-Key")) {
    const auto key = read_key(request.headers.get("Idempotency-Key"));
    return key ? call_once(request, entry, *key) : problem(key.error());
  }
  return call(request, entry);
}

Response Pipeline::call(Request& request, const Entry& entry) {
  try {
    auto answer = entry.route.handler ? entry.route.handler(request) : entry.route.taker(request);
    if (answer) return std::move(*answer);
    const auto& error = answer.error();
    if (error.kind == base::ErrorKind::internal || !error.detail.empty())
      base::log_error(fmt::format("{} {} {}: {} ({})", request.id, request.method, request.path,
                                  error.message, error.detail));
    return problem(error);
  } catch (const std::exception& thrown) {
    base::log_error(
        fmt::format("{} {} {} threw: {}", request.id, request.method, request.path, thrown.what()));
  } catch (...) {
    base::log_error(fmt::format("{} {} {} threw", request.id, request.method, request.path));
  }
  return problem(base::Error{base::ErrorKind::internal, {}, {}});
}

Response Pipeline::call_once(Request& request, const Entry& entry, std::string_view given) {
  const auto who = request.viewer.key.empty() ? "address " + request.peer : "viewer " + request.viewer.key;
  const auto key = fmt::format("{} {} {} {}", who, request.method, request.path, given);
  const auto fingerprint =
      base::sha256_hex(fmt::format("{} {}\n{}", request.method, request.target, request.body));
  const auto turn = settings_.keys->begin(key, fingerprint, base::now());
  if (!turn) return problem(turn.error());
  if (turn->turn == Turn::other)
    return problem(422,
                   "this Idempotency-Key came with another request before: make a new key for a new request");
  if (turn->turn == Turn::running) {
    Response busy =
        problem(409, "a request with this Idempotency-Key is still running: ask again in a moment");
    busy.headers.add("Retry-After", "1");
    return busy;
  }
  if (turn->turn == Turn::replay) {
    Response again;
    again.status = turn->answer.status;
    for (const auto& [name, value] : turn->answer.headers) again.headers.add(name, value);
    again.headers.set("Idempotency-Replayed", "true");
    again.body = turn->answer.body;
    return again;
  }
  Response answer = call(request, entry);
  const auto* body = std::get_if<std::string>(&answer.body);
  // Only what was done is remembered: after a refusal the same key may try again.
  if (answer.status >= 400 || body == nullptr) {
    settings_.keys->forget(key);
    return answer;
  }
  if (auto kept = settings_.keys->keep(key, {answer.status, answer.headers.all(), *body}); !kept)
    base::log_error(fmt::format("{}: an idempotency key was not kept: {}", request.id, kept.error().message));
  return answer;
}

Response Pipeline::serve_app(const Request& request) const {
  auto answer = app_->answer(request);
  return answer ? std::move(*answer) : problem(answer.error());
}

bool comes_from_our_pages(const Request& request) {
  if (request.headers.has("Origin")) {
    const auto origin = request.headers.get("Origin");
    const auto mark = origin.find("://");
    return mark != std::string_view::npos && origin.substr(mark + 3) == request.headers.get("Host") &&
           (!request.secure || origin.starts_with("https:"));
  }
  return request.headers.get("Sec-Fetch-Site") == "same-origin";
}

std::optional<std::uint64_t> last_event_id(const Request& request) {
  const auto number = whole_number(request.headers.get("Last-Event-ID"));
  if (!number) return std::nullopt;
  return *number;
}

}  // namespace web
