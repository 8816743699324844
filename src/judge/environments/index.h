// The package index as build cells may reach it: which hosts, what the installer is told of them, and how
// this host reaches them itself. Opens no connection.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "judge/environments/environments.h"

namespace environments {

struct IndexHost {
  std::string name;  // "pypi.org", in lower case
  int port = 443;
  bool is_remote = false;  // known to stand elsewhere: an address of this host or its link is a trick
};

struct Index {
  std::string url;  // of the first index, without credentials
  std::vector<std::pair<std::string, std::string>>
      variables;  // uv's own words; no credentials, no local folder
  std::vector<IndexHost> hosts;
  std::string proxy;                  // "http://user:password@proxy:3128", where this host asks one; a secret
  std::vector<std::string> no_proxy;  // names of hosts, and ends of names, that are reached without it
  std::filesystem::path certificates;  // a bundle of authorities; empty where none was found
  std::vector<std::string> withheld;   // names of hosts whose credentials a build is not told
};

Index index_of_host();

// Nothing where `url` is no http:// one.
struct Proxy {
  std::string host;
  int port = 0;
  std::string credentials;  // "user:password", as the URL writes it
};
std::optional<Proxy> proxy_from(std::string_view url);

// The installer's program, for build cells: ours, or fetched from the index. Waits while another process
// makes an environment in `home`.
base::Result<std::filesystem::path> ensure_installer(const std::filesystem::path& home,
                                                     const Progress& progress);

}  // namespace environments
