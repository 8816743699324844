// Reads an Index from settings.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "judge/environments/index.h"
#include "judge/environments/settings.h"

namespace environments {

struct Url {
  std::string scheme;       // "https"
  std::string credentials;  // "user:password", as it stands there
  std::string host;         // in lower case, without the brackets of an IPv6 address
  int port = 0;
  std::string rest;  // from the path's slash on
};
std::optional<Url> url_from(std::string_view text);  // nothing where it is none of http or https
std::string without_credentials(const Url& url);

// `certificates` is used where the settings name none.
Index index_from(const Settings& settings, const std::filesystem::path& certificates);

// The indexes in the order in which they are asked, as uv does it, with their credentials: a secret.
std::vector<std::string> addresses_from(const Settings& settings);

}  // namespace environments
