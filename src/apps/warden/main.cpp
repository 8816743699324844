// agora-warden SLOTS, started by sandbox::Warden::start with its socket as descriptor 3.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include <sys/socket.h>

#include "machine/sandbox/warden.h"

int main(int count, char** words) {
  constexpr int kRequests = 3;
  int type = 0;
  socklen_t size = sizeof type;
  if (count != 2 || ::getsockopt(kRequests, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
    std::fputs("agora-warden is started by agora, not by hand; see `agora doctor`\n", stderr);
    return 2;
  }
  try {
    return sandbox::serve_warden(kRequests, std::atoi(words[1]));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "agora-warden: %s\n", failure.what());
    return 3;
  }
}
