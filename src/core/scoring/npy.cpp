// NPY, versions 1 to 3: magic, two bytes of version, the header's length, a Python dict as text, raw values.
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "core/scoring/scoring.h"

namespace scoring {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

using Read = void (*)(const char* bytes, std::size_t count, double* to);

template <class T>
void read_as(const char* bytes, std::size_t count, double* to) {
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
    to[i] = static_cast<double>(value);
  }
}

struct Format {
  std::string_view descr;
  std::size_t size;
  Dtype dtype;
  Read read;
};

static_assert(std::endian::native == std::endian::little, "values are read as they lie in memory");

constexpr std::array kFormats{
    Format{"<f8", 8, Dtype::f8, read_as<double>},        Format{"<f4", 4, Dtype::f4, read_as<float>},
    Format{"<i8", 8, Dtype::i8, read_as<std::int64_t>},  Format{"<i4", 4, Dtype::i4, read_as<std::int32_t>},
    Format{"<i2", 2, Dtype::i2, read_as<std::int16_t>},  Format{"|i1", 1, Dtype::i2, read_as<std::int8_t>},
    Format{"<u8", 8, Dtype::i8, read_as<std::uint64_t>}, Format{"<u4", 4, Dtype::i8, read_as<std::uint32_t>},
    Format{"<u2", 2, Dtype::i2, read_as<std::uint16_t>}, Format{"|u1", 1, Dtype::i2, read_as<std::uint8_t>},
    Format{"|b1", 1, Dtype::b1, read_as<std::uint8_t>},
};

struct Head {
  std::string descr;
  bool fortran = false;
  std::vector<std::int64_t> shape;
  std::size_t data_at = 0;
};

base::Failure no_npy(std::string_view why) {
  return base::invalid(fmt::format("not an NPY file: {}; write it with numpy.save", why));
}

// What follows 'key': in the dict, without leading spaces; empty where there is no such key.
std::string_view after_key(std::string_view dict, std::string_view key) {
  const auto quoted = fmt::format("'{}':", key);
  const auto at = dict.find(quoted);
  if (at == std::string_view::npos) return {};
  auto rest = dict.substr(at + quoted.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

bool read_shape(std::string_view text, std::vector<std::int64_t>& shape) {
  if (text.empty() || text[0] != '(') return false;
  text.remove_prefix(1);
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
    if (text.empty()) return false;
    if (text[0] == ')') return true;
    std::int64_t size = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (failed != std::errc() || size < 0 || shape.size() > 8) return false;
    shape.push_back(size);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
}

base::Result<Head> head_of(std::string_view bytes) {
  if (!is_npy(bytes) || bytes.size() < 12) return no_npy("its first bytes are not NPY's");
  const auto at = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const bool wide = bytes[6] >= 2;
  const auto start = wide ? std::size_t{12} : std::size_t{10};
  const auto length = at(8) + (at(9) << 8) + (wide ? (at(10) << 16) + (at(11) << 24) : 0);
  if (length > bytes.size() - start) return no_npy("it ends within its header");
  const auto dict = bytes.substr(start, length);
  Head head;
  head.data_at = start + length;
  const auto descr = after_key(dict, "descr");
  if (descr.empty()) return no_npy("its header names no dtype");
  const auto end = descr.find('\'', 1);
  head.descr =
      descr[0] == '\'' && end != std::string_view::npos ? std::string(descr.substr(1, end - 1)) : "[...]";
  head.fortran = after_key(dict, "fortran_order").starts_with("True");
  if (!read_shape(after_key(dict, "shape"), head.shape)) return no_npy("its header names no shape");
  return head;
}

base::Failure wrong_dtype(std::string_view descr) {
  const auto word = descr == "|O"            ? "object"
                    : descr.starts_with(">") ? "big-endian"
                    : descr.starts_with("[") ? "record"
                                             : descr;
  return base::invalid(
      fmt::format("the array's dtype is {}: numbers are needed; save array.astype(\"<f8\") instead", word));
}

void to_rows(std::vector<double>& values, std::int64_t rows, std::int64_t columns) {
  std::vector<double> turned(values.size());
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      turned[static_cast<std::size_t>(i * columns + j)] = values[static_cast<std::size_t>(j * rows + i)];
  values.swap(turned);
}

// Fails before anything is allocated: the size must follow from the header and be there.
base::Result<std::int64_t> count_of(const Head& head, std::size_t size, std::size_t bytes,
                                    std::int64_t most) {
  if (head.shape.empty() || head.shape.size() > 2 || (head.shape.size() == 2 && head.shape[1] == 0))
    return base::invalid(fmt::format("the array has shape ({}): one or two dimensions are needed",
                                     fmt::join(head.shape, ", ")));
  const auto rows = head.shape[0];
  const auto width = head.shape.size() == 2 ? head.shape[1] : 1;
  if (rows > most / width)
    return base::too_large(fmt::format("the array has more than {} values, which is the most taken", most));
  if (static_cast<std::size_t>(rows * width) * size != bytes)
    return base::invalid(
        fmt::format("the array's header promises {} bytes of values, and {} follow: the file is "
                    "cut or damaged",
                    static_cast<std::size_t>(rows * width) * size, bytes));
  return rows * width;
}

}  // namespace

bool is_npy(std::string_view bytes) {
  return bytes.starts_with(kMagic);
}

base::Result<Array> array_from_npy(std::string_view bytes, std::int64_t most) {
  const auto head = head_of(bytes);
  if (!head) return tl::unexpected(head.error());
  const auto* format =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& f) { return f.descr == head->descr; });
  if (format == kFormats.end()) return wrong_dtype(head->descr);
  const auto count = count_of(*head, format->size, bytes.size() - head->data_at, most);
  if (!count) return tl::unexpected(count.error());
  Array array{std::vector<double>(static_cast<std::size_t>(*count)), head->shape[0],
              head->shape.size() == 2 ? head->shape[1] : 0, format->dtype};
  format->read(bytes.data() + head->data_at, array.values.size(), array.values.data());
  if (head->fortran && array.columns > 1) to_rows(array.values, array.rows, array.columns);
  return array;
}

}  // namespace scoring
