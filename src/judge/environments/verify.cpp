// Reads an environment's files again and compares them with what their packages' RECORD files say.
#include <cerrno>

#include <fmt/format.h>

#include "base/files.h"
#include "base/hash.h"
#include "judge/environments/adopting.h"
#include "judge/environments/interpreter.h"
#include "judge/environments/rules.h"
#include "judge/environments/store.h"
#include "judge/environments/text.h"

namespace environments {
namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

Error broken(const Environment& environment, std::string_view why) {
  return {ErrorKind::internal, fmt::format("the environment {} is broken: {}. Remove {} and make it again",
                                           environment.name, why, environment.folder.string())};
}

// RECORD writes a digest in base 64 with '-' and '_' and without padding.
std::string hex_of(std::string_view base64) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string hex;
  unsigned bits = 0;
  int held = 0;
  for (const char c : base64) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xFFFF;
    held += 6;
    if (held >= 8) {
      held -= 8;
      hex += fmt::format("{:02x}", bits >> held & 0xFF);
    }
  }
  return hex;
}

struct Entry {
  std::string path;
  std::string digest;  // hexadecimal; empty where RECORD has none
};

// A line is PATH,sha256=DIGEST,SIZE; a path with a comma or a quote is quoted.
Entry entry_of(std::string_view line) {
  Entry entry;
  std::size_t at = 0;
  if (line.starts_with('"')) {
    for (at = 1; at < line.size(); ++at) {
      if (line[at] == '"' && at + 1 < line.size() && line[at + 1] == '"')
        ++at;
      else if (line[at] == '"')
        break;
      entry.path += line[at];
    }
    at = std::min(at + 1, line.size());
  } else {
    at = std::min(line.find(','), line.size());
    entry.path = line.substr(0, at);
  }
  constexpr std::string_view kKind = ",sha256=";
  const auto rest = line.substr(at);
  if (rest.starts_with(kKind))
    entry.digest = hex_of(rest.substr(kKind.size(), rest.find(',', 1) - kKind.size()));
  return entry;
}

std::optional<std::string> why_bad_record(const Environment& environment, const fs::path& record) {
  const auto text = base::read_file(record, 256u << 20);
  if (!text) return fmt::format("{} cannot be read", record.string());
  for (const auto& physical : split(*text, '\n')) {
    const auto entry = entry_of(trimmed(physical));
    if (entry.path.empty() || entry.path.ends_with(".pyc")) continue;
    const auto file = (environment.site_packages / entry.path).lexically_normal();
    if (!file.string().starts_with(environment.folder.string() + "/"))
      return fmt::format("{} names a file outside of it, {}", record.string(), entry.path);
    std::error_code failed;
    if (!fs::is_regular_file(fs::symlink_status(file, failed)))
      return fmt::format("{} is missing", file.string());
    if (entry.digest.empty()) continue;
    const auto digest = base::sha256_of_file(file);
    if (!digest) return digest.error().message;
    if (*digest != entry.digest) return fmt::format("{} is not the file that was installed", file.string());
  }
  return std::nullopt;
}

std::optional<std::string> why_bad_files(const Environment& environment) {
  std::size_t records = 0;
  std::error_code failed;
  for (fs::directory_iterator entry(environment.site_packages, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().extension() != ".dist-info") continue;
    ++records;
    if (auto why = why_bad_record(environment, entry->path() / "RECORD")) return why;
  }
  if (failed) return fmt::format("{}: {}", environment.site_packages.string(), failed.message());
  if (records != environment.packages.size())
    return fmt::format("it holds {} packages, and its lock names {}", records, environment.packages.size());
  return std::nullopt;
}

}  // namespace

std::optional<Error> why_bad_interpreter(const Environment& environment) {
  const auto now = ask_interpreter(environment.python);
  if (!now) return broken(environment, now.error().message);
  if (now->version != environment.python_version)
    return Error{
        ErrorKind::unavailable,
        fmt::format("the environment {} was made for Python {}, and {} is now {}: create it again under "
                    "another name",
                    environment.name, environment.python_version, environment.interpreter.string(),
                    now->version)};
  return std::nullopt;
}

std::optional<Error> why_not_as_adopted(const Environment& environment) {
  const auto why = why_changed(environment);
  if (!why) return std::nullopt;
  return Error{
      ErrorKind::unavailable,
      fmt::format("the environment {} is no longer what was adopted: {}. Adopt it again under another name",
                  environment.name, *why)};
}

std::optional<Error> why_broken(const Environment& environment) {
  if (hash_of(environment.lock, environment.python_version, environment.platform) != environment.hash)
    return broken(environment, "its lock is not the one that it is named by");
  if (auto why = why_bad_interpreter(environment)) return why;
  if (stands_by_itself(environment.kind)) return why_not_as_adopted(environment);
  if (auto why = why_bad_files(environment)) return broken(environment, *why);
  return std::nullopt;
}

}  // namespace environments
