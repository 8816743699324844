// One warm process for each environment in use, opened when it is first asked for.
#pragma once
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "judge/environments/environments.h"
#include "machine/sandbox/sandbox.h"

namespace cells {

class Zygotes {
 public:
  explicit Zygotes(sandbox::Warden& warden) : warden_(warden) {}
  // Waits where another thread is opening it. One that has died is opened anew.
  base::Result<std::shared_ptr<sandbox::Cell>> of(const environments::Environment& environment);

 private:
  using Opened = std::shared_future<base::Result<std::shared_ptr<sandbox::Cell>>>;
  bool is_usable(const Opened& opened) const;

  sandbox::Warden& warden_;
  std::mutex guard_;
  std::map<std::string, Opened> opened_;  // by the environment's hash
};

}  // namespace cells
