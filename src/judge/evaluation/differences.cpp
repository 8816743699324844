#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

#include "judge/evaluation/problem.h"

namespace evaluation {
namespace {

constexpr std::size_t kPiece = 1u << 20;

base::Result<std::size_t> read_piece(int fd, std::vector<char>& into, std::uint64_t at) {
  std::size_t got = 0;
  while (got < into.size()) {
    const auto more = ::pread(fd, into.data() + got, into.size() - got, static_cast<off_t>(at + got));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return base::system_failure("pread", "a problem's memory", errno);
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  return got;
}

base::Result<bool> are_equal(const base::Fd& before, const base::Fd& after) {
  if (!before || !after) return !before == !after;
  std::vector<char> left(kPiece), right(kPiece);
  for (std::uint64_t at = 0;; at += kPiece) {
    const auto got = read_piece(before.get(), left, at);
    if (!got) return tl::unexpected(got.error());
    const auto other = read_piece(after.get(), right, at);
    if (!other) return tl::unexpected(other.error());
    if (*got != *other || !std::equal(left.data(), left.data() + *got, right.data())) return false;
    if (*got < kPiece) return true;
  }
}

bool are_equal(const Expected& before, const Expected& after) {
  return before.ragged == after.ragged && before.rows == after.rows && before.columns == after.columns;
}

bool same_predictions(const Problem& before, const Problem& after) {
  return are_equal(before.expected_train, after.expected_train) &&
         are_equal(before.expected_test, after.expected_test);
}

}  // namespace

base::Result<std::vector<std::string>> differences(const Problem& before, const Problem& after) {
  std::vector<std::string> all;
  bool same_labels = true;
  struct Memory {
    const base::Fd &before, &after;
    const char* words;
  };
  const std::array<Memory, 3> memories{
      Memory{before.x_train, after.x_train, "get_train_data gives other features"},
      Memory{before.x_test, after.x_test, "get_test_data gives other features"},
      Memory{before.labels, after.labels, "get_train_data or get_test_data gives other labels"}};
  for (const auto& memory : memories) {
    const auto equal = are_equal(memory.before, memory.after);
    if (!equal) return tl::unexpected(equal.error());
    if (!*equal) all.emplace_back(memory.words);
    if (&memory == &memories.back()) same_labels = *equal;
  }
  if (before.folds_hash != after.folds_hash) all.emplace_back("get_cv makes other folds");
  if (before.workflow != after.workflow || before.elements != after.elements)
    all.emplace_back("the workflow is another one");
  // Other labels make another truth, too, and are named already.
  const bool same_truth = before.truth_hash == after.truth_hash || !same_labels;
  if (!same_truth || !same_predictions(before, after)) all.emplace_back("Predictions is another one");
  return all;
}

}  // namespace evaluation
