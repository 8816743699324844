// Judges and the problems that they hold prepared: one judge for each environment, started on first use and
// replaced when it died, or when its name stands for another environment; the problems used last stay, within
// a count and a size.
#pragma once
#include <condition_variable>
#include <filesystem>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "judge/evaluation/evaluation.h"

namespace submissions {

// A prepared problem and the judge that holds it. Keep both for as long as one is used.
struct Ready {
  std::shared_ptr<evaluation::Judge> judge;
  std::shared_ptr<const evaluation::Problem> problem;
};

class Judges {
 public:
  Judges(std::filesystem::path home, std::filesystem::path warden, int most, std::uint64_t most_bytes)
      : home_(std::move(home)),
        warden_(std::move(warden)),
        most_(static_cast<std::size_t>(most)),
        most_bytes_(most_bytes) {}

  // Alive, as far as is known.
  base::Result<std::shared_ptr<evaluation::Judge>> judge(const std::string& environment);

  // Prepared under this key by now, or prepared here from what `source` says; several that ask for one at a
  // time share the work. Failures are not kept.
  using MakeSource = std::function<base::Result<evaluation::ProblemSource>()>;
  evaluation::Judged<Ready> ready(const std::string& key, const std::string& environment,
                                  const MakeSource& source);

  void forget(const std::string& key);

  std::size_t prepared() const;

 private:
  using Outcome = evaluation::Judged<Ready>;
  struct Entry {
    std::string key;
    std::shared_future<Outcome> outcome;
    std::uint64_t bytes = 0;  // 0 while it is being prepared
  };
  Outcome prepare(const std::string& environment, const MakeSource& make_source);
  void settle(const std::string& key, const Outcome& outcome);
  void make_room();
  // A judge, and the environment that its name stood for when it was started.
  struct Started {
    std::shared_ptr<evaluation::Judge> judge;
    std::string hash;
  };
  bool is_current(const std::string& name, const Started& known) const;
  void retire(const std::shared_ptr<evaluation::Judge>& judge);

  std::filesystem::path home_, warden_;
  std::size_t most_;
  std::uint64_t most_bytes_;
  mutable std::mutex guard_;
  std::mutex starting_;
  std::map<std::string, Started> judges_;  // by the environment's name
  std::list<Entry> entries_;               // the one used last in front
};

}  // namespace submissions
