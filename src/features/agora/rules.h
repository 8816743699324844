// What may be said, and how it is shortened for those who are told: decisions over texts.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "features/agora/agora.h"

namespace forum {

inline constexpr std::size_t kMostTitle = 200, kMostText = 20'000;  // characters
inline constexpr std::size_t kMostPreview = 200;

// A title is one line; a text has any number.
std::optional<base::Error> why_no_post(std::string_view title, std::string_view text);

// Markdown without its marks, in one line, near enough for a preview: at most `most` characters, the last of
// them an ellipsis where something is left out. Code and formulas stay as they are written.
std::string preview_of(std::string_view markdown, std::size_t most = kMostPreview);

}  // namespace forum
