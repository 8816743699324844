// What the room is made of, for its own files.
#pragma once
#include <mutex>

#include "features/compute/store.h"

namespace compute {

struct Parts {
  storage::Database database;
  Settings settings;
  std::mutex looking{};
  base::Instant looked{};  // at what lies on this machine
  bool has_told = true;    // what events use, at the last look
};

// What uses it; fails as the hook does.
base::Result<std::vector<Use>> uses_of(const Parts& parts, storage::Session& session,
                                       const KeptEnvironment& kept, base::Instant now);

// Asked for: written and enqueued, with the line of the audit log. Fails with `invalid` where the source is
// wrong, `conflict` where the name is taken.
base::Result<KeptEnvironment> ask_for(Parts& parts, const environments::Recipe& recipe, people::Act act,
                                      base::Instant now);
base::Result<KeptEnvironment> ask_for_check(Parts& parts, std::string_view name, people::Act act,
                                            base::Instant now);
// For the machine's own commands: what events use now.
base::Result<void> tell_wants(const Parts& parts, base::Instant now);
// By a job, where it is time.
base::Result<void> ask_for_tidying(Parts& parts, base::Instant now);
// Takes it off the disk, where nothing uses it. Fails with `conflict`, saying what does.
base::Result<void> retire(Parts& parts, std::string_view name, people::Act act, base::Instant now);

}  // namespace compute
