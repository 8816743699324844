// Kills a cell as soon as `stop` is asked, as long as the value lives.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>

#include "machine/sandbox/sandbox.h"

namespace evaluation {

class Leash {
 public:
  Leash() = default;
  // The cell must live longer; std::stop_callback's end waits for a call that is on its way.
  Leash(sandbox::Cell& cell, const std::stop_token& stop)
      : callback_(std::make_unique<Callback>(stop, [&cell] { cell.cancel(); })) {}

 private:
  using Callback = std::stop_callback<std::function<void()>>;
  std::unique_ptr<Callback> callback_;
};

}  // namespace evaluation
