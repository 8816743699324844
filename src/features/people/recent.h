// Who was changed within the last two seconds: so long are viewers kept in memory, and for so long those of
// changed people are not. Every change of what a person may do says so here, whoever makes it, before it
// commits: what was kept before is too old by the time that keeping begins again.
#pragma once
#include <chrono>

#include "features/people/people.h"

namespace people {

using Steady = std::chrono::steady_clock;
inline constexpr std::chrono::seconds kViewersKept{2};

void touch(const PersonId& person);
void touch_everyone();  // a group's grants
bool was_touched(const PersonId& person, Steady::time_point now);

}  // namespace people
