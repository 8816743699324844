#include "judge/evaluation/problem.h"

namespace evaluation {

std::string file_of(const std::string& element) {
  return element.find('.') == std::string::npos ? element + ".py" : element;
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
