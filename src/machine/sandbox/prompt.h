// Threads that wait for cells, and compute next to nothing themselves, are woken at once though cells compute
// on every core.
#pragma once

namespace sandbox {

// From now on the calling thread asks for turns of 0.1 ms on a core, in place of the kernel's some 3 ms: what
// runs there is put aside as soon as the thread has something to do, not at the clock's next tick (4 ms at
// 250 Hz). Its share of the core stays as it was. Threads and processes that it starts do not inherit it.
// Before Linux 6.12, which knows no such wish, nothing changes.
// Source: the EEVDF scheduler's request size, sched(7); Stoica and Abdel-Wahab, "Earliest Eligible Virtual
// Deadline First" (1995), section 2.
void become_prompt();

}  // namespace sandbox
