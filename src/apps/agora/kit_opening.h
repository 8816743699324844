// What `agora kit ...` commands do before they start: find the kit, read it, find the submission.
#pragma once
#include <filesystem>
#include <string>

#include "judge/evaluation/evaluation.h"

namespace agora {

struct OpenedKit {
  std::filesystem::path folder;
  std::string name;  // the folder's
  kit::Kit facts;
  std::vector<kit::Finding> findings;
};

// Fails with `not_found` where there is no such folder, with `invalid` listing the errors that the kit room
// found.
base::Result<OpenedKit> open_kit(const std::filesystem::path& folder);

// NAME below submissions/, or a path to a folder. Fails with `not_found`, listing what there is.
base::Result<evaluation::Submission> find_submission(const OpenedKit& kit, const std::string& name_or_path);

}  // namespace agora
