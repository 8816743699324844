// The end of the pipeline: preconditions, ranges, compression, the headers that every answer carries.
#include <ctime>

#include <fmt/format.h>

#include "base/log.h"
#include "machine/web/conditional.h"
#include "machine/web/gzip.h"
#include "machine/web/pipeline.h"
#include "machine/web/text.h"

namespace web {
namespace {

constexpr std::size_t kSmallestToCompress = 1024;

std::string date_text() {
  thread_local std::time_t last = 0;
  thread_local char text[32] = "";
  const auto now = std::time(nullptr);
  if (now != last) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    last = now;
  }
  return text;
}

bool reads(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

void add_instance(const Request& request, Response& response) {
  auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || response.headers.get("Content-Type") != "application/problem+json") return;
  if (text->ends_with('}')) text->insert(text->size() - 1, fmt::format(", \"instance\": \"{}\"", request.id));
}

void make_not_modified(Response& response) {
  response.status = 304;
  for (const auto* name :
       {"Content-Type", "Content-Encoding", "Content-Disposition", "Digest", "Repr-Digest"})
    response.headers.remove(name);
  response.body = std::string();
}

void cut_to_range(const Request& request, Response& response) {
  auto* file = std::get_if<File>(&response.body);
  if (file == nullptr || response.status != 200 || request.method != "GET") return;
  if (!response.headers.has("Accept-Ranges") || !request.headers.has("Range")) return;
  if (!range_still_applies(request, response.headers.get("ETag"))) return;
  const auto decision = decide_range(request.headers.get("Range"), file->size);
  if (decision.answer == RangeAnswer::whole) return;
  if (decision.answer == RangeAnswer::unsatisfiable) {
    const auto size = file->size;
    response = problem(416, fmt::format("the file has {} bytes", size));
    response.headers.add("Content-Range", fmt::format("bytes */{}", size));
    return;
  }
  const auto [first, last] = decision.range;
  response.status = 206;
  response.headers.remove("Digest");  // of the whole, by its old definition of the part: ambiguous
  response.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", first, last, file->size));
  file->offset += first;
  file->size = last - first + 1;
}

void compress(const Request& request, Response& response) {
  auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || text->size() < kSmallestToCompress || response.headers.has("Content-Encoding"))
    return;
  if (!is_worth_compressing(response.headers.get("Content-Type"))) return;
  response.headers.add("Vary", "Accept-Encoding");
  if (!accepts_coding(request.headers.get("Accept-Encoding"), "gzip")) return;
  *text = gzipped(*text);
  response.headers.add("Content-Encoding", "gzip");
  std::string etag(response.headers.get("ETag"));
  if (etag.size() < 2) return;
  etag.insert(etag.size() - 1, "-gzip");  // other bytes, so another strong tag
  response.headers.set("ETag", std::move(etag));
}

void add_safety(const Request& request, Headers& headers) {
  const auto ensure = [&](std::string_view name, std::string_view value) {
    if (!headers.has(name)) headers.add(std::string(name), std::string(value));
  };
  ensure("X-Content-Type-Options", "nosniff");
  ensure("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  ensure("Referrer-Policy", "same-origin");
  ensure("Cross-Origin-Opener-Policy", "same-origin");
  ensure("Cross-Origin-Resource-Policy", "same-origin");
  ensure("Cache-Control", headers.has("ETag") ? "private, no-cache" : "no-store");
  if (request.secure) ensure("Strict-Transport-Security", "max-age=31536000");
}

// A name or value that a handler made from a person's text must not begin a new header.
void append_line(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  for (const char c : value) head += (c == '\r' || c == '\n' || c == '\0') ? ' ' : c;
  head.append("\r\n");
}

constexpr auto kNoLength = ~std::uint64_t{0};

std::string head_of(const Response& response, std::uint64_t length, bool closes) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_for(response.status));
  head.reserve(1024);
  for (const auto& [name, value] : response.headers.all()) append_line(head, name, value);
  if (length != kNoLength) append_line(head, "Content-Length", std::to_string(length));
  if (closes) append_line(head, "Connection", "close");
  append_line(head, "Date", date_text());
  head += "\r\n";
  return head;
}

}  // namespace

Outgoing Pipeline::finish(const Request& request, Response response, const Headers& notes,
                          Connection connection) const {
  if (response.status == 200 && reads(request) && is_held_by_client(request, response))
    make_not_modified(response);
  cut_to_range(request, response);
  add_instance(request, response);
  compress(request, response);
  for (const auto& [name, value] : notes.all()) response.headers.add(name, value);
  response.headers.set("X-Request-Id", request.id);
  add_safety(request, response.headers);
  add_cors(request, response.headers);

  Outgoing outgoing;
  outgoing.status = response.status;
  outgoing.closes = connection == Connection::close;
  std::uint64_t length = kNoLength;
  if (auto* text = std::get_if<std::string>(&response.body)) {
    length = text->size();
    outgoing.body = std::move(*text);
  } else if (auto* file = std::get_if<File>(&response.body)) {
    length = file->size;
    outgoing.file = std::move(*file);
  } else {
    outgoing.stream = std::get<std::shared_ptr<Stream>>(response.body);
    outgoing.closes = true;  // a stream ends with its connection
  }
  if (response.status == 204 || response.status == 304) length = kNoLength;
  if (response.status == 204 || response.status == 304 || request.method == "HEAD") {
    outgoing.body.clear();
    outgoing.file.reset();
    outgoing.stream.reset();
  }
  outgoing.head = head_of(response, length, outgoing.closes);
  return outgoing;
}

void Pipeline::add_cors(const Request& request, Headers& headers) const {
  if (settings_.cors_origins.empty()) return;
  headers.add("Vary", "Origin");
  const auto origin = request.headers.get("Origin");
  const auto& origins = settings_.cors_origins;
  if (std::find(origins.begin(), origins.end(), origin) == origins.end()) return;
  headers.add("Access-Control-Allow-Origin", std::string(origin));
  headers.add(
      "Access-Control-Expose-Headers",
      "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Upload-Offset, Upload-Length, "
      "Upload-Expires, Tus-Resumable, Idempotency-Replayed");
  headers.set("Cross-Origin-Resource-Policy", "cross-origin");
}

Response Pipeline::options_answer(const Request& request, const Router::Found& found) const {
  Response answer = answer_nothing();
  const auto methods = fmt::format("{}", fmt::join(found.allowed, ", "));
  answer.headers.add("Allow", methods);
  for (const auto& [name, value] : found.announced) answer.headers.add(name, value);
  const auto& origins = settings_.cors_origins;
  if (std::find(origins.begin(), origins.end(), request.headers.get("Origin")) == origins.end())
    return answer;
  answer.headers.add("Access-Control-Allow-Methods", methods);
  answer.headers.add(
      "Access-Control-Allow-Headers",
      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Range, "
      "Tus-Resumable, Upload-Checksum, Upload-Length, Upload-Metadata, Upload-Offset");
  answer.headers.add("Access-Control-Max-Age", "600");
  return answer;
}

}  // namespace web
