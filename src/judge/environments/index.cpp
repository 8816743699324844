#include "judge/environments/index.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "judge/environments/index_rules.h"
#include "judge/environments/interpreter.h"
#include "judge/environments/store.h"
#include "judge/environments/text.h"
#include "judge/environments/uv.h"

namespace environments {
namespace fs = std::filesystem;
namespace {

// An index of the Internet, and where its files lie.
struct Known {
  std::string_view index, files;
};
constexpr std::array kKnown{Known{"pypi.org", "files.pythonhosted.org"},
                            Known{"test.pypi.org", "test-files.pythonhosted.org"},
                            Known{"download.pytorch.org", "download-r2.pytorch.org"}};
constexpr const char* kUsual = "https://pypi.org/simple";

constexpr std::array kBundles{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                              "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

void add_host(Index& index, std::string_view name, int port, bool is_remote) {
  const bool there = std::any_of(index.hosts.begin(), index.hosts.end(), [&](const IndexHost& host) {
    return host.name == name && host.port == port;
  });
  if (!there) index.hosts.push_back({std::string(name), port, is_remote});
}

// Counts a URL's host in; what the installer is told of it, or nothing where it is no URL of the network.
std::string taken_in(Index& index, std::string_view word) {
  const auto at = word.find('=');  // "name=https://..."
  const bool named = at != std::string_view::npos && at < word.find("://");
  const auto url = url_from(named ? word.substr(at + 1) : word);
  if (!url) return "";
  const auto known =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& each) { return each.index == url->host; });
  add_host(index, url->host, url->port, known != kKnown.end());
  if (known != kKnown.end()) add_host(index, known->files, 443, true);
  if (!url->credentials.empty()) index.withheld.push_back(url->host);
  return (named ? std::string(word.substr(0, at + 1)) : "") + without_credentials(*url);
}

std::vector<std::string> words_of(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  auto words = split(one_line(text), ' ');
  std::erase(words, "");
  return words;
}

class Reading {
 public:
  explicit Reading(const Variables& variables) : variables_(variables) {}
  std::string value(std::initializer_list<const char*> names) const {
    for (const auto* name : names)
      if (const auto found = variables_.find(name); found != variables_.end() && !found->second.empty())
        return found->second;
    return "";
  }

 private:
  const Variables& variables_;
};

void take_list(Index& index, const char* variable, const std::string& text) {
  std::vector<std::string> kept;
  for (const auto& word : words_of(text))
    if (auto told = taken_in(index, word); !told.empty()) kept.push_back(std::move(told));
  if (!kept.empty()) index.variables.emplace_back(variable, fmt::format("{}", fmt::join(kept, " ")));
}

}  // namespace

std::optional<Url> url_from(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);
  const auto path = text.find_first_of("/?#");
  auto place = text.substr(0, path);
  if (path != std::string_view::npos) url.rest = std::string(text.substr(path));
  if (const auto at = place.rfind('@'); at != std::string_view::npos) {
    url.credentials = std::string(place.substr(0, at));
    place.remove_prefix(at + 1);
  }
  url.port = url.scheme == "https" ? 443 : 80;
  const auto end = place.starts_with('[') ? place.find(']') : std::string_view::npos;
  const auto port = place.find(':', end == std::string_view::npos ? 0 : end);
  if (port != std::string_view::npos) {
    const auto digits = place.substr(port + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (read.ec != std::errc() || url.port < 1 || url.port > 65535) return std::nullopt;
  }
  url.host = lower(end == std::string_view::npos ? place.substr(0, port) : place.substr(1, end - 1));
  if (url.host.empty()) return std::nullopt;
  return url;
}

std::string without_credentials(const Url& url) {
  const bool is_usual = url.port == (url.scheme == "https" ? 443 : 80);
  const auto host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  return fmt::format("{}://{}{}{}", url.scheme, host, is_usual ? "" : fmt::format(":{}", url.port), url.rest);
}

Index index_from(const Settings& settings, const fs::path& certificates) {
  const Reading said(settings.variables);
  Index index;
  const auto first = said.value({"UV_DEFAULT_INDEX", "UV_INDEX_URL"});
  if (!settings.no_index) {
    index.url = taken_in(index, first.empty() ? kUsual : first);
    index.variables.emplace_back("UV_DEFAULT_INDEX", index.url);
    if (const auto at = index.url.find('='); at < index.url.find("://")) index.url.erase(0, at + 1);
    take_list(index, "UV_INDEX", said.value({"UV_INDEX", "UV_EXTRA_INDEX_URL"}));
  } else {
    index.variables.emplace_back("UV_NO_INDEX", "1");
  }
  take_list(index, "UV_FIND_LINKS", said.value({"UV_FIND_LINKS"}));
  if (const auto insecure = said.value({"UV_INSECURE_HOST"}); !insecure.empty())
    index.variables.emplace_back("UV_INSECURE_HOST", insecure);
  index.proxy = said.value({"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"});
  index.no_proxy = words_of(lower(said.value({"NO_PROXY", "no_proxy"})));
  const auto bundle = said.value({"SSL_CERT_FILE"});
  index.certificates = bundle.empty() ? certificates : fs::path(bundle);
  return index;
}

std::vector<std::string> addresses_from(const Settings& settings) {
  if (settings.no_index) return {};
  const Reading said(settings.variables);
  const auto first = said.value({"UV_DEFAULT_INDEX", "UV_INDEX_URL"});
  auto words = words_of(said.value({"UV_INDEX", "UV_EXTRA_INDEX_URL"}));
  words.push_back(first.empty() ? kUsual : first);
  std::vector<std::string> addresses;
  for (const auto& word : words) {
    const auto at = word.find('=');  // "name=https://..."
    auto address = at < word.find("://") ? word.substr(at + 1) : word;
    if (url_from(address)) addresses.push_back(std::move(address));
  }
  return addresses;
}

std::optional<Proxy> proxy_from(std::string_view text) {
  auto url = url_from(text.find("://") == std::string_view::npos ? "http://" + std::string(text)
                                                                 : std::string(text));
  if (!url || url->scheme != "http") return std::nullopt;
  return Proxy{url->host, url->port, url->credentials};
}

Index index_of_host() {
  std::error_code ignored;
  const auto* bundle = std::find_if(kBundles.begin(), kBundles.end(),
                                    [&](const char* path) { return fs::is_regular_file(path, ignored); });
  return index_from(host_settings(), bundle == kBundles.end() ? "" : *bundle);
}

base::Result<fs::path> ensure_installer(const fs::path& home, const Progress& given) {
  const Progress silent = [](const Step&) {};
  const auto& progress = given ? given : silent;
  const auto where = fs::absolute(home);
  auto interpreter = find_interpreter("");
  if (!interpreter) return tl::unexpected(interpreter.error());
  const auto lock = MakingLock::take(where, progress);
  if (!lock) return tl::unexpected(lock.error());
  return ensure_uv(where, *interpreter, progress);
}

}  // namespace environments
