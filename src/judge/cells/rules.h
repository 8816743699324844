// What names may be: of what is given to a cell and of what comes out of one.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace cells {

// Why `path` is no plain relative path ("scores.json", "figures/roc.png"), as the second half of a sentence.
std::optional<std::string> why_no_plain_path(std::string_view path);

// Fit to be shown to a person and written to a log: control and undecodable bytes as \x1b, cut where long.
std::string printable(std::string_view text);

}  // namespace cells
