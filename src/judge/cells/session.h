// A session in its cell, from the trusted side.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

#include "judge/cells/budget.h"
#include "judge/cells/cells.h"
#include "judge/cells/pipes.h"
#include "judge/cells/zygotes.h"

namespace cells {

class RunningSession;

// The sessions that there are, so that the memory of one that has ended by itself can be given away.
class Register {
 public:
  void add(RunningSession& session);
  void remove(RunningSession& session);
  void notice_ends();

 private:
  std::mutex guard_;
  std::set<RunningSession*> sessions_;
};

// What a session needs of its workshop, which it keeps alive.
struct Bench {
  std::shared_ptr<void> keeps;
  sandbox::Warden& warden;
  Zygotes& zygotes;
  std::shared_ptr<Budget> budget;
  Register& sessions;
};

class RunningSession final : public Session {
 public:
  RunningSession(Bench bench, environments::Environment environment, SessionSpec spec);
  ~RunningSession() override;

  base::Result<void> begin();
  base::Result<Answer> run(std::string_view code, const OnOutput& on_output) override;
  Interrupt interrupt() override;
  base::Result<void> restart() override;
  std::optional<std::string> why_ended() override;
  void notice_end();

 private:
  using Clock = std::chrono::steady_clock;
  struct Request;

  sandbox::CellSpec cell_spec(int requests, int output, int errors) const;
  base::Result<void> ask(std::string_view code);
  void attend(Request& request);
  void cut(Request& request, Finish why);
  void hear(Request& request);
  Answer finish(Request& request);
  std::string why_lost(const Request& request);
  sandbox::Outcome settle();  // the cell has ended or is to: its share is given back
  enum class While { request, idle };
  std::string words_for(const sandbox::Outcome& outcome, While what) const;
  int milliseconds_until(Clock::time_point moment) const;

  const Bench bench_;
  const environments::Environment environment_;
  const SessionSpec spec_;

  base::Fd requests_, output_, errors_;  // used by the thread that runs a request
  int count_ = 0;

  std::mutex guard_;  // of all below
  std::condition_variable idle_;
  std::unique_ptr<sandbox::Cell> cell_;
  std::optional<Budget::Share> share_;
  bool running_ = false;
  bool begun_ = false;  // it can be interrupted
  bool restarting_ = false;
  std::optional<Clock::time_point> interrupted_;  // the running request, by its owner
  std::string ended_;                             // why; empty while it lives
};

}  // namespace cells
