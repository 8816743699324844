// Standard output and error of a cell's code, read as they come and up to a cap.
#pragma once
#include <cstdint>

#include "base/files.h"
#include "base/result.h"
#include "judge/cells/cells.h"

namespace cells {

struct Ends {
  base::Fd ours, theirs;
};
base::Result<Ends> make_pipe();  // ours is read, without waiting

// Counts what both streams say together; past the cap nothing more is passed on.
class Ears {
 public:
  Ears(std::uint64_t most_bytes, const OnOutput& on_output) : left_(most_bytes), on_output_(on_output) {}
  // All that is there now; closes the pipe at its end.
  void drain(base::Fd& pipe, Stream stream);
  bool is_full() const { return full_; }

 private:
  std::uint64_t left_;
  const OnOutput& on_output_;
  bool full_ = false;
};

}  // namespace cells
