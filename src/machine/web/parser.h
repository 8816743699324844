// The bytes of HTTP/1.1 messages, read strictly. Boost.Beast's parser is behind it, and refuses less than we
// do.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "machine/web/message.h"

namespace web {

struct Refusal {
  int status;
  std::string why;
};

// One request. First the head as a whole, then the body in pieces.
class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  // `head` goes to the end of its empty line. Fills method, target, path, query and headers. Refuses what two
  // servers in a row could read in two ways: both lengths, folded lines, bare line feeds, odd codings.
  std::optional<Refusal> read_head(std::string_view head, Request& request);

  bool has_body() const;
  std::optional<std::uint64_t> length() const;  // nothing for chunks
  bool keeps_alive() const;

  // Takes what it can from `bytes`, appends the body's bytes to `out`, and says how many it took.
  std::optional<Refusal> read_body(std::string_view bytes, std::string& out, std::size_t& taken);
  bool is_done() const;

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

// One answer, for the client.
class AnswerParser {
 public:
  enum class Body { expected, none };  // none: the answer to HEAD
  explicit AnswerParser(Body body = Body::expected);
  ~AnswerParser();

  // Appends to `out`; false when the bytes are no HTTP. `taken` as above.
  bool read(std::string_view bytes, std::string& out, std::size_t& taken);
  bool finish();  // the connection ended: true when that is a right end of the body
  bool has_head() const;
  bool is_done() const;
  bool keeps_alive() const;
  int status() const;
  const Headers& headers() const;

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

// Cuts a request's target into its path and decoded query. False when it is malformed.
bool read_target(Request& request);

}  // namespace web
