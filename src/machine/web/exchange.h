// One request and its answer over a Wire. The inner part of the client.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "machine/web/client.h"
#include "machine/web/parser.h"
#include "machine/web/wire.h"

namespace web {

struct Client::State {
  WireSettings wire_settings;
  ClientSettings settings;
  std::string base;  // of all paths
  std::string host;  // for the Host header
  std::unique_ptr<Wire> wire;
  std::string left_over;  // bytes of the wire that came behind the last answer

  base::Result<void> ensure_wire();
  std::string head_of(std::string_view method, std::string_view path, std::uint64_t length, bool has_body,
                      const Headers& headers) const;

  // Gives the body's bytes piece by piece, and is told nothing until the head is there. Returning false ends
  // it.
  using TakePiece = std::function<bool(const AnswerParser& parser, std::string& bytes)>;
  // Reads one answer from the wire; the wire is dropped when it cannot be used again.
  base::Result<Answer> read_answer(std::string_view method, const TakePiece& take = {});

  base::Result<Answer> send_once(std::string_view method, std::string_view path, std::string_view body,
                                 const Headers& headers);
  base::Result<base::json::value> json_of(base::Result<Answer> answer) const;
};

}  // namespace web
