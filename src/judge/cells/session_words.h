// What a session says about a request, packet by packet. A stranger may have written every byte: nothing here
// is believed but lengths that were checked.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "judge/cells/cells.h"

namespace cells {

enum class Heard { begun, more, end, nonsense };

// Takes packets in and fills an answer:
//   b           the code runs from now on
//   pBYTES      a piece of a value's form         sVALUE TYPE    the pieces so far are that value's form
//   xLINE, then length-prefixed type, message and traceback: what was raised
//   eHOW N      the end: d, done, r, raised, or i, interrupted; N forms did not fit
class Listener {
 public:
  explicit Listener(std::uint64_t most_bytes) : left_(most_bytes) {}
  Heard hear(std::string_view packet);
  Answer& answer() { return answer_; }

 private:
  Heard take_piece(std::string_view bytes);
  Heard take_form(std::string_view words);
  Heard take_raised(std::string_view bytes);
  Heard take_end(std::string_view words);

  std::uint64_t left_;
  std::string pieces_;
  Answer answer_;
};

}  // namespace cells
