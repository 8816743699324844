// What a host's findings come to: how well cells are held, and what would hold them better.
#include <fmt/format.h>

#include "machine/sandbox/sandbox.h"

namespace sandbox {
namespace {

constexpr std::string_view kDelegate =
    "delegate a cgroup with memory and pids to it (systemd: Delegate=yes and DelegateSubgroup=agora in the "
    "unit, or systemd-run --user --scope -p Delegate=yes)";
constexpr std::string_view kSecondVersion = "boot with systemd.unified_cgroup_hierarchy=1";

}  // namespace

Tier tier_of(const Host& host) {
  if (!host.can_isolate) return Tier::refused;
  if (host.accounting == Accounting::cgroup_v2) return Tier::cgroup_v2;
  return host.accounting == Accounting::cgroup_v1 ? Tier::cgroup_v1 : Tier::none;
}

std::string_view word_for(Tier tier) {
  switch (tier) {
    case Tier::cgroup_v2:
      return "cgroup_v2";
    case Tier::cgroup_v1:
      return "cgroup_v1";
    case Tier::none:
      return "none";
    case Tier::refused:
      break;
  }
  return "refused";
}

std::string tier_in_words(const Host& host) {
  const auto who = host.as_root ? "root" : "rootless";
  switch (tier_of(host)) {
    case Tier::cgroup_v2:
      return fmt::format("cgroup v2, delegated ({})", who);
    case Tier::cgroup_v1:
      return fmt::format("cgroup v1 ({})", who);
    case Tier::none:
      return fmt::format("no cgroup ({})", who);
    case Tier::refused:
      break;
  }
  return fmt::format("refused ({})", who);
}

std::string way_to_better_accounting(const Host& host) {
  if (host.accounting == Accounting::cgroup_v2) return "";
  if (host.accounting == Accounting::cgroup_v1)
    return fmt::format("version 2 also limits swap always and can be given to an ordinary user: {}, then {}",
                       kSecondVersion, kDelegate);
  if (host.mounted == Accounting::none)
    return fmt::format(
        "for exact accounting show it the cgroup filesystem at /sys/fs/cgroup, writable (in a "
        "container too), then {}",
        kDelegate);
  if (host.mounted == Accounting::cgroup_v2) return fmt::format("for exact accounting {}", kDelegate);
  if (host.as_root)
    return "for exact accounting make the memory and pids hierarchies below /sys/fs/cgroup writable to it "
           "(in a "
           "container: mount them so)";
  return fmt::format(
      "for exact accounting run it as root, since version 1 is not for ordinary users; or {}, then {}",
      kSecondVersion, kDelegate);
}

}  // namespace sandbox
