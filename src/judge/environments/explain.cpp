// What the installer's failure means for the person who asked.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "judge/environments/rules.h"
#include "judge/environments/text.h"

namespace environments {
using base::Error;
using base::ErrorKind;

namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The word that stands before `phrase`: "numy" in "Because numy was not found".
std::string word_before(std::string_view text, std::string_view phrase) {
  const auto end = text.find(phrase);
  if (end == std::string_view::npos) return "";
  const auto from = text.substr(0, end).find_last_of(' ');
  return std::string(text.substr(from + 1, end - from - 1));
}

std::string plain_name(std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, text.find_first_of("=<>!~[{ ;")))
    name += c == '_' || c == '.' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::string reason_in(std::string_view output) {
  const auto from = output.find("cause:");
  if (from == std::string_view::npos) return one_line(output);
  return one_line(output.substr(from + 6, output.find("\nhint:", from) - from - 6));
}

std::string last_cause(std::string_view output) {
  const auto from = output.rfind("cause:");
  return one_line(from == std::string_view::npos ? output : output.substr(from + 6));
}

std::string last_lines(std::string_view output) {
  std::vector<std::string> lines;
  for (auto& line : split(trimmed(output), '\n'))
    if (!trimmed(line).empty()) lines.push_back(std::move(line));
  if (lines.size() > 12) lines.erase(lines.begin(), lines.end() - 12);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

int line_at(std::string_view text, std::size_t position) {
  const auto before = text.substr(0, std::min(position, text.size()));
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

Error syntax_error(std::string_view output, const Written& written) {
  constexpr std::string_view kAt = "at position ";
  std::size_t position = 0;
  if (const auto at = output.find(kAt); at != std::string_view::npos)
    std::from_chars(output.data() + at + kAt.size(), output.data() + output.size(), position);
  return {
      ErrorKind::invalid,
      fmt::format(
          "{}, line {}: {}", written.source, written.line_in_source(line_at(written.requirements, position)),
          one_line(split(reason_in(output), '`')[0]) + " cannot be read: "
                                                       "write a name and a version, as in \"numpy==1.24.4\""),
      last_lines(output)};
}

Error without_wheel(const std::string& package, const Written& written, const std::string& why,
                    Sources sources) {
  return {
      ErrorKind::invalid,
      fmt::format("{} ({}) has no wheel for this Python on this machine{}: choose a version that has one, "
                  "or build a wheel and give its folder in PIP_FIND_LINKS",
                  package, place_of(package, written),
                  sources == Sources::asked ? ", and the package index has no source that would do" : ""),
      why};
}

constexpr std::array kNoWheel{" has no usable wheels", " have no usable wheels",
                              " has no wheels with a matching", " have no wheels with a matching"};

// The resolver explains itself in sentences: "Because X was not found ... and you require X, ...".
Error no_solution(std::string_view output, const Written& written, Sources sources) {
  const auto why = reason_in(output);
  for (const auto* phrase : {" was not found in the package registry",
                             " was not found in the provided package "
                             "locations"})
    if (const auto package = word_before(why, phrase); !package.empty())
      return {ErrorKind::invalid,
              fmt::format("there is no package \"{}\" ({}): check its spelling on the package index", package,
                          place_of(package, written)),
              why};
  for (const auto* phrase : kNoWheel)
    if (const auto package = word_before(why, phrase); !package.empty())
      return without_wheel(package, written, why, sources);
  constexpr std::string_view kNone = "there is no version of ";
  if (const auto at = why.find(kNone); at != std::string::npos) {
    const auto wanted = why.substr(at + kNone.size(), why.find(' ', at + kNone.size()) - at - kNone.size());
    return {ErrorKind::invalid,
            fmt::format("there is no version {} ({}): choose one that the package index lists", wanted,
                        place_of(wanted, written)),
            why};
  }
  return {ErrorKind::invalid, fmt::format("the versions in {} cannot be had together: loosen one of them. {}",
                                          written.source, why)};
}

Error no_network(std::string_view output) {
  std::string url = "the package index";
  constexpr std::string_view kFetch = "Failed to fetch: ";
  if (const auto at = output.find(kFetch); at != std::string_view::npos)
    url = one_line(output.substr(at + kFetch.size(), output.find('\n', at) - at - kFetch.size()));
  return {ErrorKind::unavailable,
          fmt::format("{} cannot be reached ({}): check the network, then run this again. Behind a proxy set "
                      "HTTPS_PROXY, for a mirror PIP_INDEX_URL, for a certificate of your own SSL_CERT_FILE",
                      url, last_cause(output)),
          one_line(last_lines(output))};
}

}  // namespace

std::string place_of(std::string_view package, const Written& written) {
  int number = 0;
  for (const auto& line : split(written.requirements, '\n')) {
    ++number;
    if (plain_name(trimmed(line)) == plain_name(package))
      return fmt::format("{}, line {}", written.source, written.line_in_source(number));
  }
  return fmt::format("{}, needed by another package", written.source);
}

// Beside the reason, which may speak of versions, there is a hint for each: "Wheels are required for `docopt`
// because building from source is disabled".
std::vector<std::string> without_wheels(std::string_view output) {
  std::vector<std::string> found;
  const auto add = [&](std::string name) {
    if (!name.empty() && std::find(found.begin(), found.end(), name) == found.end())
      found.push_back(std::move(name));
  };
  if (!has(output, "No solution found")) return found;
  const auto why = one_line(output);
  for (const auto* phrase : kNoWheel)
    for (std::string_view text = why; has(text, phrase); text.remove_prefix(text.find(phrase) + 1))
      add(plain_name(word_before(text, phrase)));
  constexpr std::string_view kHint = "Wheels are required for `";
  for (std::string_view text = why; has(text, kHint);) {
    text.remove_prefix(text.find(kHint) + kHint.size());
    add(plain_name(text.substr(0, text.find('`'))));
  }
  return found;
}

Error explain(std::string_view output, const Written& written, Sources sources) {
  if (has(output, "No space left on device"))
    return {ErrorKind::unavailable,
            "the disk is full: make room (an environment takes up to 1 GB) or set "
            "AGORA_HOME to a folder on another disk",
            last_lines(output)};
  if (has(output, "Hash mismatch") || has(output, "hash mismatch"))
    return {ErrorKind::unavailable,
            "a downloaded file is not the one that the lock names by its hash, and was "
            "refused: ask who runs your package index",
            last_lines(output)};
  if (has(output, "unexpected argument") || has(output, "unrecognized subcommand"))
    return {ErrorKind::unavailable,
            "the uv that was found is too old: update it, or take it from PATH and "
            "AGORA_UV so that a newer one is fetched",
            last_lines(output)};
  if (has(output, "No solution found")) return no_solution(output, written, sources);
  if (has(output, "Couldn't parse")) return syntax_error(output, written);
  for (const auto* sign : {"Failed to fetch", "error sending request", "dns error", "Request failed"})
    if (has(output, sign)) return no_network(output);
  return {ErrorKind::unavailable,
          fmt::format("the installer failed; its last lines say why:\n{}", last_lines(output))};
}

}  // namespace environments
