#include <algorithm>

#include <fmt/format.h>

#include "core/kit/lints.h"
#include "core/kit/python_tokens.h"

namespace kit {
namespace {

constexpr std::size_t kLongest = 1'000'000;  // bytes of one line or one literal

bool is_plain_name(std::string_view part) {
  if (part.empty() || part == "." || part == "..") return false;
  return std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

bool is_plain_path(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);  // an empty folder's entry
  for (;;) {
    const auto slash = path.find('/');
    if (!is_plain_name(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

// Odd bytes as \xNN, so that a finding can be shown on any terminal.
std::string printable(std::string_view path) {
  std::string shown;
  for (const char c : path.substr(0, 200)) {
    const auto code = static_cast<unsigned char>(c);
    shown += code >= 32 && code < 127 ? std::string(1, c) : fmt::format("\\x{:02x}", code);
  }
  return shown;
}

void lint_entry(const Entry& entry, Findings& findings) {
  const auto file = printable(entry.path);
  if (entry.is_link)
    add(findings, Weight::error, file, 0, "this is a link, and cells follow none",
        "put the file itself in its place");
  if (!is_plain_path(entry.path))
    add(findings, Weight::error, file, 0, "this name holds characters that no cell takes",
        "rename it: letters, digits, '_', '.' and '-'");
}

// The line that is longer than kLongest; 0 when none is.
int longest_line(std::string_view text) {
  for (int line = 1; text.size() > kLongest; ++line) {
    const auto end = text.find('\n');
    if (std::min(end, text.size()) > kLongest) return line;
    text.remove_prefix(end + 1);
  }
  return 0;
}

void lint_python(std::string_view file, std::string_view text, Findings& findings) {
  const auto error = [&](int line, std::string message, std::string next) {
    add(findings, Weight::error, file, line, std::move(message), std::move(next));
  };
  if (const auto line = python::line_that_is_not_utf8(text))
    return error(*line, "these bytes are no UTF-8", "save the file as UTF-8");
  if (const int line = longest_line(text))
    return error(line, "a line of more than 1 MB", "put data into a file beside the code, and read it");
  const auto tokens = python::tokenize(text);
  for (const auto& token : tokens.tokens)
    if (token.text.size() > kLongest)
      return error(token.line, "a literal of more than 1 MB",
                   "put data into a file beside the code, and read it");
  if (tokens.mistake) error(tokens.mistake->line, tokens.mistake->message, tokens.mistake->next);
}

void lint_python_file(const Entry& entry, const Tree& submission, Findings& findings) {
  const auto text = submission.texts.find(entry.path);
  if (text != submission.texts.end()) return lint_python(printable(entry.path), text->second, findings);
  add(findings, Weight::error, printable(entry.path), 0,
      fmt::format("this code of {} bytes cannot be read as text", entry.size),
      "put data into files beside the code, and read them");
}

void lint_size(const Kit& kit, const Tree& submission, Findings& findings) {
  std::uint64_t total = 0;
  for (const auto& entry : submission.entries)
    total = entry.size > UINT64_MAX - total ? UINT64_MAX : total + entry.size;
  if (total > kit.limits.submission_bytes)
    add(findings, Weight::error, "", 0,
        fmt::format("the submission holds {} bytes, and {} are allowed", total, kit.limits.submission_bytes),
        "remove what the code does not read; an organiser can raise `submission` in kit.toml's [limits]");
}

}  // namespace

std::vector<Finding> lint_submission(const Kit& kit, const Tree& submission) {
  Findings findings;
  const bool any_file = std::any_of(submission.entries.begin(), submission.entries.end(),
                                    [](const Entry& e) { return !e.path.ends_with('/'); });
  if (!any_file) {
    add(findings, Weight::error, "", 0, "the submission's folder is empty",
        "add the files that the kit's starting_kit has");
    return findings;
  }
  for (const auto& entry : submission.entries) lint_entry(entry, findings);
  lint_size(kit, submission, findings);
  for (const auto& entry : submission.entries)
    if (entry.path.ends_with(".py") && !entry.is_link) lint_python_file(entry, submission, findings);
  return findings;
}

}  // namespace kit
