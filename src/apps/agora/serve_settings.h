// What a server can be told, and where from.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "apps/agora/center.h"
#include "base/config.h"
#include "base/files.h"

namespace agora {

const std::vector<base::Setting>& serve_settings();

// Fails with `invalid` naming the setting and where it was set.
base::Result<CenterSettings> read_serve_settings(const std::string& config_file,
                                                 const std::map<std::string, std::string>& flags);

// "127.0.0.1:8080", "[::1]:0", ":8080". Fails with `invalid`.
base::Result<std::pair<std::string, std::uint16_t>> read_listen(const std::string& text);

// SIGINT and SIGTERM are kept for `wait_for_stop`, in every thread that starts from now on.
base::Fd block_stop_signals();
void wait_for_stop(const base::Fd& stop);

}  // namespace agora
