// What the tests of sessions share: asking one, and what it said.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "judge/cells/room_for_tests.h"

namespace cells {

// Code that no interrupt stops; it prints first.
inline constexpr std::string_view kDeaf =
    "import signal\n"
    "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "print('go')\n"
    "while True: pass";
class SessionTest : public WorkshopTest {
 protected:
  // What it printed is in `said_`, what it printed as errors in `complained_`.
  Answer ask(Session& session, std::string_view code) {
    said_.clear();
    complained_.clear();
    auto answer = session.run(code, [&](Stream stream, std::string_view text) {
      (stream == Stream::output ? said_ : complained_) += text;
      if (on_output_) on_output_();
    });
    if (!answer) throw std::runtime_error(answer.error().message);
    return *answer;
  }

  // The answer to code that is interrupted as soon as it has printed something.
  Answer interrupted(Session& session, std::string_view code) {
    std::jthread other;
    on_output_ = [&] {
      if (!other.joinable()) other = std::jthread([&] { EXPECT_EQ(session.interrupt(), Interrupt::asked); });
    };
    auto answer = ask(session, code);
    on_output_ = {};
    return answer;
  }

  static std::string plain(const Answer& answer) {
    for (const auto& shown : answer.shown)
      if (shown.type == "text/plain") return shown.data;
    return "";
  }

  std::string said_, complained_;
  std::function<void()> on_output_;
};

}  // namespace cells
