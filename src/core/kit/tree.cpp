#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "core/kit/lints.h"

namespace kit {
namespace {

constexpr std::uint64_t kLargeFile = 100'000'000;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool in_cache(std::string_view path) {
  return path.find("__pycache__/") != std::string_view::npos || path.ends_with(".pyc") ||
         path.find(".ipynb_checkpoints/") != std::string_view::npos;
}

// `.git` and the like are no part of a kit.
bool in_version_control(std::string_view path) {
  return path.starts_with(".git/") || path.starts_with(".hg/") || path.starts_with(".svn/");
}

bool looks_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames{".env",     "id_rsa",      "id_dsa",
                                                          "id_ecdsa", "id_ed25519",  ".netrc",
                                                          ".pgpass",  "kaggle.json", "credentials.json"};
  static constexpr std::array<std::string_view, 5> kEndings{".pem", ".key", ".p12", ".pfx", ".kdbx"};
  return name.starts_with(".env.") || std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return name.ends_with(ending); });
}

bool looks_like_truth(std::string_view path) {
  static constexpr std::array<std::string_view, 5> kHints{"solution", "y_test", "labels_test", "truth",
                                                          "reference_data"};
  return std::any_of(kHints.begin(), kHints.end(),
                     [&](auto hint) { return path.find(hint) != std::string_view::npos; });
}

void lint_entry(const Entry& entry, Findings& findings) {
  const auto name = lower(base_name(entry.path));
  if (entry.is_link)
    return add(findings, Weight::error, entry.path, 0, "this is a link, and cells follow none",
               "put the file itself in its place");
  if (in_cache(entry.path)) return;
  if (entry.size > kLargeFile)
    add(findings, Weight::note, entry.path, 0, fmt::format("a file of {} MB", entry.size / 1'000'000),
        "compress it, or keep only what the kit reads");
  if (looks_secret(name))
    add(findings, Weight::warning, entry.path, 0, "this looks like a secret, and a kit is handed out",
        "remove it, and change the secret if the kit was handed out before");
  if (!entry.path.starts_with("data/") && looks_like_truth(lower(entry.path)))
    add(findings, Weight::warning, entry.path, 0, "its name says that it holds truth, and it is public",
        "move it below data/, or rename it if it holds none");
}

void lint_submissions(const Kit& kit, const Tree& tree, Findings& findings) {
  if (kit.submissions.empty())
    return add(findings, Weight::error, "", 0, "there is no submission below submissions/",
               "add submissions/starting_kit/: `agora kit run` needs one");
  if (!std::binary_search(kit.submissions.begin(), kit.submissions.end(), "starting_kit"))
    add(findings, Weight::error, "submissions", 0, "there is no submissions/starting_kit",
        "add it: `agora kit run` needs one");
  for (const auto& name : kit.submissions) {
    const auto folder = "submissions/" + name + "/";
    const bool any = std::any_of(tree.entries.begin(), tree.entries.end(), [&](const Entry& e) {
      return e.path.starts_with(folder) && e.path != folder && !in_cache(e.path);
    });
    if (!any)
      add(findings, name == "starting_kit" ? Weight::error : Weight::warning, "submissions/" + name, 0,
          "this submission's folder is empty",
          "add the files that the workflow asks for, or remove the folder");
  }
}

// What is wrong with a submission in the kit ends that submission, not the kit.
void lint_submission_files(const Kit& kit, const Tree& tree, Findings& findings) {
  for (const auto& name : kit.submissions) {
    const auto folder = "submissions/" + name + "/";
    Tree part;
    for (const auto& entry : tree.entries)
      if (entry.path.starts_with(folder) && entry.path != folder && !entry.is_link && !in_cache(entry.path))
        part.entries.push_back({entry.path.substr(folder.size()), entry.size, false});
    if (part.entries.empty()) continue;
    for (auto text = tree.texts.lower_bound(folder);
         text != tree.texts.end() && text->first.starts_with(folder); ++text)
      part.texts.emplace(text->first.substr(folder.size()), text->second);
    for (auto finding : lint_submission(kit, part)) {
      if (finding.weight == Weight::error) finding.weight = Weight::warning;
      finding.file = finding.file.empty() ? "submissions/" + name : folder + finding.file;
      findings.push_back(std::move(finding));
    }
  }
}

void lint_surroundings(const Kit& kit, const Tree& tree, Findings& findings) {
  const bool has_toml = find_entry(tree, "kit.toml") != nullptr;
  if (kit.statement == "statement.md" && find_entry(tree, kit.statement) == nullptr)
    add(findings, Weight::warning, "", 0, "there is no statement",
        "write statement.md: the question, the data with units, the metric and why");
  if (!holds_below(tree, "data"))
    add(findings, Weight::warning, "", 0, "there is no data/", "`agora kit run` then works with --data only");
  if (find_entry(tree, "requirements.txt") != nullptr && kit.environment == "default")
    add(findings, Weight::note, "requirements.txt", 0,
        "these requirements are not read: the kit asks for the default environment",
        fmt::format("`agora env create NAME --requirements requirements.txt`, and environment = \"NAME\" in "
                    "{}kit.toml",
                    has_toml ? "" : "a new "));
  const auto cache =
      std::find_if(tree.entries.begin(), tree.entries.end(), [](const Entry& e) { return in_cache(e.path); });
  if (cache != tree.entries.end())
    add(findings, Weight::note, cache->path, 0, "Python's and notebooks' leftovers are in the kit",
        "remove the folders __pycache__ and .ipynb_checkpoints");
}

}  // namespace

void list_submissions(Kit& kit, const Tree& tree) {
  static constexpr std::string_view kFolder = "submissions/";
  std::set<std::string> names;
  for (const auto& entry : tree.entries) {
    if (!entry.path.starts_with(kFolder)) continue;
    const auto rest = std::string_view(entry.path).substr(kFolder.size());
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos && slash > 0 && !in_cache(rest.substr(0, slash + 1)))
      names.emplace(rest.substr(0, slash));
  }
  kit.submissions.assign(names.begin(), names.end());
}

void lint_tree(const Kit& kit, const Tree& tree, Findings& findings) {
  for (const auto& entry : tree.entries)
    if (!in_version_control(entry.path)) lint_entry(entry, findings);
  if (kit.form != Form::ramp) return;
  lint_submissions(kit, tree, findings);
  lint_submission_files(kit, tree, findings);
  lint_surroundings(kit, tree, findings);
}

}  // namespace kit
