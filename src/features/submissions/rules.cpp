#include "features/submissions/rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/hash.h"

namespace submissions {
namespace {

using evaluation::FailureKind;
using evaluation::Phase;

constexpr std::array kStates{State::received, State::trial,  State::queued,   State::running,
                             State::scored,   State::failed, State::cancelled};
constexpr std::array kProblemStates{ProblemState::checking, ProblemState::ready, ProblemState::refused};
constexpr std::array kKinds{FailureKind::syntax, FailureKind::exception, FailureKind::time,
                            FailureKind::memory, FailureKind::output,    FailureKind::processes,
                            FailureKind::shape,  FailureKind::dtype,     FailureKind::nan,
                            FailureKind::kit,    FailureKind::machine};
constexpr std::array kPhases{Phase::trial, Phase::prepare, Phase::fit, Phase::predict, Phase::score};
constexpr std::size_t kLongestName = 80;
constexpr std::size_t kLongestPath = 200;

template <class Values>
auto from_word(const Values& values, std::string_view word, std::string_view what)
    -> base::Result<typename Values::value_type> {
  for (const auto value : values)
    if (word_for(value) == word) return value;
  return base::internal(fmt::format("\"{}\" is no {}", word, what));
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool is_plain_part(std::string_view part) {
  if (part.empty() || part == "." || part == "..") return false;
  return std::all_of(part.begin(), part.end(), [](char c) { return is_plain(c) || c == '.'; });
}

// Odd bytes as \\xNN, so that a message can be shown anywhere.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    shown += code >= 32 && code < 127 ? std::string(1, c) : fmt::format("\\x{:02x}", code);
  }
  return shown;
}

// Of what is there: a fold without a value leaves the mean to the others.
struct Spread {
  std::optional<double> mean, std;
};
Spread spread_of(const std::vector<std::optional<double>>& values) {
  double sum = 0;
  int count = 0;
  for (const auto& value : values)
    if (value) sum += *value, ++count;
  if (count == 0) return {};
  const double mean = sum / count;
  double squares = 0;
  for (const auto& value : values)
    if (value) squares += std::pow(*value - mean, 2);
  return {mean, std::sqrt(squares / count)};
}

// What a rescore may change, or what no evaluation reads.
bool may_differ(std::string_view path) {
  return path == "problem.py" || path == "kit.toml" || path.ends_with(".md") || path.ends_with(".ipynb") ||
         path.starts_with("submissions/");
}

}  // namespace

std::string_view word_for(State state) {
  constexpr std::array<std::string_view, 7> words{"received", "trial",  "queued",   "running",
                                                  "scored",   "failed", "cancelled"};
  return words[static_cast<std::size_t>(state)];
}
std::string_view word_for(ProblemState state) {
  constexpr std::array<std::string_view, 3> words{"checking", "ready", "refused"};
  return words[static_cast<std::size_t>(state)];
}
bool has_ended(State state) {
  return state == State::scored || state == State::failed || state == State::cancelled;
}

base::Result<State> state_from(std::string_view word) {
  return from_word(kStates, word, "state of a submission");
}
base::Result<ProblemState> problem_state_from(std::string_view word) {
  return from_word(kProblemStates, word, "state of a problem");
}
base::Result<FailureKind> failure_kind_from(std::string_view word) {
  return from_word(kKinds, word, "kind of failure");
}
base::Result<Phase> phase_from(std::string_view word) {
  return from_word(kPhases, word, "phase");
}

Use use_of(State state, const std::optional<Reason>& reason) {
  if (state == State::scored) return Use::scored;
  if (!has_ended(state)) return Use::in_flight;
  if (state == State::cancelled || !reason) return Use::nothing;
  const bool ran_on_hidden = reason->phase != Phase::trial && reason->phase != Phase::prepare;
  return ran_on_hidden && reason->kind != FailureKind::machine ? Use::failed_on_hidden : Use::nothing;
}

