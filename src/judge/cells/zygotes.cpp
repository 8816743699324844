#include "judge/cells/zygotes.h"

#include <chrono>

namespace cells {
namespace {

sandbox::ZygoteSpec spec_for(const environments::Environment& environment) {
  sandbox::ZygoteSpec spec;
  spec.python = environment.python;
  spec.mounts = {{environment.folder, environment.folder.string()}};
  if (environment.prefix != "/usr") spec.mounts.push_back({environment.prefix, environment.prefix.string()});
  spec.preload = {"agora_cell.workshop"};
  return spec;
}

}  // namespace

bool Zygotes::is_usable(const Opened& opened) const {
  if (opened.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return true;
  return opened.get() && (*opened.get())->is_alive();
}

base::Result<std::shared_ptr<sandbox::Cell>> Zygotes::of(const environments::Environment& environment) {
  std::promise<base::Result<std::shared_ptr<sandbox::Cell>>> promise;
  std::unique_lock lock(guard_);
  const auto found = opened_.find(environment.hash);
  if (found != opened_.end() && is_usable(found->second)) {
    const auto opened = found->second;
    lock.unlock();
    return opened.get();
  }
  opened_.insert_or_assign(environment.hash, promise.get_future().share());
  lock.unlock();
  auto opened = warden_.open_zygote(spec_for(environment));
  base::Result<std::shared_ptr<sandbox::Cell>> zygote = tl::unexpected(base::Error{});
  if (opened)
    zygote = std::shared_ptr<sandbox::Cell>(std::move(*opened));
  else
    zygote = tl::unexpected(opened.error());
  promise.set_value(zygote);
  return zygote;
}

}  // namespace cells
