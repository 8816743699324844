// agora-cell: started by agora-warden in fresh namespaces; becomes a zygote's Python.
#include <cstdio>
#include <exception>

#include "machine/sandbox/warden.h"

int main() {
  try {
    return sandbox::run_zygote();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "agora-cell: %s\n", failure.what());
    return 3;
  }
}
