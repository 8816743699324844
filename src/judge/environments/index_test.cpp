#include <fmt/format.h>
#include <gtest/gtest.h>

#include "judge/environments/index_rules.h"

namespace {
using namespace environments;

// "pypi.org:443+" for each, with a plus where it is known.
std::string hosts_of(const Index& index) {
  std::string text;
  for (const auto& host : index.hosts)
    text +=
        fmt::format("{}{}:{}{}", text.empty() ? "" : " ", host.name, host.port, host.is_remote ? "+" : "");
  return text;
}

std::string variable(const Index& index, std::string_view name) {
  for (const auto& [key, value] : index.variables)
    if (key == name) return value;
  return "";
}

TEST(Index, WhatMayBeReachedFollowsFromTheSettings) {
  struct Case {
    const char* what;
    Variables said;
    const char* hosts;
  };
  const Case cases[] = {
      {"nothing is set", {}, "pypi.org:443+ files.pythonhosted.org:443+"},
      {"a site's own index", {{"UV_DEFAULT_INDEX", "https://Mirror.example/simple"}}, "mirror.example:443"},
      {"an old name of it", {{"UV_INDEX_URL", "http://10.0.0.5:8080/simple"}}, "10.0.0.5:8080"},
      {"another beside it",
       {{"UV_INDEX", "torch=https://download.pytorch.org/whl/cpu"}},
       "pypi.org:443+ files.pythonhosted.org:443+ download.pytorch.org:443+ download-r2.pytorch.org:443+"},
      {"a folder of wheels", {{"UV_FIND_LINKS", "/opt/wheels"}}, "pypi.org:443+ files.pythonhosted.org:443+"},
      {"a page of wheels",
       {{"UV_FIND_LINKS", "/opt/wheels,https://wheels.example/all"}},
       "pypi.org:443+ files.pythonhosted.org:443+ wheels.example:443"},
      {"no URL", {{"UV_DEFAULT_INDEX", "file:///srv/index"}}, ""},
      {"no port", {{"UV_DEFAULT_INDEX", "https://mirror.example:x/simple"}}, ""},
      {"an IPv6 address", {{"UV_DEFAULT_INDEX", "https://[fd00::1]:444/simple"}}, "fd00::1:444"},
  };
  for (const auto& c : cases) EXPECT_EQ(hosts_of(index_from({c.said, false}, "")), c.hosts) << c.what;
  EXPECT_EQ(hosts_of(index_from({{}, true}, "")), "") << "no index is to be asked";
}

TEST(Index, CredentialsAreWithheldFromBuilds) {
  const auto index = index_from({{{"UV_DEFAULT_INDEX", "https://me:s3cret@mirror.example:8443/simple?x=1"},
                                  {"UV_INDEX", "more=https://token@more.example/simple"}},
                                 false},
                                "");
  EXPECT_EQ(index.url, "https://mirror.example:8443/simple?x=1");
  EXPECT_EQ(variable(index, "UV_DEFAULT_INDEX"), index.url);
  EXPECT_EQ(variable(index, "UV_INDEX"), "more=https://more.example/simple");
  EXPECT_EQ(index.withheld, (std::vector<std::string>{"mirror.example", "more.example"}));
}

TEST(Index, TheWayToItIsThisHosts) {
  const auto index = index_from({{{"HTTPS_PROXY", "http://proxy:3128"},
                                  {"NO_PROXY", "localhost,.Site.example"},
                                  {"SSL_CERT_FILE", "/etc/site.pem"}},
                                 false},
                                "/etc/usual.pem");
  EXPECT_EQ(index.proxy, "http://proxy:3128");
  EXPECT_EQ(index.no_proxy, (std::vector<std::string>{"localhost", ".site.example"}));
  EXPECT_EQ(index.certificates, "/etc/site.pem");
  EXPECT_EQ(index_from({{}, false}, "/etc/usual.pem").certificates, "/etc/usual.pem");
}

TEST(Index, AreAskedInTheInstallersOrder) {
  using Addresses = std::vector<std::string>;
  EXPECT_EQ(addresses_from({{}, false}), Addresses{"https://pypi.org/simple"});
  EXPECT_EQ(addresses_from({{{"UV_DEFAULT_INDEX", "https://me:s3cret@mirror.example/simple?a=b"},
                             {"UV_INDEX", "more=https://more.example/simple file:///srv/index"}},
                            false}),
            (Addresses{"https://more.example/simple", "https://me:s3cret@mirror.example/simple?a=b"}));
  EXPECT_TRUE(addresses_from({{}, true}).empty()) << "no index is to be asked";
}

}  // namespace
