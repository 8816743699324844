#include "judge/evaluation/paths.h"

#include <array>
#include <cctype>

namespace evaluation {
namespace {

// "3.11" of "3.11.2"
std::string_view minor_of(std::string_view version) {
  const auto first = version.find('.');
  return first == std::string_view::npos ? version : version.substr(0, version.find('.', first + 1));
}

// Whether a path that begins behind `before` is whole: "/usr/lib" in "/home/usr/lib" is the end of another
// one.
bool begins_path(std::string_view before) {
  if (before.empty()) return true;
  const char last = before.back();
  return std::isalnum(static_cast<unsigned char>(last)) == 0 &&
         std::string_view("_.-/").find(last) == std::string_view::npos;
}

std::string replaced(std::string_view text, std::string_view path, std::string_view name) {
  std::string shown;
  for (auto found = text.find(path); found != std::string_view::npos; found = text.find(path)) {
    const bool whole = begins_path(text.substr(0, found));
    shown.append(text.substr(0, found)).append(whole ? name : path);
    text.remove_prefix(found + path.size());
  }
  return shown.append(text);
}

}  // namespace

std::string with_short_paths(std::string_view text, const environments::Environment& environment) {
  const auto python = "python" + std::string(minor_of(environment.python_version)) + "/";
  const std::array<std::array<std::string, 2>, 3> names{
      {{environment.site_packages.string() + "/", "site-packages/"},
       {(environment.prefix / "lib" / python).string(), python},
       {environment.folder.string() + "/", ""}}};
  std::string shown(text);
  for (const auto& [path, name] : names)
    if (path.size() > 1) shown = replaced(shown, path, name);
  return shown;
}

Failure with_short_paths(Failure failure, const environments::Environment& environment) {
  failure.message = with_short_paths(failure.message, environment);
  failure.traceback = with_short_paths(failure.traceback, environment);
  return failure;
}

}  // namespace evaluation
