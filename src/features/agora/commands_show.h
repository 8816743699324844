// How a terminal shows what one was told.
#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace forum {

// Of GET /me/notifications, at the server of that address; empty where there is nothing.
std::string inbox_text(const base::json::value& inbox, std::string_view url, base::Instant now);

}  // namespace forum
