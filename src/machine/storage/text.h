// How a text lies in a column. PostgreSQL's texts cannot hold U+0000 and SQLite's functions stop at it, so it
// is kept as U+0010 "0", and U+0010 itself twice: equal texts stay equal, on both.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace storage {

// The text itself where nothing needs an escape, else what was put into `space`. Fails with `invalid` on
// bytes that are no UTF-8, naming the first.
base::Result<std::string_view> text_to_keep(std::string_view text, std::string& space);
std::string text_as_given(std::string_view kept);

}  // namespace storage
