// The pure decisions: names, requirements, locks, and what the installer's words mean.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "judge/environments/environments.h"

namespace environments {

std::optional<base::Error> why_bad_name(std::string_view name);

// Accepts package names with versions, extras and markers. Refuses, naming source and line, what would be
// fetched from elsewhere than the index or would run code: URLs, paths, -e, -r, index options.
std::optional<base::Error> why_bad_requirements(std::string_view text, std::string_view source);

// The same of one logical line without a comment: in words, without its place.
std::optional<std::string> why_bad_requirement(std::string_view line);

// Fails with `invalid` on a line that is no pinned package, or a package without a hash.
base::Result<std::vector<Package>> packages_of_lock(std::string_view lock);

// 32 hexadecimal digits.
std::string hash_of(std::string_view lock, std::string_view python_version, std::string_view platform);
bool is_hash(std::string_view text);

// Requirements and where their lines stand in the file that somebody wrote.
struct Written {
  std::string_view requirements;
  std::string_view source;
  std::span<const int> lines{};  // of the source, by line of the requirements; empty: the same
  int line_in_source(int line) const {
    const auto index = static_cast<std::size_t>(line) - 1;
    return index < lines.size() ? lines[index] : line;
  }
};

// Whether packages without a wheel were looked for as source.
enum class Sources { unasked, asked };

// What the installer's failure means for the person who wrote the source.
base::Error explain(std::string_view output, const Written& written, Sources sources = Sources::unasked);

// The packages that the installer's failure says have no wheel that fits, as the index calls them.
std::vector<std::string> without_wheels(std::string_view output);

// "r.txt, line 3" where a line asks for the package, else that another one needs it.
std::string place_of(std::string_view package, const Written& written);

// The package of a lock that has this SHA-256 among its hashes.
std::optional<Package> package_with(std::string_view lock, std::string_view hash);

// A line for a log: without what an address says of a user and a password.
std::string without_credentials(std::string_view line);

std::string_view default_lock();

}  // namespace environments
