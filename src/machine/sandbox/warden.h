// The warden: owns every zygote and cell of one client, from birth to the removal of the last trace. Started
// by Warden::start as agora-warden; knows nothing of what the cells compute.
#pragma once

namespace sandbox {

// Serves the client behind the socket until it is gone, then kills and removes everything. The exit code.
int serve_warden(int requests, int slots);

// agora-cell: makes the zygote's root from what the warden sends on descriptor 3, and becomes its Python.
int run_zygote();

}  // namespace sandbox
