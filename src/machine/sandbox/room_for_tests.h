// What the tests of this room share: a warden, a zygote of the system's Python, and cells that run the Python
// that a test writes down.
#pragma once
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "machine/sandbox/sandbox.h"

namespace sandbox {

inline std::string setting(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

class Room : public testing::Test {
 protected:
  static std::string build() { return setting("AGORA_TEST_BUILD", AGORA_BINARY_DIR); }

  void SetUp() override {
    auto started = Warden::start({build() + "/agora-warden", slots_});
    ASSERT_TRUE(started) << started.error().message << started.error().detail;
    warden_ = std::move(*started);
  }

  static ZygoteSpec zygote_spec() {
    ZygoteSpec spec;
    spec.python = setting("AGORA_TEST_CELL_PYTHON", "/usr/bin/python3.11");
    spec.mounts = {{setting("AGORA_TEST_CELLS", AGORA_SOURCE_DIR "/tests/cells"), "/tests/cells"}};
    return spec;
  }

  static CellSpec script(std::string python) {
    CellSpec spec;
    spec.entry = "/tests/cells/script.py";
    spec.argument = std::move(python);
    spec.limits.wall_seconds = 30;
    return spec;
  }

  Cell& zygote() {
    if (!zygote_) {
      auto opened = warden_->open_zygote(zygote_spec());
      if (!opened) throw std::runtime_error(opened.error().message + opened.error().detail);
      zygote_ = std::move(*opened);
    }
    return *zygote_;
  }

  std::unique_ptr<Cell> spawn(const CellSpec& spec) {
    auto cell = warden_->spawn(zygote(), spec);
    if (!cell) throw std::runtime_error(cell.error().message + cell.error().detail);
    return std::move(*cell);
  }

  // To its end; what it said on the channel is in `said_`.
  Outcome run(const CellSpec& spec) {
    const auto cell = spawn(spec);
    said_.clear();
    while (auto message = cell->receive()) {
      if (!*message) break;
      said_ += (*message)->bytes;
    }
    return cell->wait();
  }
  Outcome run(std::string python) { return run(script(std::move(python))); }

  int slots_ = 0;
  std::unique_ptr<Warden> warden_;
  std::unique_ptr<Cell> zygote_;
  std::string said_;
};

// Runs attempts, one expression a line, and prints for each the errno's name, or what it returned.
inline std::string attempts(std::initializer_list<const char*> lines) {
  std::string python = R"(
import ctypes, errno, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    answer = libc.syscall(*arguments)
    if answer < 0:
        raise OSError(ctypes.get_errno(), 'syscall')
    return answer
def attempt(action):
    try:
        print(action())
    except OSError as failure:
        print(errno.errorcode[failure.errno])
)";
  for (const char* line : lines) python += fmt::format("attempt(lambda: {})\n", line);
  return python;
}

inline std::ostream& operator<<(std::ostream& out, End end) {
  return out << word_for(end);
}

}  // namespace sandbox
