// Bytes of strangers as text that people can be shown.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace base {

// The length of the valid UTF-8 character at the front, which is not empty; 0 where there is none.
std::size_t character_at(std::string_view bytes);

// Text that is safe to show on a terminal and to write as JSON: what is no UTF-8, and control characters but
// tab and new line, become U+FFFD.
std::string readable(std::string_view bytes);

}  // namespace base
