#include "apps/agora/kit_opening.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace agora {
namespace fs = std::filesystem;

base::Result<OpenedKit> open_kit(const fs::path& folder) {
  auto tree = evaluation::read_tree(folder);
  if (!tree) return tl::unexpected(tree.error());
  // A link in one submission must not stop the others: whoever runs that one is told where it is staged.
  std::erase_if(tree->entries, [](const kit::Entry& entry) {
    return entry.is_link && entry.path.starts_with("submissions/");
  });
  auto reading = kit::read_kit(*tree);
  std::string errors;
  for (const auto& finding : reading.findings) {
    if (finding.weight == kit::Weight::error) errors += "\n  " + kit::to_text(finding);
  }
  if (!reading.kit || !errors.empty())
    return base::invalid(fmt::format("{} is no kit that can run:{}", folder.string(), errors));
  if (reading.kit->form != kit::Form::ramp)
    return base::invalid(fmt::format("{} is a {} kit: this release runs RAMP kits, which have a problem.py",
                                     folder.string(), kit::word_for(reading.kit->form)));
  const auto whole = fs::canonical(folder);
  return OpenedKit{whole, whole.filename().string(), std::move(*reading.kit), std::move(reading.findings)};
}

base::Result<evaluation::Submission> find_submission(const OpenedKit& kit, const std::string& name_or_path) {
  std::error_code failed;
  const bool is_name = !name_or_path.empty() && name_or_path != "." && name_or_path != ".." &&
                       name_or_path.find('/') == std::string::npos;
  if (const auto inside = kit.folder / "submissions" / name_or_path;
      is_name && fs::is_directory(inside, failed))
    return evaluation::Submission{name_or_path, inside};
  if (const auto whole = fs::canonical(name_or_path, failed);
      !name_or_path.empty() && whole.has_filename() && fs::is_directory(whole, failed))
    return evaluation::Submission{whole.filename().string(), whole};
  return base::not_found(fmt::format(
      "there is no submission \"{}\" in {}: there are {}", name_or_path, kit.folder.string(),
      kit.facts.submissions.empty() ? "none" : fmt::format("{}", fmt::join(kit.facts.submissions, ", "))));
}

}  // namespace agora
