#include "machine/web/client.h"

#include <fmt/format.h>

#include "machine/web/exchange.h"
#include "machine/web/text.h"

namespace web {
namespace json = base::json;

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

base::Result<Client> Client::make(std::string_view url, ClientSettings settings) {
  const auto wrong =
      base::invalid(fmt::format("{} is no address: write it like https://agora.example.org", url));
  auto state = std::make_unique<State>();
  auto& wire = state->wire_settings;
  std::string_view rest = url;
  if (rest.starts_with("https://")) wire.tls = true;
  if (!wire.tls && !rest.starts_with("http://")) return wrong;
  rest.remove_prefix(wire.tls ? 8 : 7);
  const auto slash = rest.find('/');
  state->host = rest.substr(0, slash);
  if (slash != std::string_view::npos) state->base = rest.substr(slash);
  while (state->base.ends_with('/')) state->base.pop_back();
  std::string_view host = state->host;
  wire.port = wire.tls ? "443" : "80";
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const auto number = whole_number(host.substr(colon + 1));
    if (!number || *number == 0 || *number > 65535) return wrong;
    wire.port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || url.find_first_of(" \r\n@") != std::string_view::npos) return wrong;
  wire.host = host;
  wire.certificates = settings.certificates;
  wire.connect_time = settings.connect_time;
  wire.silent_time = settings.silent_time;
  state->settings = std::move(settings);
  return Client(std::move(state));
}

base::Result<void> Client::State::ensure_wire() {
  if (wire) return {};
  left_over.clear();
  auto opened = Wire::open(wire_settings);
  if (!opened) return base::Failure(opened.error());
  wire = std::move(*opened);
  return {};
}

std::string Client::State::head_of(std::string_view method, std::string_view path, std::uint64_t length,
                                   bool has_body, const Headers& headers) const {
  std::string head =
      fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: agora\r\n", method, base, path, host);
  if (!settings.token.empty()) head += fmt::format("Authorization: Bearer {}\r\n", settings.token);
  for (const auto& [name, value] : headers.all()) head += fmt::format("{}: {}\r\n", name, value);
  if (has_body) head += fmt::format("Content-Length: {}\r\n", length);
  return head + "\r\n";
}

base::Result<Answer> Client::State::read_answer(std::string_view method, const TakePiece& take) {
  const auto kind = method == "HEAD" ? AnswerParser::Body::none : AnswerParser::Body::expected;
  auto parser = std::make_unique<AnswerParser>(kind);
  Answer answer;
  std::string buffer(64u << 10, '\0');
  while (true) {
    std::size_t taken = 0;
    if (!parser->read(left_over, answer.body, taken)) {
      wire.reset();
      return base::unavailable("the answer is no HTTP");
    }
    left_over.erase(0, taken);
    if (parser->is_done() && parser->status() / 100 == 1) {  // 100 Continue: the answer comes yet
      parser = std::make_unique<AnswerParser>(kind);
      continue;
    }
    if (parser->has_head() && take && !take(*parser, answer.body)) {
      wire.reset();
      break;
    }
    if (parser->is_done()) break;
    if (answer.body.size() > settings.most_answer_bytes) {
      wire.reset();
      return base::too_large("the answer is larger than is read here");
    }
    const auto got = wire->read(buffer.data(), buffer.size());
    if (got && *got > 0) {
      left_over.append(buffer.data(), *got);
      continue;
    }
    const bool whole = got && parser->finish();
    wire.reset();
    if (!got) return base::Failure(got.error());
    if (!whole) return base::unavailable("the server closed the connection in the middle of an answer");
    break;
  }
  if (wire && (!parser->keeps_alive() || !parser->is_done())) wire.reset();
  answer.status = parser->status();
  answer.headers = parser->headers();
  return answer;
}

