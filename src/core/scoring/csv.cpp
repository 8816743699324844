#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/scoring/scoring.h"

namespace scoring {
namespace {

struct Line {
  std::int64_t number = 0;  // in the file, from 1
  std::vector<std::string> cells;
};

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return small;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::optional<double> number_in(std::string_view cell) {
  if (cell.starts_with('+')) cell.remove_prefix(1);
  double value = 0;
  const auto [end, failed] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (failed != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return value;
}

// Reads quoted and plain cells (RFC 4180), with either line ending.
struct Reader {
  std::string_view text;
  std::size_t at = 0;
  std::int64_t line = 1;

  bool done() const { return at >= text.size(); }
  base::Result<std::string> quoted_cell();
  base::Result<Line> next();
};

base::Result<std::string> Reader::quoted_cell() {
  const auto started = line;
  std::string cell;
  for (++at; !done(); ++at) {
    if (text[at] == '\n') ++line;
    if (text[at] != '"') {
      cell += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      cell += text[++at];
    } else {
      ++at;
      return cell;
    }
  }
  return base::invalid(fmt::format("line {}: a quote is opened and never closed", started));
}

base::Result<Line> Reader::next() {
  Line read{line, {}};
  while (true) {
    if (!done() && text[at] == '"') {
      auto cell = quoted_cell();
      if (!cell) return tl::unexpected(cell.error());
      read.cells.push_back(std::move(*cell));
      if (!done() && std::string_view(",\r\n").find(text[at]) == std::string_view::npos)
        return base::invalid(fmt::format("line {}: text follows a closing quote", line));
    } else {
      const auto end = std::min(text.find_first_of(",\r\n", at), text.size());
      read.cells.push_back(trimmed(text.substr(at, end - at)));
      at = end;
    }
    if (!done() && text[at] == ',') {
      ++at;
      continue;
    }
    if (!done() && text[at] == '\r') ++at;
    if (!done() && text[at] == '\n') ++at;
    ++line;
    return read;
  }
}

base::Result<std::vector<Line>> lines_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Reader reader{text};
  std::vector<Line> lines;
  while (!reader.done()) {
    auto line = reader.next();
    if (!line) return tl::unexpected(line.error());
    if (line->cells.size() == 1 && line->cells[0].empty()) continue;  // an empty line
    if (!lines.empty() && line->cells.size() != lines[0].cells.size())
      return base::invalid(fmt::format("line {}: {} columns, and line {} has {}", line->number,
                                       line->cells.size(), lines[0].number, lines[0].cells.size()));
    lines.push_back(std::move(*line));
  }
  if (lines.empty()) return base::invalid("the file holds no line with a value");
  return lines;
}

bool is_usual_name(std::string_view cell) {
  constexpr std::array kNames{"y",     "y_true", "y_pred", "label",      "labels",      "class", "target",
                              "truth", "value",  "true",   "prediction", "predictions", "pred",  "predicted"};
  return std::find(kNames.begin(), kNames.end(), lower(cell)) != kNames.end();
}

bool starts_with_header(const std::vector<Line>& lines) {
  const auto& first = lines[0].cells;
  const auto is_number = [](const std::string& cell) { return number_in(cell).has_value(); };
  if (std::any_of(first.begin(), first.end(), [](const auto& cell) { return lower(cell) == "usage"; }))
    return true;
  if (std::all_of(first.begin(), first.end(), is_number)) return false;
  if (std::all_of(first.begin(), first.end(), is_usual_name)) return true;
  const bool numbers_below =
      lines.size() > 1 && std::all_of(lines.begin() + 1, lines.end(), [&](const Line& l) {
        return std::all_of(l.cells.begin(), l.cells.end(), is_number);
      });
  return numbers_below;
}

// Takes the usage column out of every line, header included.
base::Result<std::vector<std::string>> take_usage(std::vector<Line>& lines) {
  auto& head = lines[0].cells;
  const auto found =
      std::find_if(head.begin(), head.end(), [](const auto& cell) { return lower(cell) == "usage"; });
  if (found == head.end()) return std::vector<std::string>{};
  const auto at = found - head.begin();
  std::vector<std::string> usage;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto word = lower(lines[i].cells[static_cast<std::size_t>(at)]);
    lines[i].cells.erase(lines[i].cells.begin() + at);
    if (i == 0) continue;
    if (word != "public" && word != "private")
      return base::invalid(
          fmt::format("line {}: usage is \"{}\", and must be Public or Private", lines[i].number, word));
    usage.push_back(std::move(word));
  }
  if (lines[0].cells.empty()) return base::invalid("there is no column beside usage");
  return usage;
}

base::Result<void> check_cells(const std::vector<Line>& lines) {
  for (const auto& line : lines)
    for (const auto& cell : line.cells) {
      if (cell.empty()) return base::invalid(fmt::format("line {}: a value is missing", line.number));
      if (const auto number = number_in(cell); number && !std::isfinite(*number))
        return base::invalid(fmt::format("line {}: the value is {}, and must be finite", line.number, cell));
    }
  return {};
}

std::int64_t first_label_line(const std::vector<Line>& lines) {
  for (const auto& line : lines)
    for (const auto& cell : line.cells)
      if (!number_in(cell)) return line.number;
  return 0;
}

base::Result<void> read_values(const std::vector<Line>& lines, Column& column) {
  if (auto whole = check_cells(lines); !whole) return whole;
  column.label_line = first_label_line(lines);
  const auto width = lines[0].cells.size();
  if (column.label_line != 0 && width > 1)
    return base::invalid(fmt::format(
        "line {}: several columns must all be numbers; give labels as one column", column.label_line));
  if (column.label_line == 0) {
    column.values.rows = static_cast<std::int64_t>(lines.size());
    column.values.columns = width == 1 ? 0 : static_cast<std::int64_t>(width);
    for (const auto& line : lines)
      for (const auto& cell : line.cells) column.values.values.push_back(*number_in(cell));
    return {};
  }
  for (const auto& line : lines) column.labels.push_back(line.cells[0]);
  return {};
}

}  // namespace

std::int64_t Column::rows() const {
  return labels.empty() ? values.rows : static_cast<std::int64_t>(labels.size());
}

base::Result<Column> column_from_csv(std::string_view text, Header header) {
  auto lines = lines_of(text);
  if (!lines) return tl::unexpected(lines.error());
  Column column;
  if (header == Header::present || (header == Header::detect && starts_with_header(*lines))) {
    auto usage = take_usage(*lines);
    if (!usage) return tl::unexpected(usage.error());
    column.usage = std::move(*usage);
    lines->erase(lines->begin());
    if (lines->empty()) return base::invalid("the file holds a header and no values");
  }
  if (auto read = read_values(*lines, column); !read) return tl::unexpected(read.error());
  return column;
}

}  // namespace scoring
