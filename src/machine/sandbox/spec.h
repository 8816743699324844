// Specs as the JSON that travels from the client to the warden, and the short texts that travel back.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "machine/sandbox/sandbox.h"

namespace sandbox {

struct ZygoteOrder {
  std::uint64_t id = 0;
  ZygoteSpec spec;
};

struct CellOrder {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;
  CellSpec spec;  // its handed descriptors travel beside, in the order of their names
};

base::json::value to_json(const ZygoteOrder& order);
base::json::value to_json(const CellOrder& order);
bool is_zygote_order(const base::json::value& value);
// Both throw std::exception on what to_json did not write.
ZygoteOrder zygote_order(const base::json::value& value);
CellOrder cell_order(const base::json::value& value);

// "failed KIND\nmessage" on a link.
std::string failure_text(const base::Error& error);
base::Error failure_from(std::string_view text);

// "ended END CODE PEAK CPU WALL" on a link.
std::string ended_text(const Outcome& outcome);
Outcome ended_from(const std::string& text);

}  // namespace sandbox
