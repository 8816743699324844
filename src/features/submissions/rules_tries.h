// The pure decisions of tries.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "features/submissions/tries.h"

namespace submissions {

inline constexpr std::chrono::hours kKeepTries{1};  // after their end
inline constexpr std::size_t kMostTryOutput = 256u << 10;

base::Result<TryState> try_state_from(std::string_view word);
std::optional<base::Error> why_not_cancelled(const Try& asked);

// All of a failure, which is of public data; of the machine's nothing but that it was.
Reason reason_of_try(const evaluation::Failure& failure);

// At most `most` bytes of it, whole characters: its beginning and its end, and between them how much is not
// shown.
std::string capped(std::string_view output, std::size_t most = kMostTryOutput);

// {NAME: {"train", "valid"}} of the first fold. What is no number is null.
base::json::object scores_of_try(const evaluation::Evaluation& evaluation);

}  // namespace submissions
