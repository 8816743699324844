// Memory handed between trusted and untrusted: memfds of a fixed size, sealed against what the other side
// could do.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace sandbox {

// Bytes that can never change again (all seals), for inputs.
base::Result<base::Fd> sealed_memory(std::string_view name, std::string_view bytes);

// A buffer that a cell may write but neither shrink nor grow (a reader never meets SIGBUS).
base::Result<base::Fd> result_memory(std::string_view name, std::uint64_t size);

// An empty memfd that a trusted-side program fills and that seal_memory then freezes.
base::Result<base::Fd> open_memory(std::string_view name);
base::Result<void> seal_memory(int fd);

// The same memory behind an open file of its own, only to be read: cells that were given one open file could
// tell each other by its position, its flags and its locks.
base::Result<base::Fd> reader_of(int fd);

std::uint64_t size_of(int fd);

// A private copy of `size` bytes from `offset`; for a buffer whose writer is dead or must not matter.
base::Result<std::string> copy_out(int fd, std::uint64_t offset, std::uint64_t size);

}  // namespace sandbox
