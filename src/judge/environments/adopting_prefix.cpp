// A prefix: bin/python, lib/pythonX.Y/site-packages, and what the two point to.
#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "base/files.h"
#include "judge/environments/adopting.h"
#include "judge/environments/text.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

fs::path python_in(const fs::path& prefix) {
  for (const auto* name : {"python", "python3"})
    if (const auto path = prefix / "bin" / name; ::access(path.c_str(), X_OK) == 0) return path;
  return {};
}

// pyvenv.cfg: "include-system-site-packages = true".
bool sees_base_packages(const fs::path& prefix) {
  const auto text = base::read_file(prefix / "pyvenv.cfg", 1u << 16);
  if (!text) return false;
  for (const auto& line : split(*text, '\n')) {
    const auto at = line.find('=');
    if (at == std::string::npos) continue;
    if (trimmed(std::string_view(line).substr(0, at)) == "include-system-site-packages")
      return trimmed(std::string_view(line).substr(at + 1)) == "true";
  }
  return false;
}

void add_folders(const fs::path& prefix, const std::string& python, std::vector<fs::path>& folders) {
  std::vector<fs::path> wanted{prefix / "lib" / python / "site-packages"};
  if (prefix == "/usr")
    wanted = {fs::path("/usr/local/lib") / python / "dist-packages", "/usr/lib/python3/dist-packages"};
  for (const auto& folder : wanted)
    if (is_folder(folder)) folders.push_back(folder);
}

// A .pth file may name folders to look through: an editable install does. Its lines of code are not followed.
void follow_paths(Standing& standing) {
  const auto folders = standing.folders;
  for (const auto& folder : folders) {
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
      if (entry->path().extension() != ".pth") continue;
      const auto text = base::read_file(entry->path(), 1u << 20);
      for (const auto& line : split(text.value_or(""), '\n')) {
        const fs::path named = (folder / std::string(trimmed(line))).lexically_normal();
        if (trimmed(line).empty() || trimmed(line).starts_with('#') || !is_folder(named)) continue;
        standing.folders.push_back(named);
        standing.beside.push_back(named);
      }
    }
  }
}

}  // namespace

base::Result<Standing> look_at_prefix(const fs::path& given) {
  std::error_code failed;
  const auto prefix = fs::canonical(given, failed);
  if (failed) return base::not_found(fmt::format("there is no folder {}", given.string()));
  const auto python = python_in(prefix);
  if (python.empty())
    return base::invalid(fmt::format(
        "{} has no bin/python: name the folder of a virtual environment or of an environment of conda",
        prefix.string()));
  auto interpreter = ask_interpreter(python);
  if (!interpreter) return tl::unexpected(interpreter.error());
  Standing standing;
  standing.interpreter = *interpreter;
  standing.python = python;
  const auto minor = fmt::format("python{}", interpreter->version.substr(0, interpreter->version.rfind('.')));
  add_folders(prefix, minor, standing.folders);
  if (interpreter->prefix != prefix && sees_base_packages(prefix))
    add_folders(interpreter->prefix, minor, standing.folders);
  if (standing.folders.empty())
    return base::invalid(
        fmt::format("{} has no lib/{}/site-packages: nothing is installed there", prefix.string(), minor));
  standing.beside = {prefix, interpreter->prefix, interpreter->executable.parent_path()};
  follow_paths(standing);
  return standing;
}

}  // namespace environments
