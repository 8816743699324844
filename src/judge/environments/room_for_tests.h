// What the tests of this room share: a home of their own beside the user's, which holds uv and the default
// environment.
#pragma once
#include <cstdlib>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/config.h"
#include "base/files.h"
#include "judge/environments/environments.h"
#include "judge/environments/text.h"
#include "judge/environments/tool.h"

namespace environments {
namespace fs = std::filesystem;

// The user's own, so that the default environment and uv are fetched once.
inline fs::path shared_home() {
  return base::agora_home();
}

// Holds while it lives.
class Setting {
 public:
  Setting(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;
  ~Setting() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

inline std::size_t count_in(const fs::path& folder, std::string_view prefix = "") {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(prefix)) ++count;
  return count;
}

inline std::string run(const Environment& environment, const std::string& code) {
  auto ran = run_tool({{environment.python.string(), "-c", code}, base::process_environment(), "/"});
  if (!ran) return ran.error().message;
  return ran->status == 0 ? std::string(trimmed(ran->output))
                          : fmt::format("{}: {}", ran->status, ran->output);
}

class Environments : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto made = ensure_default(shared_home(), {});
    ASSERT_TRUE(made) << made.error().message << "\n" << made.error().detail;
    const auto uv = shared_home() / "tools" / "uv";
    if (fs::exists(uv)) ::setenv("AGORA_UV", uv.c_str(), 1);
    ::setenv("UV_CACHE_DIR", (shared_home() / "cache" / "uv").c_str(), 1);
  }

  // In a child that a step of the work may kill; returns its status as a shell would say it.
  int make_in_child(const std::string& die_at) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto made = create(home, six, [&](const Step& step) {
        if (step.what == die_at) ::kill(::getpid(), SIGKILL);
      });
      ::_exit(made ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  // The temporary files of one environment that could not be made.
  void expect_nothing_made() {
    if (fs::exists(home / "environments")) {
      EXPECT_EQ(count_in(home / "environments"), count_in(home / "environments", ".lock"));
    }
    EXPECT_TRUE(list(home) && list(home)->empty());
  }

  base::TemporaryFolder folder = *base::TemporaryFolder::make("environments-test");
  fs::path home = folder.path() / "home";
  Recipe six{"small", "six==1.17.0\n", "six.txt", ""};
};

}  // namespace environments
