#include "judge/environments/uv.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <unistd.h>

#include "base/config.h"
#include "base/files.h"
#include "judge/environments/rules.h"
#include "judge/environments/settings.h"
#include "judge/environments/store.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

bool is_program(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

// What a Debian without python3-venv says is long; what to do about it is short.
base::Failure cannot_make_venv(const Interpreter& interpreter, const std::string& output) {
  const auto minor = interpreter.version.substr(0, interpreter.version.rfind('.'));
  return base::unavailable(
      fmt::format("{} cannot make a virtual environment, which is needed once to fetch the installer uv: "
                  "`apt-get install python{}-venv`, or put uv on PATH or its path into AGORA_UV",
                  interpreter.executable.string(), minor),
      output);
}

// pip refuses to install outside a virtual environment on Debian, so one is made and thrown away. uv itself
// is one self-contained program.
base::Result<fs::path> fetch_uv(const fs::path& home, const Interpreter& interpreter,
                                const Progress& progress) {
  progress({"fetching the installer uv"});
  auto making = Making::begin(home);
  if (!making) return tl::unexpected(making.error());
  const auto venv = making->path() / "venv";
  auto variables = base::process_environment();
  for (const auto* variable :
       {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"})
    variables.erase(variable);
  auto made =
      run_tool({{interpreter.executable.string(), "-I", "-m", "venv", venv.string()}, variables, "/"});
  if (!made) return tl::unexpected(made.error());
  if (made->status != 0) return cannot_make_venv(interpreter, made->output);
  auto installed =
      run_tool({{(venv / "bin/python").string(), "-I", "-m", "pip", "install", "--no-input",
                 "--disable-pip-version-check", "--no-compile", "--only-binary", ":all:", "uv>=0.9,<1"},
                variables,
                "/"});
  if (!installed) return tl::unexpected(installed.error());
  const auto fetched = venv / "bin/uv";
  if (installed->status != 0 || !is_program(fetched))
    return base::unavailable(
        "the installer uv could not be fetched from the package index: check the network "
        "(HTTPS_PROXY, PIP_INDEX_URL, PIP_CERT), or put uv on PATH or its path into "
        "AGORA_UV",
        explain(installed->output, {}).message);
  const auto target = home / "tools" / "uv";
  if (::rename(fetched.c_str(), target.c_str()) != 0)
    return base::system_failure("rename", target.string(), errno);
  return target;
}

// Of uv's own variables only those that say where and how to fetch count: the others could have it run a
// package's code, or skip the hashes.
bool is_in_the_way(std::string_view variable) {
  constexpr std::array kOurs{"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX"};
  if (std::find(kOurs.begin(), kOurs.end(), variable) != kOurs.end()) return true;
  constexpr std::array kFetching{"UV_DEFAULT_INDEX", "UV_INDEX",        "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS",
                                 "UV_INSECURE_HOST", "UV_HTTP_",        "UV_REQUEST_TIMEOUT", "UV_CACHE_DIR",
                                 "UV_KEYRING",       "UV_NATIVE_TLS",   "UV_SYSTEM_CERTS",    "UV_OFFLINE",
                                 "UV_CONCURRENT_",   "UV_EXCLUDE_NEWER"};
  return variable.starts_with("UV_") &&
         std::none_of(kFetching.begin(), kFetching.end(),
                      [&](const char* kept) { return variable.starts_with(kept); });
}

}  // namespace

base::Result<fs::path> ensure_uv(const fs::path& home, const Interpreter& interpreter,
                                 const Progress& progress) {
  const auto variables = base::process_environment();
  if (const auto own = variables.find("AGORA_UV"); own != variables.end() && !own->second.empty()) {
    if (is_program(own->second)) return fs::absolute(own->second);
    return base::unavailable(
        fmt::format("AGORA_UV names {}, which is no program: correct it or unset it", own->second));
  }
  for (const auto& path : {base::program_folder() / "uv", home / "tools" / "uv", find_on_path("uv")})
    if (!path.empty() && is_program(path)) return path;
  return fetch_uv(home, interpreter, progress);
}

base::Result<Ran> run_uv(const fs::path& home, const fs::path& uv, const UvRun& run, const OnLine& on_line,
                         const std::stop_token& stop) {
  auto settings = host_settings();
  auto& variables = settings.variables;
  std::erase_if(variables, [](const auto& variable) { return is_in_the_way(variable.first); });
  variables.try_emplace("UV_CACHE_DIR", (home / "cache" / "uv").string());
  variables["UV_PYTHON_DOWNLOADS"] = "never";
  variables["UV_NO_PROGRESS"] = "1";
  variables["NO_COLOR"] = "1";
  auto& links = variables["UV_FIND_LINKS"];
  for (const auto& folder : run.wheels) links += (links.empty() ? "" : ",") + folder.string();
  auto words = run.words;
  const bool asks_index = words.size() > 1 && words[0] == "pip";
  if (settings.no_index && asks_index) words.push_back("--no-index");
  words.insert(words.begin(), uv.string());
  return run_tool({std::move(words), std::move(variables), run.folder}, on_line, stop);
}

}  // namespace environments
