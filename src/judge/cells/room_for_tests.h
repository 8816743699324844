// What the tests of this room share: a workshop with the default environment. Where that cannot be had they
// say so and are skipped.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/config.h"
#include "judge/cells/cells.h"

namespace cells {

inline std::ostream& operator<<(std::ostream& out, Finish finish) {
  constexpr const char* kWords[] = {"done", "raised", "interrupted", "time", "output", "ended"};
  return out << kWords[static_cast<int>(finish)];
}

class WorkshopTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto environment = environments::ensure_default(base::agora_home(), {});
    if (!environment) GTEST_SKIP() << "no default environment: " << environment.error().message;
    environment_ = *environment;
    // One for all tests of a suite, because its first zygote imports for a second.
    if (!shared) {
      ASSERT_NO_FATAL_FAILURE(start({}));
      shared = workshop_;
    }
    workshop_ = shared;
  }
  static void TearDownTestSuite() { shared.reset(); }

  static std::string build() {
    const char* value = std::getenv("AGORA_TEST_BUILD");
    return value != nullptr && *value != 0 ? value : AGORA_BINARY_DIR;
  }

  // Another one, for the rest of this test.
  void start(WorkshopOptions options) {
    options.warden = build() + "/agora-warden";
    auto started = Workshop::start(options);
    ASSERT_TRUE(started) << started.error().message << started.error().detail;
    workshop_ = std::move(*started);
  }

  std::unique_ptr<Session> open(const SessionSpec& spec = {}) {
    auto opened = workshop_->open(environment_, spec);
    if (!opened) throw std::runtime_error(opened.error().message + opened.error().detail);
    return std::move(*opened);
  }

  // The installer, which builds are made with, in uv_.
  void find_installer() {
    const auto uv = environments::ensure_installer(base::agora_home(), {});
    ASSERT_TRUE(uv) << uv.error().message;
    uv_ = *uv;
  }

  std::filesystem::path uv_;
  environments::Environment environment_;
  std::shared_ptr<Workshop> workshop_;

 private:
  static inline std::shared_ptr<Workshop> shared;
};

}  // namespace cells
