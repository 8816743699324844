// The one way out of a build cell: to the hosts of the package index, by name, and nowhere else. The trusted
// side connects; a cell never holds a socket of this host, which it could connect anew to another place.
#pragma once
#include <atomic>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "base/files.h"
#include "base/result.h"
#include "judge/environments/index.h"

namespace cells {

// Whether an address may be another machine's: not this host's own, its link's, or a group's.
bool is_elsewhere(const sockaddr& address);

class Gate {
 public:
  explicit Gate(environments::Index index) : index_(std::move(index)) {}

  // `place` is "pypi.org:443". Fails with `forbidden` on any other than the index's, and with `unavailable`
  // where it cannot be reached or `stop` was set; both in words for the build's log.
  base::Result<base::Fd> connect(std::string_view place, const std::atomic<bool>& stop) const;

 private:
  base::Result<environments::IndexHost> allowed(std::string_view place) const;
  base::Result<base::Fd> connect_through_proxy(const environments::IndexHost& host,
                                               const std::atomic<bool>& stop) const;
  bool goes_directly(const std::string& host) const;

  const environments::Index index_;
};

}  // namespace cells
