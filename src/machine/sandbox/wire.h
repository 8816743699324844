// Packets between client, warden and zygotes: one message of a SOCK_SEQPACKET socket with its descriptors.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace sandbox {

constexpr std::size_t kLargestPacket = 64u << 10;
constexpr std::size_t kMostDescriptors = 250;  // the kernel's SCM_MAX_FD is 253

struct Packet {
  std::string bytes;
  std::vector<base::Fd> fds;
};

base::Result<std::pair<base::Fd, base::Fd>> socket_pair();

enum class Wait { yes, no };

// With Wait::no a full socket fails with `unavailable`. Never raises SIGPIPE.
base::Result<void> send_packet(int socket, std::string_view bytes, std::span<const int> fds, Wait wait);

// The next packet; nothing at the end of the stream, and, with Wait::no, `unavailable` when none is there.
// Fails with `too_large` on a packet that is longer than `most`.
base::Result<std::optional<Packet>> receive_packet(int socket, std::size_t most, Wait wait);

// The same for a stranger's packet: descriptors that came with it are closed by the kernel.
base::Result<std::optional<std::string>> receive_bytes(int socket, std::size_t most, Wait wait);

}  // namespace sandbox
