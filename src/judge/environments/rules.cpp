#include "judge/environments/rules.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/hash.h"
#include "judge/environments/text.h"

namespace environments {
using base::Error;
using base::ErrorKind;

std::optional<Error> why_bad_name(std::string_view name) {
  const auto is_fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  const bool fits = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), is_fine) &&
                    std::isalnum(static_cast<unsigned char>(name.front())) != 0;
  if (!fits)
    return Error{ErrorKind::invalid,
                 fmt::format("\"{}\" cannot name an environment: use 1 to 64 of a-z, 0-9, '-', '_' and '.', "
                             "with a letter or digit first",
                             name)};
  if (is_hash(name))
    return Error{ErrorKind::invalid,
                 fmt::format("\"{}\" looks like an environment's hash: choose a name that "
                             "people can say",
                             name)};
  return std::nullopt;
}

namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

std::string_view leading_name(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_name_character);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string without_comment(std::string_view line) {
  if (line.starts_with('#')) return "";
  const auto hash = std::min(line.find(" #"), line.find("\t#"));
  return std::string(trimmed(line.substr(0, hash)));
}

// What follows the name: nothing, extras, versions, a marker.
std::optional<std::string> why_bad_rest(std::string_view name, std::string_view rest) {
  rest = trimmed(rest);
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return "a '[' without its ']'";
    rest = trimmed(rest.substr(end + 1));
  }
  if (rest.starts_with('@'))
    return "packages come from the package index, not from a URL: name a version of it, as in \"" +
           std::string(name) + "==1.0\"";
  rest = trimmed(rest.substr(0, std::min(rest.find(';'), rest.find(" --hash="))));
  if (rest.starts_with('(') && rest.ends_with(')')) rest = trimmed(rest.substr(1, rest.size() - 2));
  if (rest.empty()) return std::nullopt;
  for (const auto& part : split(rest, ',')) {
    const auto piece = trimmed(part);
    const auto version = piece.find_first_not_of("=<>!~");
    const auto sign = piece.substr(0, version);
    constexpr std::array kSigns{"==", "===", ">=", "<=", "!=", "~=", ">", "<"};
    if (std::find(kSigns.begin(), kSigns.end(), sign) == kSigns.end())
      return fmt::format("\"{}\" is no version condition: write one as \"==1.0\" or \">=1.0,<2\"", piece);
    const auto number = version == std::string_view::npos ? "" : trimmed(piece.substr(version));
    const bool is_version = !number.empty() && std::all_of(number.begin(), number.end(), [](char c) {
      return is_name_character(c) || c == '*' || c == '+' || c == '!';
    });
    if (!is_version) return fmt::format("\"{}\" is no version", number.empty() ? piece : number);
  }
  return std::nullopt;
}

std::optional<std::string> why_bad_option(std::string_view line) {
  const auto word = line.substr(0, std::min(line.find(' '), line.find('=')));
  if (word == "-r" || word == "--requirement" || word == "-c" || word == "--constraint")
    return "put the lines of that file here: an environment is made from one file";
  if (word == "-e" || word == "--editable")
    return "a folder cannot be installed: build a wheel and give its folder in PIP_FIND_LINKS";
  constexpr std::array kPlaces{"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index"};
  if (std::find(kPlaces.begin(), kPlaces.end(), word) != kPlaces.end())
    return "where packages come from is the machine's affair: set PIP_INDEX_URL or PIP_FIND_LINKS";
  return fmt::format("the option {} has no use here: remove it", word);
}

}  // namespace

std::optional<std::string> why_bad_requirement(std::string_view line) {
  if (line.starts_with('-')) return why_bad_option(line);
  const auto name = leading_name(line);
  const bool is_place = line.find("://") != std::string_view::npos || line.starts_with('.') ||
                        line.starts_with('/') || line.ends_with(".whl") || line.ends_with(".gz");
  if (is_place && line.find('@') == std::string_view::npos)
    return "packages come from the package index, not from a URL or path: write a name and a version";
  if (name.empty()) return fmt::format("\"{}\" does not start with a package's name", line);
  return why_bad_rest(name, line.substr(name.size()));
}

