#pragma once
// Sockets that no program started by this one inherits: with them a port would stay taken, and a client's
// connection open, for as long as that program outlives a server that was killed.
#include <boost/asio/ip/tcp.hpp>

#include "base/files.h"
#include "base/result.h"

namespace web {

// A socket that listens there, does not block, and may take a port that ended connections still name.
base::Result<base::Fd> listen_at(const boost::asio::ip::tcp::endpoint& place);

// The next connection that waits; no descriptor and errno where there is none (EAGAIN) or it failed.
base::Fd accept_from(int listening);

}  // namespace web
