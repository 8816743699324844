// Whether to compress an answer, and the compressing.
#pragma once
#include <string>
#include <string_view>

namespace web {

// RFC 9110, 12.5.3: named or *, and not at q=0.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);
bool is_worth_compressing(std::string_view content_type);
std::string gzipped(std::string_view bytes);
std::string gunzipped(std::string_view bytes, std::size_t most_bytes);  // empty when it is no gzip

}  // namespace web
