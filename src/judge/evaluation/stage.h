// The folders on the host from which cells are furnished: copies that nobody changes any more, links refused.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "judge/evaluation/evaluation.h"
#include "machine/sandbox/sandbox.h"

namespace evaluation {

// What the preparation cell sees: the whole kit but its submissions, with `data` in the place of the kit's
// own.
base::Result<std::vector<sandbox::Mount>> mounts_for_preparation(const ProblemSource& source);

// Where a path relative to the kit's root lies on the host, `data/...` below HIDDEN where that is given.
struct HostPath {
  std::filesystem::path root, relative;
};
HostPath host_path(const ProblemSource& source, const std::string& relative);

// A problem's stage: problem.py, external_imports/, and the files that X or kit.toml names, each copied once.
class Stage {
 public:
  static base::Result<Stage> make(const ProblemSource& source);

  // Copies files (relative to the kit's root, as the kit's own code named them: nothing of it is believed)
  // into the store; fails with `invalid` on a path that leaves the kit, a link, or an unreadable file.
  base::Result<void> store(const ProblemSource& source, const std::vector<std::string>& files);

  // problem.py and external_imports/ for cells and for the problem's zygote.
  std::vector<sandbox::Mount> code_mounts() const;

  const std::filesystem::path& code_folder() const { return code_; }
  const std::filesystem::path& store_folder() const { return store_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  explicit Stage(base::TemporaryFolder folder);
  base::TemporaryFolder folder_;
  std::filesystem::path code_;
  std::filesystem::path store_;
};

// A copy of a submission's files, readable by cells. Fails with `invalid` (a link, too large, nothing in it).
base::Result<base::TemporaryFolder> stage_submission(const Submission& submission, const kit::Limits& limits);

// One cell's own tree of data files: hard links into the store, so that files may appear after the fit.
class CellFiles {
 public:
  static base::Result<CellFiles> make(const Stage& stage, const std::vector<std::string>& now,
                                      const std::vector<std::string>& later);
  base::Result<void> reveal(const Stage& stage, const std::vector<std::string>& files);
  // Lets the cell see a submission's staged files at submissions/NAME, from now on.
  base::Result<void> show_submission(const std::string& name, const std::filesystem::path& folder);
  std::vector<sandbox::Mount> mounts() const;  // one for each entry at the top of the tree

 private:
  explicit CellFiles(base::TemporaryFolder folder) : folder_(std::move(folder)) {}
  base::TemporaryFolder folder_;
};

}  // namespace evaluation
