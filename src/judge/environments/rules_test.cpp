#include "judge/environments/rules.h"

#include <gtest/gtest.h>

#include "judge/environments/settings.h"
#include "judge/environments/text.h"

namespace {
using namespace environments;

TEST(EnvironmentName, TakesWhatPeopleCanSay) {
  for (const char* name : {"default", "a", "spectra-2024", "3d_images", "x.y"})
    EXPECT_FALSE(why_bad_name(name));
  for (const std::string name :
       {"", "-a", ".", "..", "a/b", "A", "a b", "../x", "0123456789abcdef0123456789abcdef"})
    EXPECT_TRUE(why_bad_name(name)) << name;
  EXPECT_TRUE(why_bad_name(std::string(65, 'a')));
}

TEST(Requirements, TakesPackagesWithVersionsExtrasMarkersAndComments) {
  const char* text =
      "# what we need\n"
      "numpy==1.24.4\n"
      "  scipy >= 1.9, <2   # why\n"
      "PyYAML[fast]~=6.0\n"
      "tomli ; python_version < \"3.11\"\n"
      "six (==1.17.0)\n"
      "joblib==1.2.* \\\n"
      "    --hash=sha256:00\n"
      "\r\n"
      "torch==2.1.0+cpu";
  const auto why = why_bad_requirements(text, "r.txt");
  EXPECT_FALSE(why) << why->message;
}

TEST(Requirements, NamesFileAndLineOfWhatItRefuses) {
  struct Case {
    const char* text;
    const char* place;
    const char* says;
  };
  const Case cases[] = {
      {"", "r.txt", "names no package"},
      {"# nothing\n\n", "r.txt", "names no package"},
      {"six\n-r other.txt\n", "r.txt, line 2", "put the lines of that file here"},
      {"--constraint=c.txt", "r.txt, line 1", "put the lines of that file here"},
      {"six\n\n-e .\n", "r.txt, line 3", "build a wheel"},
      {"--index-url https://example.org/simple\nsix\n", "r.txt, line 1", "PIP_INDEX_URL"},
      {"--pre\nsix", "r.txt, line 1", "--pre"},
      {"six @ https://example.org/six.whl", "r.txt, line 1", "not from a URL"},
      {"git+https://example.org/six.git", "r.txt, line 1", "not from a URL"},
      {"./six-1.0-py3-none-any.whl", "r.txt, line 1", "not from a URL or path"},
      {"/tmp/six.tar.gz", "r.txt, line 1", "not from a URL or path"},
      {"six=1.0", "r.txt, line 1", "\"=1.0\" is no version condition"},
      {"six 1.0", "r.txt, line 1", "\"1.0\" is no version condition"},
      {"six==", "r.txt, line 1", "is no version"},
      {"six==1.0 numpy", "r.txt, line 1", "is no version"},
      {"six[a", "r.txt, line 1", "']'"},
      {"a \\\n==1.0\n==2\n", "r.txt, line 3", "does not start with a package's name"},
      {"six \\", "r.txt, line 1", "ends after"},
  };
  for (const auto& c : cases) {
    const auto why = why_bad_requirements(c.text, "r.txt");
    ASSERT_TRUE(why) << c.text;
    EXPECT_EQ(why->kind, base::ErrorKind::invalid);
    EXPECT_TRUE(why->message.starts_with(c.place)) << why->message;
    EXPECT_NE(why->message.find(c.says), std::string::npos) << why->message;
  }
}

TEST(Lock, GivesPackagesByName) {
  const auto packages = packages_of_lock(
      "b==2.0.post1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n# via x\na==1 ; sys_platform == "
      "'linux' "
      "--hash=sha256:02\n");
  ASSERT_TRUE(packages) << packages.error().message;
  ASSERT_EQ(packages->size(), 2u);
  EXPECT_EQ((*packages)[0].name, "a");
  EXPECT_EQ((*packages)[0].version, "1");
  EXPECT_EQ((*packages)[1].version, "2.0.post1");
}

TEST(Lock, RefusesWhatIsNotPinnedOrHasNoHash) {
  for (const char* lock : {"", "a>=1 \\\n --hash=sha256:00\n", "a==1\n", "a==1\nb==2 \\\n --hash=sha256:00\n",
                           "--hash=sha256:00\n", "a==1 \\\n --hash=md5:00\n"})
    EXPECT_FALSE(packages_of_lock(lock)) << lock;
}

TEST(Lock, OfTheDefaultHoldsWhatRampKitsNeed) {
  const auto packages = packages_of_lock(default_lock());
  ASSERT_TRUE(packages) << packages.error().message;
  const std::map<std::string, std::string> wanted{{"numpy", "1.24.4"},       {"scipy", "1.10.1"},
                                                  {"pandas", "1.5.3"},       {"scikit-learn", "1.2.2"},
                                                  {"xarray", "2023.1.0"},    {"scikit-image", "0.20.0"},
                                                  {"ramp-workflow", "0.7.0"}};
  std::size_t met = 0;
  for (const auto& package : *packages) {
    const auto row = wanted.find(package.name);
    if (row == wanted.end()) continue;
    EXPECT_EQ(package.version, row->second) << package.name;
    ++met;
  }
  EXPECT_EQ(met, wanted.size());
}

TEST(Hash, DependsOnLockPythonAndPlatform) {
  const auto hash = hash_of("a==1", "3.11.2", "linux-x86_64");
  EXPECT_TRUE(is_hash(hash));
  EXPECT_EQ(hash, hash_of("a==1", "3.11.2", "linux-x86_64"));
  EXPECT_NE(hash, hash_of("a==2", "3.11.2", "linux-x86_64"));
  EXPECT_NE(hash, hash_of("a==1", "3.11.9", "linux-x86_64"));
  EXPECT_NE(hash, hash_of("a==1", "3.11.2", "linux-aarch64"));
}

// What uv 0.13 says, shortened.
TEST(Explain, SaysWhatToChangeAndWhere) {
  struct Case {
    const char* output;
    const char* requirements;
    base::ErrorKind kind;
    const char* says;
  };
  const Case cases[] = {
      {"error: No solution found when resolving dependencies\n  cause: Because scippy was not found in the "
       "package "
       "registry and you require scippy, we can conclude that your requirements are unsatisfiable.\n",
       "numpy\nscippy\n", base::ErrorKind::invalid, "there is no package \"scippy\" (r.txt, line 2)"},
      {"error: No solution found when resolving dependencies\n  cause: Because numy was not found in the "
       "package "
       "registry and old<=0.2.0 depends on numy, we can conclude that old<=0.2.0 cannot be used.\n",
       "old==0.2\n", base::ErrorKind::invalid, "\"numy\" (r.txt, needed by another package)"},
      {"error: No solution found when resolving dependencies\n  cause: Because pyaudio==0.2.14 has no usable "
       "wheels "
       "and you require pyaudio==0.2.14, we can conclude that your requirements are unsatisfiable.\n\nhint: "
       "Wheels",
       "six\n\nPyAudio==0.2.14\n", base::ErrorKind::invalid, "pyaudio==0.2.14 (r.txt, line 3) has no wheel"},
      {"error: No solution found when resolving dependencies\n  cause: Because there is no version of "
       "numpy==99.0 "
       "and you require numpy==99.0, we can conclude that your requirements are unsatisfiable.\n",
       "numpy==99.0\n", base::ErrorKind::invalid, "there is no version numpy==99.0 (r.txt, line 1)"},
      {"error: No solution found when resolving dependencies\n  cause: Because pandas==3.0.0 depends on\n    "
       " "
       "numpy>=1.26.0 and you require numpy==1.24.4, we can conclude that they are incompatible.\n",
       "numpy==1.24.4\npandas==3.0.0\n", base::ErrorKind::invalid, "cannot be had together"},
      {"error: Couldn't parse requirement in `r.txt` at position 4\n  cause: Trailing `foo` is not allowed\n",
       "six\nnumpy==1 foo\n", base::ErrorKind::invalid, "r.txt, line 2: "},
      {"error: Request failed after 3 retries in 10.4s\n  cause: Failed to fetch: "
       "http://127.0.0.1:9/simple/six/\n  "
       "cause: tcp connect error\n  cause: Connection refused (os error 111)\n",
       "six\n", base::ErrorKind::unavailable,
       "http://127.0.0.1:9/simple/six/ cannot be reached (Connection refused (os error 111))"},
      {"error: Failed to write\n  cause: No space left on device (os error 28)\n", "six\n",
       base::ErrorKind::unavailable, "the disk is full"},
      {"error: Hash mismatch for `six==1.17.0`\n", "six\n", base::ErrorKind::unavailable, "was refused"},
      {"error: unexpected argument '--relocatable' found\n", "six\n", base::ErrorKind::unavailable,
       "too old"},
      {"error: something new\n", "six\n", base::ErrorKind::unavailable, "something new"},
  };
  for (const auto& c : cases) {
    const auto error = explain(c.output, {c.requirements, "r.txt"});
    EXPECT_EQ(error.kind, c.kind) << error.message;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << error.message;
  }
}

TEST(Settings, SayPipsWordsInUvsWords) {
  const auto settings =
      settings_from({"[global]\nindex-url = https://mirror/simple\ncert=/etc/center.pem\n[list]\nindex-url = "
                     "https://other\n",
                     "[install]\nextra_index_url =\n    https://one/simple\n    https://two/simple\n; "
                     "note\ntrusted-host = mirror\n"},
                    {{"PIP_FIND_LINKS", "/usr /no/such/folder https://wheels"},
                     {"PIP_DEFAULT_TIMEOUT", "180"},
                     {"PATH", "/bin"}});
  const auto& set = settings.variables;
  EXPECT_EQ(set.at("UV_DEFAULT_INDEX"), "https://mirror/simple");
  EXPECT_EQ(set.at("UV_INDEX"), "https://one/simple https://two/simple");
  EXPECT_EQ(set.at("UV_FIND_LINKS"), "/usr,https://wheels");
  EXPECT_EQ(set.at("UV_INSECURE_HOST"), "mirror");
  EXPECT_EQ(set.at("UV_HTTP_TIMEOUT"), "180");
  EXPECT_EQ(set.at("SSL_CERT_FILE"), "/etc/center.pem");
  EXPECT_EQ(set.at("PATH"), "/bin");
  EXPECT_FALSE(settings.no_index);
}

TEST(Settings, RiseInStrengthFromFileToVariableToUvsOwn) {
  const std::vector<std::string> files{"[global]\nindex-url = https://file\nno-index = true\n"};
  EXPECT_EQ(settings_from(files, {}).variables.at("UV_DEFAULT_INDEX"), "https://file");
  EXPECT_TRUE(settings_from(files, {}).no_index);
  EXPECT_FALSE(settings_from(files, {{"PIP_NO_INDEX", "0"}}).no_index);
  const Variables pip{{"PIP_INDEX_URL", "https://variable"}};
  EXPECT_EQ(settings_from(files, pip).variables.at("UV_DEFAULT_INDEX"), "https://variable");
  const Variables both{{"PIP_INDEX_URL", "https://variable"}, {"UV_DEFAULT_INDEX", "https://own"}};
  EXPECT_EQ(settings_from(files, both).variables.at("UV_DEFAULT_INDEX"), "https://own");
  const Variables old{{"UV_INDEX_URL", "https://own"}};
  EXPECT_FALSE(settings_from(files, old).variables.contains("UV_DEFAULT_INDEX"));
  const Variables certificates{{"PIP_CERT", "/a"}, {"SSL_CERT_FILE", "/b"}, {"REQUESTS_CA_BUNDLE", "/c"}};
  EXPECT_EQ(settings_from({}, certificates).variables.at("SSL_CERT_FILE"), "/b");
}

TEST(Settings, LeaveOutFolderLinksThatAreNotThere) {
  EXPECT_FALSE(
      settings_from({}, {{"PIP_FIND_LINKS", "/no/such/folder"}}).variables.contains("UV_FIND_LINKS"));
}

TEST(Text, TrimsSplitsAndJoinsLines) {
  EXPECT_EQ(trimmed(" \ta b\r\n"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(split("a,,b", ',').size(), 3u);
  EXPECT_EQ(one_line("  a\n   b\tc "), "a b c");
}

TEST(Explaining, NamesTheLineOfTheFileThatSomebodyWrote) {
  const std::vector<int> lines{7, 12};
  const auto error = explain(
      "  × No solution found when resolving dependencies:\n  cause: Because numy was not found in the "
      "package "
      "registry and you require numy, we can conclude that your requirements are unsatisfiable.\n",
      {"six\nnumy==1.0\n", "environment.yml", lines});
  EXPECT_NE(error.message.find("environment.yml, line 12"), std::string::npos) << error.message;
}

TEST(Explained, WhatHasNoWheelIsNamedAsTheIndexDoes) {
  const std::string begin = "error: No solution found when resolving dependencies\n  cause: Because ";
  const struct {
    std::string output;
    std::vector<std::string> names;
  } cases[] = {
      {begin + "docopt==0.6.2 has no usable wheels and you require docopt==0.6.2", {"docopt"}},
      {begin + "all versions of Ruamel.Yaml have no usable\n   wheels and you require it", {"ruamel-yaml"}},
      {begin +
           "a>=1 has no usable wheels and only a<=2 is available.\n And because b==1 has no wheels with a "
           "matching Python ABI tag",
       {"a", "b"}},
      {begin + "nothing we know.\n\nhint: Wheels are required for `wget` because building from source is "
               "disabled for all packages (i.e., with `--no-build`)",
       {"wget"}},
      {begin + "only docopt<=0.6.2 is available and you require docopt>1", {}},
      {"error: Failed to fetch: docopt has no usable wheels", {}},
  };
  for (const auto& c : cases) EXPECT_EQ(without_wheels(c.output), c.names) << c.output;
}

TEST(Lock, KnowsWhoseAHashIs) {
  const std::string lock =
      "a==1.0 \\\n    --hash=sha256:11\nbe-e==2.0+x ; python_version == '3.11' \\\n    --hash=sha256:22 \\\n"
      "    --hash=sha256:33\n";
  const auto found = [&](std::string_view hash) {
    const auto package = package_with(lock, hash);
    return package ? package->name + " " + package->version : "none";
  };
  EXPECT_EQ(found("11"), "a 1.0");
  EXPECT_EQ(found("22"), "be-e 2.0+x");
  EXPECT_EQ(found("33"), "be-e 2.0+x");
  EXPECT_EQ(found("44"), "none");
  EXPECT_FALSE(package_with("", "11"));
}

TEST(Log, KeepsNoPassword) {
  EXPECT_EQ(without_credentials("Downloading https://me:secret@host/simple/six/ now"),
            "Downloading https://host/simple/six/ now");
  EXPECT_EQ(without_credentials("a http://t@a/, b https://x/y@2 c"), "a http://a/, b https://x/y@2 c");
  EXPECT_EQ(without_credentials("nothing"), "nothing");
  EXPECT_EQ(without_credentials("user@host ://"), "user@host ://");
}

}  // namespace
