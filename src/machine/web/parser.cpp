#include "machine/web/parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <fmt/format.h>

#include "machine/web/text.h"

namespace web {
namespace http = boost::beast::http;
namespace {

using Code = boost::beast::error_code;
using View = boost::beast::string_view;

std::string text_of(View view) {
  return {view.data(), view.size()};
}

// Beast's parser, for requests or answers, with the callbacks that both share.
template <bool is_request>
class Machine : public http::basic_parser<is_request> {
 public:
  Machine() {
    this->body_limit(boost::none);  // routes have their own limits
    this->header_limit(64u << 10);  // ours come first
    this->eager(true);
  }
  std::string method, target;
  int version = 0, code = 0;
  Headers headers;
  std::string* out = nullptr;
  bool head_done = false;

 protected:
  void on_request_impl(http::verb, View method_text, View target_text, int number, Code&) override {
    method = text_of(method_text);
    target = text_of(target_text);
    version = number;
  }
  void on_response_impl(int status, View, int number, Code&) override {
    code = status;
    version = number;
  }
  void on_field_impl(http::field, View name, View value, Code&) override {
    if (!head_done) headers.add(text_of(name), text_of(value));  // trailers say nothing that is heeded here
  }
  void on_header_impl(Code&) override { head_done = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  std::size_t on_body_impl(View bytes, Code&) override { return take(bytes); }
  void on_chunk_header_impl(std::uint64_t, View, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View bytes, Code&) override { return take(bytes); }
  void on_finish_impl(Code&) override {}

 private:
  std::size_t take(View bytes) {
    if (out != nullptr) out->append(bytes.data(), bytes.size());
    return bytes.size();
  }
};

// Puts until the parser wants more or is done.
template <class Parser>
Code put_all(Parser& parser, std::string_view bytes, std::size_t& taken) {
  taken = 0;
  while (taken < bytes.size() && !parser.is_done()) {
    Code failed;
    const auto used = parser.put(boost::asio::buffer(bytes.data() + taken, bytes.size() - taken), failed);
    taken += used;
    if (failed == http::error::need_more) return {};
    if (failed) return failed;
    if (used == 0) return {};
  }
  return {};
}

std::optional<Refusal> check_lines(std::string_view head) {
  const Refusal folded{400, "a header line is folded, which HTTP/1.1 no longer allows"};
  for (std::size_t i = 0; i < head.size(); ++i) {
    const char c = head[i];
    if (c == '\0') return Refusal{400, "the head holds a NUL"};
    if (c == '\n' && (i == 0 || head[i - 1] != '\r'))
      return Refusal{400, "a line of the head ends without CR"};
    if (c == '\r' && (i + 1 == head.size() || head[i + 1] != '\n'))
      return Refusal{400, "the head holds a CR without LF"};
    if (c == '\n' && i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t')) return folded;
  }
  return std::nullopt;
}

std::optional<Refusal> check_framing(const Headers& headers) {
  if (headers.count("Host") != 1) return Refusal{400, "send exactly one Host header"};
  const int lengths = headers.count("Content-Length");
  const int codings = headers.count("Transfer-Encoding");
  if (lengths > 0 && codings > 0)
    return Refusal{400, "send Content-Length or Transfer-Encoding, and not both"};
  if (lengths > 1 || codings > 1) return Refusal{400, "the body's length is said twice"};
  if (lengths == 1 && !whole_number(headers.get("Content-Length")))
    return Refusal{400, "Content-Length must be a number"};
  if (codings == 1 && !same_name(headers.get("Transfer-Encoding"), "chunked"))
    return Refusal{501, "chunked is the only Transfer-Encoding here"};
  return std::nullopt;
}

}  // namespace

struct RequestParser::Machine : web::Machine<true> {};

RequestParser::RequestParser() : machine_(std::make_unique<Machine>()) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

std::optional<Refusal> RequestParser::read_head(std::string_view head, Request& request) {
  if (auto refusal = check_lines(head)) return refusal;
  std::size_t taken = 0;
  const auto failed = put_all(*machine_, head, taken);
  if (failed == http::error::bad_version) return Refusal{505, "this server speaks HTTP/1.1"};
  if (failed == http::error::bad_content_length || failed == http::error::bad_transfer_encoding)
    return Refusal{400, "the body's length is said in two ways, or wrongly"};
  if (failed) return Refusal{400, fmt::format("the head is malformed ({})", failed.message())};
  if (!machine_->is_header_done() || taken != head.size()) return Refusal{400, "the head is malformed"};
  if (machine_->version != 11) return Refusal{505, "this server speaks HTTP/1.1"};
  request.method = std::move(machine_->method);
  request.target = std::move(machine_->target);
  request.headers = std::move(machine_->headers);
  if (auto refusal = check_framing(request.headers)) return refusal;
  if (!read_target(request)) return Refusal{400, "the address is malformed"};
  return std::nullopt;
}

bool RequestParser::has_body() const {
  return !machine_->is_done();
}

std::optional<std::uint64_t> RequestParser::length() const {
  if (machine_->chunked()) return std::nullopt;
  return machine_->content_length().value_or(0);
}

bool RequestParser::keeps_alive() const {
  return machine_->keep_alive();
}

std::optional<Refusal> RequestParser::read_body(std::string_view bytes, std::string& out,
                                                std::size_t& taken) {
  machine_->out = &out;
  const auto failed = put_all(*machine_, bytes, taken);
  if (failed) return Refusal{400, fmt::format("the body is malformed ({})", failed.message())};
  return std::nullopt;
}

bool RequestParser::is_done() const {
  return machine_->is_done();
}

struct AnswerParser::Machine : web::Machine<false> {};

AnswerParser::AnswerParser(Body body) : machine_(std::make_unique<Machine>()) {
  machine_->skip(body == Body::none);
}
AnswerParser::~AnswerParser() = default;

bool AnswerParser::read(std::string_view bytes, std::string& out, std::size_t& taken) {
  machine_->out = &out;
  return !put_all(*machine_, bytes, taken);
}

bool AnswerParser::finish() {
  Code failed;
  if (!machine_->is_done() && machine_->is_header_done()) machine_->put_eof(failed);
  return machine_->is_done() && !failed;
}

bool AnswerParser::has_head() const {
  return machine_->is_header_done();
}
bool AnswerParser::is_done() const {
  return machine_->is_done();
}
bool AnswerParser::keeps_alive() const {
  return machine_->keep_alive();
}
int AnswerParser::status() const {
  return machine_->code;
}
const Headers& AnswerParser::headers() const {
  return machine_->headers;
}

namespace {

// "http://host/path" is how proxies ask; the Host header was checked already.
std::string_view path_and_query(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const auto slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  return target;
}

bool read_query(std::string_view text, Fields& query) {
  for (const auto pair : split(text, '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), Plus::space);
    auto value = equals == std::string_view::npos ? std::optional(std::string())
                                                  : percent_decoded(pair.substr(equals + 1), Plus::space);
    if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return false;
    query.add(std::move(*name), std::move(*value));
  }
  return true;
}

}  // namespace

bool read_target(Request& request) {
  if (request.target == "*") {
    request.path = "*";
    return request.method == "OPTIONS";
  }
  const auto whole = path_and_query(request.target);
  if (!whole.starts_with('/') || whole.find('#') != std::string_view::npos) return false;
  const auto mark = whole.find('?');
  request.path = whole.substr(0, mark);
  const auto decoded = percent_decoded(request.path, Plus::plus);
  if (!decoded || !is_utf8(*decoded)) return false;
  return mark == std::string_view::npos || read_query(whole.substr(mark + 1), request.query);
}

}  // namespace web
