#include <algorithm>

#include <fmt/format.h>

#include "features/submissions/parts.h"
#include "features/submissions/rules.h"
#include "features/submissions/store_folder.h"

namespace submissions {
namespace {

// A submission as the kit room lints it.
kit::Tree tree_of(const std::vector<File>& files) {
  kit::Tree tree;
  for (const auto& file : files) {
    tree.entries.push_back({file.path, file.bytes.size(), false});
    if (file.path.ends_with(".py")) tree.texts[file.path] = file.bytes;
  }
  return tree;
}

std::optional<base::Error> why_not_these_files(const std::vector<File>& files, const Problem& problem) {
  std::vector<std::string_view> paths;
  for (const auto& file : files) {
    if (auto why = why_no_path(file.path)) return why;
    paths.push_back(file.path);
  }
  std::sort(paths.begin(), paths.end());
  if (const auto twice = std::adjacent_find(paths.begin(), paths.end()); twice != paths.end())
    return base::Error{base::ErrorKind::invalid,
                       fmt::format("{} is there twice: send each file once", *twice)};
  for (const auto& element : problem.elements)
    if (!std::binary_search(paths.begin(), paths.end(), std::string_view(element)))
      return base::Error{
          base::ErrorKind::invalid,
          fmt::format("the submission has no {}: the problem asks for it, the starting kit shows one",
                      element)};
  return std::nullopt;
}

std::optional<base::Error> why_not_linted(const std::vector<File>& files, const Problem& problem) {
  kit::Kit facts;
  facts.limits.submission_bytes = problem.submission_bytes;
  for (const auto& finding : kit::lint_submission(facts, tree_of(files)))
    if (finding.weight == kit::Weight::error)
      return base::Error{base::ErrorKind::invalid, kit::to_text(finding)};
  return std::nullopt;
}

}  // namespace

Room::Room(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Room::~Room() = default;

base::Result<std::unique_ptr<Room>> Room::open(const storage::Database& database, Settings settings,
                                               std::vector<Contest> contests) {
  auto blobs = blobs::Store::open(settings.folder / "blobs");
  if (!blobs) return tl::unexpected(blobs.error());
  if (auto claimed = claim_folder(database, settings.folder); !claimed)
    return tl::unexpected(claimed.error());
  auto kits = Kits::open(*blobs, settings.folder / "problems");
  if (!kits) return tl::unexpected(kits.error());
  auto judges =
      std::make_unique<Judges>(settings.home, settings.warden, settings.prepared, settings.prepared_bytes);
  auto parts = std::unique_ptr<Parts>(new Parts{.database = database,
                                                .settings = std::move(settings),
                                                .contests = std::move(contests),
                                                .blobs = std::move(*blobs),
                                                .kits = std::move(*kits),
                                                .judges = std::move(judges)});
  return std::unique_ptr<Room>(new Room(std::move(parts)));
}

base::Result<void> check_files(Parts& parts, const ProblemId& id, const std::vector<File>& files) {
  auto problem =
      storage::read(parts.database, [&](storage::Snapshot& seen) { return expect_problem(seen, id); });
  if (!problem) return tl::unexpected(problem.error());
  if (problem->problem.state != ProblemState::ready)
    return base::conflict(fmt::format("the problem is {}: submissions can be handed in once it is ready",
                                      word_for(problem->problem.state)));
  if (auto why = why_not_these_files(files, problem->problem)) return tl::unexpected(*why);
  if (auto why = why_not_linted(files, problem->problem)) return tl::unexpected(*why);
  return {};
}

base::Result<void> Room::keep_files(const NewSubmission& submission) {
  if (auto why = why_no_name(submission.name)) return tl::unexpected(*why);
  if (auto checked = check_files(*parts_, submission.problem, submission.files); !checked) return checked;
  for (const auto& file : submission.files)
    if (auto kept = parts_->blobs.put(file.bytes); !kept) return tl::unexpected(kept.error());
  return {};
}

base::Result<base::json::value> Room::view(storage::Session& session, const Submission& submission,
                                           const Sight& sight, base::Instant now) {
  return submissions::view(*parts_, session, submission, sight, now);
}

base::Result<std::filesystem::path> Room::kit_folder(const Problem& problem) {
  return parts_->kits.folder_of(problem.kit_hash, Side::kit);
}

}  // namespace submissions
