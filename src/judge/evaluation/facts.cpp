#include <sys/stat.h>

#include "base/hash.h"
#include "judge/evaluation/parking.h"
#include "judge/evaluation/problem.h"

namespace evaluation {
namespace {

std::uint64_t size_of(const base::Fd& memory) {
  struct stat facts {};
  return memory && ::fstat(memory.get(), &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

std::uint64_t memory_of(const Problem& problem) {
  auto bytes =
      size_of(problem.x_train) + size_of(problem.x_test) + size_of(problem.labels) + size_of(problem.masked);
  for (const auto& fold : problem.folds) bytes += size_of(fold.labels);
  for (const auto& look : problem.looks) bytes += size_of(look.x_train) + size_of(look.x_test);
  return bytes + sizeof(double) * (problem.truth_train.values.size() + problem.truth_test.values.size());
}

}  // namespace

Problem::Problem() : lot(std::make_unique<Lot>()) {}
Problem::~Problem() = default;

std::string file_of(const std::string& element) {
  return element.find('.') == std::string::npos ? element + ".py" : element;
}

std::string hash_of(const std::vector<Fold>& folds) {
  base::Sha256 hash;
  for (const auto& fold : folds) {
    for (const auto* rows : {&fold.train, &fold.valid}) {
      const std::uint64_t count = rows->size();
      hash.feed({reinterpret_cast<const char*>(&count), sizeof count});
      hash.feed({reinterpret_cast<const char*>(rows->data()), count * sizeof(std::int64_t)});
    }
  }
  return hash.hex();
}

ProblemFacts facts_of(const Problem& problem) {
  ProblemFacts facts;
  facts.columns = problem.columns;
  facts.folds = static_cast<int>(problem.folds.size());
  facts.has_test = problem.has_test;
  for (const auto& element : problem.elements) facts.elements.push_back(file_of(element));
  facts.native = problem.native;
  facts.why_not_native = problem.why_not_native;
  facts.record = problem.record;
  facts.prepare_seconds = problem.prepare_seconds;
  facts.memory_bytes = memory_of(problem);
  return facts;
}

}  // namespace evaluation