base::Result<Answer> Client::State::send_once(std::string_view method, std::string_view path,
                                              std::string_view body, const Headers& headers) {
  if (auto ready = ensure_wire(); !ready) return base::Failure(ready.error());
  const bool has_body = !body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  auto bytes = head_of(method, path, body.size(), has_body, headers);
  bytes.append(body);
  // A server that refuses a large body answers and closes before it took all: its answer counts.
  const auto written = wire->write(bytes);
  auto answer = read_answer(method);
  if (!written) wire.reset();
  if (!answer && !written) return base::Failure(written.error());
  return answer;
}

base::Result<Answer> Client::send(std::string_view method, std::string_view path, std::string_view body,
                                  const Headers& headers) {
  // A kept connection may have been closed by the server meanwhile. What may safely be done twice is sent
  // again.
  const bool kept = state_->wire != nullptr;
  const bool safe = method != "POST" && method != "PATCH";
  auto answer = state_->send_once(method, path, body, headers);
  if (answer || !kept || (!safe && !headers.has("Idempotency-Key"))) return answer;
  state_->wire.reset();
  return state_->send_once(method, path, body, headers);
}

base::Error error_of(const Answer& answer) {
  base::Error error{base::ErrorKind::internal,
                    fmt::format("the server answered {} {}", answer.status, reason_for(answer.status)),
                    {}};
  using enum base::ErrorKind;
  constexpr base::ErrorKind kKinds[] = {invalid,  unauthenticated, forbidden,  not_found,
                                        conflict, too_large,       unavailable};
  for (const auto kind : kKinds)
    if (status_for(kind) == answer.status) error.kind = kind;
  if (answer.status == 422 || answer.status == 415) error.kind = invalid;
  if (answer.status == 412 || answer.status == 428) error.kind = conflict;
  if (answer.status == 429) error.kind = unavailable;
  const auto body = base::parse_json(answer.body);
  if (!body) return error;
  if (const auto* detail = base::find_member(*body, "detail"); detail && detail->is_string())
    error.message = detail->get_string().c_str();
  if (const auto* id = base::find_member(*body, "instance"); id && id->is_string())
    error.detail = fmt::format("request {}", id->get_string().c_str());
  return error;
}

base::Result<json::value> Client::State::json_of(base::Result<Answer> answer) const {
  if (!answer) return base::Failure(answer.error());
  if (answer->status >= 400) return base::Failure(error_of(*answer));
  if (answer->status >= 300)
    return base::unavailable(
        fmt::format("the server points elsewhere: log in to {}", answer->headers.get("Location")));
  if (answer->body.empty()) return json::value();
  auto value = base::parse_json(answer->body);
  if (!value) return base::unavailable("the answer is no JSON: is this the address of an Agora server?");
  return value;
}

namespace {

Headers json_headers(std::string_view name, std::string_view value) {
  Headers headers;
  headers.add("Content-Type", "application/json");
  headers.add("Accept", "application/json");
  if (!value.empty()) headers.add(std::string(name), std::string(value));
  return headers;
}

}  // namespace

base::Result<json::value> Client::get(std::string_view path) {
  Headers headers;
  headers.add("Accept", "application/json");
  return state_->json_of(send("GET", path, {}, headers));
}

base::Result<json::value> Client::post(std::string_view path, const json::value& body, std::string_view key) {
  return state_->json_of(send("POST", path, base::to_text(body), json_headers("Idempotency-Key", key)));
}

base::Result<json::value> Client::put(std::string_view path, const json::value& body,
                                      std::string_view if_match) {
  return state_->json_of(send("PUT", path, base::to_text(body), json_headers("If-Match", if_match)));
}

base::Result<json::value> Client::patch(std::string_view path, const json::value& body,
                                        std::string_view if_match) {
  return state_->json_of(send("PATCH", path, base::to_text(body), json_headers("If-Match", if_match)));
}

base::Result<json::value> Client::remove(std::string_view path) {
  return state_->json_of(send("DELETE", path));
}

}  // namespace web
