// What events use is written where `agora env gc` and `agora env remove` of this machine look.
#include "features/compute/parts.h"
#include "judge/environments/wanted.h"

namespace compute {
namespace {

base::Result<std::vector<environments::Want>> wants_now(const Parts& parts, storage::Session& session,
                                                        base::Instant now) {
  std::vector<environments::Want> wants;
  for (auto& one : environments::all_to_want(parts.settings.home)) {
    const auto& word = one.name.empty() ? one.hash : one.name;
    const auto uses = parts.settings.uses(session, word, word, now);
    if (!uses) return tl::unexpected(uses.error());
    if (!uses->empty()) wants.push_back(std::move(one));
  }
  return wants;
}

}  // namespace

base::Result<void> tell_wants(const Parts& parts, base::Instant now) {
  if (!parts.settings.uses) return {};
  auto wants =
      storage::read(parts.database, [&](storage::Snapshot& seen) { return wants_now(parts, seen, now); });
  if (!wants) return tl::unexpected(wants.error());
  return environments::set_wants(parts.settings.home, parts.settings.center, std::move(*wants));
}

}  // namespace compute
