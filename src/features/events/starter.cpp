#include "features/events/starter.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"

namespace events {
namespace {

constexpr std::string_view kReadme = "README.md";
constexpr std::string_view kSubmission = "submissions/starting_kit/";

bool is_noise(std::string_view path) {
  return path.find("__pycache__/") != std::string_view::npos || path.ends_with(".pyc") ||
         path.find("/.") != std::string_view::npos || path.starts_with('.');
}

struct Ending {
  std::string_view ending, type;
};
constexpr Ending kTypes[] = {
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".svg", "image/svg+xml"},
    {".pdf", "application/pdf"},
    {".csv", "text/csv; charset=utf-8"},
    {".tsv", "text/tab-separated-values; charset=utf-8"},
    {".json", "application/json"},
    {".ipynb", "application/json"},
    {".md", "text/markdown; charset=utf-8"},
    {".py", "text/plain; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".toml", "text/plain; charset=utf-8"},
    {".yml", "text/plain; charset=utf-8"},
    {".yaml", "text/plain; charset=utf-8"},
    {".html", "text/plain; charset=utf-8"},
    {"LICENSE", "text/plain; charset=utf-8"},
};

}  // namespace

std::string_view role_of(std::string_view path, std::string_view statement) {
  if (path.starts_with("data/")) return "data";
  if (path.starts_with(kSubmission)) return "starter";
  if (path == "problem.py" || path == "kit.toml") return "problem";
  if (path == "statement.md" || (!statement.empty() && path == statement)) return "statement";
  return path.ends_with(".ipynb") ? "notebook" : "other";
}

std::string_view content_type_of(std::string_view path) {
  const auto* const found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                         [&](const Ending& row) { return path.ends_with(row.ending); });
  return found == std::end(kTypes) ? "application/octet-stream" : found->type;
}

bool belongs_to_starter(std::string_view path, const std::vector<std::string>& more) {
  if (is_noise(path)) return false;
  if (path.find('/') == std::string_view::npos) {
    if (path == kReadme) return false;  // ours takes its place
    for (const auto* name :
         {"problem.py", "kit.toml", "statement.md", "requirements.txt", "environment.yml", "LICENSE"})
      if (path == name) return true;
    if (path.ends_with(".ipynb")) return true;
  }
  if (path.starts_with("submissions/")) return path.starts_with(kSubmission);
  return path.starts_with("data/") || path.starts_with("external_imports/") ||
         std::find(more.begin(), more.end(), path) != more.end();
}

std::string starter_readme(const StarterFacts& facts) {
  std::string files;
  for (const auto& element : facts.elements)
    files += fmt::format("{}`submissions/starting_kit/{}`", files.empty() ? "" : ", ", element);
  return fmt::format(
      "# {title}\n\n"
      "The starter kit of the event `{slug}` on {server}. {data}\n\n"
      "1. Change {files}, or copy the folder `submissions/starting_kit` under another name.\n"
      "2. Try it here, on the public data:\n\n"
      "       agora try submissions/starting_kit\n\n"
      "3. Sign in and join, once:\n\n"
      "       agora login {server}\n"
      "       agora join {slug}\n\n"
      "4. Hand it in, and watch the board:\n\n"
      "       agora submit {slug} submissions/starting_kit --wait\n"
      "       agora board {slug} --watch\n\n"
      "The problem, the rules and the data are described at {server}/events/{slug}. `problem.py` says how "
      "the\n"
      "data is read, split and scored; `ramp-test` works in this folder too.\n",
      fmt::arg("title", facts.title), fmt::arg("slug", facts.slug), fmt::arg("server", facts.server),
      fmt::arg("data",
               facts.is_practice
                   ? "It is for practice: what submissions are scored on is the data in `data/`."
                   : "The data in `data/` is public; what submissions are trained and scored on stays "
                     "on the server."),
      fmt::arg("files", files.empty() ? "the files in `submissions/starting_kit`" : files));
}

base::Result<std::vector<base::FileToPack>> starter_files(const std::filesystem::path& kit,
                                                          const std::vector<std::string>& more,
                                                          const std::filesystem::path& readme) {
  auto files = base::files_below(kit);
  if (!files) return files;
  std::erase_if(*files, [&](const base::FileToPack& file) { return !belongs_to_starter(file.path, more); });
  files->push_back({std::string(kReadme), readme});
  return files;
}

base::Result<void> pack_starter(const std::filesystem::path& kit, const StarterFacts& facts,
                                const std::vector<std::string>& more, const std::filesystem::path& target) {
  const auto scratch = base::TemporaryFolder::make("agora-starter");
  if (!scratch) return tl::unexpected(scratch.error());
  const auto readme = scratch->path() / kReadme;
  if (auto written = base::write_file(readme, starter_readme(facts)); !written) return written;
  auto files = starter_files(kit, more, readme);
  if (!files) return tl::unexpected(files.error());
  return base::pack_zip(std::move(*files), target);
}

}  // namespace events