std::optional<base::Error> why_not_cancelled(const Submission& submission) {
  if (!has_ended(submission.state)) return std::nullopt;
  return base::Error{base::ErrorKind::conflict,
                     fmt::format("this submission is {} already: there is nothing left to cancel",
                                 word_for(submission.state))};
}

std::optional<base::Error> why_not_rerun(const Submission& submission) {
  if (has_ended(submission.state)) return std::nullopt;
  return base::Error{base::ErrorKind::conflict,
                     fmt::format("this submission is {}: wait until it has ended, or cancel it first",
                                 word_for(submission.state))};
}

std::string folder_name(std::string_view name) {
  std::string folder;
  for (const char c : name)
    if (is_plain(c) || folder.empty() || folder.back() != '_') folder += is_plain(c) ? c : '_';
  const auto first = folder.empty() ? '_' : folder.front();
  if (!((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z'))) folder.insert(0, "s_");
  return folder;
}

std::optional<base::Error> why_no_name(std::string_view name) {
  const auto refuse = [](std::string message) {
    return base::Error{base::ErrorKind::invalid, std::move(message)};
  };
  if (name.size() > kLongestName)
    return refuse(
        fmt::format("a submission's name has at most {} bytes, this one {}", kLongestName, name.size()));
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 32 || c == 127)
      return refuse("a submission's name is one line of text, without control characters");
  return std::nullopt;
}

std::optional<base::Error> why_no_path(std::string_view path) {
  const auto refuse = [&](std::string_view what) {
    return base::Error{base::ErrorKind::invalid,
                       fmt::format("\"{}\" {}", printable(path.substr(0, kLongestPath)), what)};
  };
  if (path.empty()) return base::Error{base::ErrorKind::invalid, "a file of the submission has no path"};
  if (path.size() > kLongestPath)
    return refuse(fmt::format("is longer than {} bytes: use a shorter path", kLongestPath));
  for (auto rest = path;;) {
    const auto slash = rest.find('/');
    if (!is_plain_part(rest.substr(0, slash)))
      return refuse(
          "is no path that cells take: parts of letters, digits, '_', '.' and '-', with '/' between");
    if (slash == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(slash + 1);
  }
}

std::string code_hash_of(std::vector<HashedFile> files) {
  std::sort(files.begin(), files.end(),
            [](const HashedFile& left, const HashedFile& right) { return left.path < right.path; });
  base::Sha256 all;
  for (const auto& file : files) all.feed(fmt::format("{} {}\n", file.sha256, file.path));
  return all.hex();
}

void fill_means(VisibleScores& scores) {
  for (auto& column : scores.columns) {
    const auto train = spread_of(column.train), valid = spread_of(column.valid);
    column.train_mean = train.mean;
    column.train_std = train.std;
    column.valid_mean = valid.mean;
    column.valid_std = valid.std;
  }
}

void fill_means(TestScores& scores) {
  for (auto& column : scores.columns) {
    const auto test = spread_of(column.test);
    column.test_mean = test.mean;
    column.test_std = test.std;
  }
}

std::optional<double> estimated_wait(int ahead, int running, std::optional<base::Seconds> typical) {
  if (!typical) return std::nullopt;
  const int before = ahead + (running > 0 ? 1 : 0);  // one of those at work has to end first
  return typical->count() * before / std::max(1, running);
}

std::vector<std::string> differing_files(const HashedTree& before, const HashedTree& after) {
  std::map<std::string, std::string> left;
  for (const auto& file : before.files)
    if (!may_differ(file.path)) left[file.path] = file.sha256;
  std::vector<std::string> differing;
  for (const auto& file : after.files) {
    if (may_differ(file.path)) continue;
    const auto same = left.find(file.path);
    if (same == left.end() || same->second != file.sha256) differing.push_back(file.path);
    if (same != left.end()) left.erase(same);
  }
  for (const auto& [path, hash] : left) differing.push_back(path);
  return differing;
}

}  // namespace submissions