std::optional<Error> why_bad_requirements(std::string_view text, std::string_view source) {
  int number = 0;
  int found = 0;
  std::string logical;
  int begun = 1;
  for (const auto& physical : split(text, '\n')) {
    ++number;
    if (logical.empty()) begun = number;
    const auto line = trimmed(physical);
    if (line.ends_with('\\')) {
      logical += line.substr(0, line.size() - 1);
      logical += ' ';
      continue;
    }
    logical += line;
    const auto said = without_comment(trimmed(logical));
    logical.clear();
    if (said.empty()) continue;
    ++found;
    if (const auto why = why_bad_requirement(said))
      return Error{ErrorKind::invalid, fmt::format("{}, line {}: {}", source, begun, *why)};
  }
  if (!trimmed(logical).empty())
    return Error{ErrorKind::invalid, fmt::format("{}, line {}: the file ends after a '\\'", source, number)};
  if (found == 0)
    return Error{ErrorKind::invalid,
                 fmt::format("{} names no package: write one a line, as in \"numpy==1.24.4\"", source)};
  return std::nullopt;
}

base::Result<std::vector<Package>> packages_of_lock(std::string_view lock) {
  std::vector<Package> packages;
  bool has_hash = true;
  int number = 0;
  const auto wrong = [&](std::string_view why) {
    return base::invalid(fmt::format("the lock, line {}: {}", number, why));
  };
  for (const auto& physical : split(lock, '\n')) {
    ++number;
    auto line = trimmed(physical);
    if (line.ends_with('\\')) line = trimmed(line.substr(0, line.size() - 1));
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("--hash=sha256:")) {
      if (packages.empty()) return wrong("a hash before any package");
      has_hash = true;
      continue;
    }
    if (!has_hash) return wrong(fmt::format("{} has no hash", packages.back().name));
    const auto name = leading_name(line);
    const auto rest = line.substr(name.size());
    if (name.empty() || !rest.starts_with("==")) return wrong("this is no pinned package");
    const auto version = rest.substr(2, rest.find_first_of(" ;", 2) - 2);
    packages.push_back({std::string(name), std::string(version)});
    has_hash = line.find("--hash=sha256:") != std::string_view::npos;
  }
  if (packages.empty()) return wrong("it holds no package");
  if (!has_hash) return wrong(fmt::format("{} has no hash", packages.back().name));
  std::sort(packages.begin(), packages.end(),
            [](const Package& a, const Package& b) { return a.name < b.name; });
  return packages;
}

std::optional<Package> package_with(std::string_view lock, std::string_view hash) {
  const auto wanted = fmt::format("--hash=sha256:{}", hash);
  std::string_view pin;
  for (auto rest = lock; !rest.empty(); rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1)) {
    const auto line = rest.substr(0, rest.find('\n'));
    if (!leading_name(line).empty() && line.front() != '-') pin = line;
    if (line.find(wanted) == std::string_view::npos || pin.empty()) continue;
    const auto name = leading_name(pin);
    const auto version = pin.substr(std::min(name.size() + 2, pin.size()));
    return Package{std::string(name), std::string(version.substr(0, version.find_first_of(" ;")))};
  }
  return std::nullopt;
}

std::string hash_of(std::string_view lock, std::string_view python_version, std::string_view platform) {
  return base::sha256_hex(fmt::format("{}\n{}\n{}", python_version, platform, lock)).substr(0, 32);
}

bool is_hash(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Of "https://user:word@host/" the part before the '@' goes.
std::string without_credentials(std::string_view line) {
  std::string clean;
  while (true) {
    const auto at = line.find("://");
    if (at == std::string_view::npos) return clean += line;
    const auto rest = line.substr(at + 3);
    const auto end = std::min(rest.find_first_of("/ \t'\"`)"), rest.size());
    const auto sign = rest.substr(0, end).rfind('@');
    clean += line.substr(0, at + 3);
    line = sign == std::string_view::npos ? rest : rest.substr(sign + 1);
  }
}

}  // namespace environments
