// Folds as they fill, on one line of a terminal that vanishes at the end.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "judge/evaluation/evaluation.h"

namespace agora {

class FoldProgress final : public evaluation::Observer {
 public:
  explicit FoldProgress(std::string title);
  ~FoldProgress() override;  // clears the line
  void entered(evaluation::Phase phase) override;
  void folds_known(int count) override;
  void fold_fitting(int fold) override;
  void fold_predicting(int fold, double fit_seconds) override;
  void fold_done(int fold) override;

 private:
  enum class State { waiting, fitting, predicting, done };
  std::string line() const;
  void tick(const std::stop_token& stop);
  void set(int fold, State state);

  mutable std::mutex guard_;
  std::string title_;
  std::string phase_ = "starting";
  std::vector<State> folds_;
  base::Stopwatch since_folds_;
  base::Stopwatch since_start_;
  std::condition_variable_any changed_;
  std::jthread painter_;
};

}  // namespace agora
