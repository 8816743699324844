// News of work, within this process: rung when an enqueue has committed. It only wakes; who is woken looks.
#pragma once
#include <cstdint>
#include <stop_token>

#include "base/time.h"

namespace engine {

void ring();
std::uint64_t rings();
// Until there were more than `seen` rings, the stop is asked, or that time has passed.
void wait_for_ring(std::stop_token stop, std::uint64_t seen, base::Seconds most);

}  // namespace engine
