#include "machine/web/gzip.h"

#include <array>
#include <charconv>
#include <stdexcept>

#include <zlib.h>

#include "machine/web/message.h"
#include "machine/web/text.h"

namespace web {

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  bool any = false;
  for (const auto item : split_list(accept_encoding)) {
    const auto parts = split(item, ';');
    const auto name = trimmed(parts[0]);
    double weight = 1;
    for (std::size_t i = 1; i < parts.size(); ++i)
      if (const auto part = trimmed(parts[i]); part.starts_with("q="))
        std::from_chars(part.data() + 2, part.data() + part.size(), weight);
    if (same_name(name, coding)) return weight > 0;
    if (name == "*") any = weight > 0;
  }
  return any;
}

bool is_worth_compressing(std::string_view content_type) {
  const auto type = trimmed(content_type.substr(0, content_type.find(';')));
  return type.starts_with("text/") || type.ends_with("json") || type.ends_with("xml") ||
         type == "application/javascript";
}

namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's way of saying gzip

}  // namespace

std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 5, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (done != Z_STREAM_END) throw std::runtime_error("zlib left an answer unfinished");
  return out;
}

std::string gunzipped(std::string_view bytes, std::size_t most_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, 16384> part{};
  int state = Z_OK;
  while (state == Z_OK && out.size() <= most_bytes) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(part.data(), part.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END || out.size() > most_bytes) out.clear();
  return out;
}

}  // namespace web
