#include "base/hash.h"
#include "judge/evaluation/problem.h"

namespace evaluation {

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
  return facts;
}

}  // namespace evaluation
