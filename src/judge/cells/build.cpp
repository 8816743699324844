#include "judge/cells/build.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/json.h"
#include "judge/cells/exchange.h"
#include "judge/cells/program.h"
#include "judge/cells/rules.h"

namespace cells {
namespace {

namespace json = base::json;

constexpr const char* kUv = "/program/uv";
constexpr const char* kCertificates = "/program/certificates.pem";
constexpr const char* kSource = "/program/source";
// Of 1980, where zip's time begins: a wheel's bytes, and so its hash, are not to say when it was made.
constexpr const char* kEpoch = "315532800";

// PEP 503, with the underscore that wheels' names have.
std::string normalized(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool separates = c == '-' || c == '_' || c == '.';
    if (separates && text.ends_with('_')) continue;
    text += separates ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() < 200 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) {
                       return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '+' || c == '!';
                     }) &&
         name.front() != '-' && name.front() != '.';
}

bool is_hash(const std::string& text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

json::object variables_of(const environments::Environment& environment, const environments::Index& index) {
  json::object variables{{"PATH", (environment.folder / "bin").string() + ":/usr/local/bin:/usr/bin:/bin"},
                         {"SOURCE_DATE_EPOCH", kEpoch},
                         {"UV_CACHE_DIR", "/tmp/uv"},
                         {"UV_PYTHON_DOWNLOADS", "never"},
                         {"UV_NO_CONFIG", "1"},
                         {"UV_NO_PROGRESS", "1"},
                         {"NO_COLOR", "1"}};
  for (const auto& [name, value] : index.variables) variables[name] = json::string(value);
  if (!index.certificates.empty())
    for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"})
      variables[name] = kCertificates;
  return variables;
}

std::vector<Given> given_of(const Build& build) {
  std::vector<Given> given{{"uv", build.uv}};
  if (!build.index.certificates.empty()) given.push_back({"certificates.pem", build.index.certificates});
  if (!build.source.empty()) given.push_back({"source/" + build.source.filename().string(), build.source});
  return given;
}

json::object argument_of(const environments::Environment& environment, const Build& build) {
  json::array hashes;
  for (const auto& hash : build.hashes) hashes.push_back(json::string(hash));
  json::object wanted{{"name", build.name},
                      {"version", build.version},
                      {"hashes", hashes},
                      {"index", build.index.url},
                      {"uv", kUv},
                      {"python", environment.python.string()},
                      {"variables", variables_of(environment, build.index)},
                      {"out_bytes", build.limits.out_bytes},
                      {"out_files", 1000}};
  if (!build.source.empty())
    wanted["source"] = fmt::format("{}/{}", kSource, build.source.filename().string());
  return wanted;
}

Errand errand_of(const environments::Environment& environment, const Build& build) {
  Program program;
  program.given = given_of(build);
  program.limits = build.limits;
  auto errand = errand_of(environment, program);
  errand.cell.entry = "agora_cell.build";
  errand.cell.argument = base::to_text(argument_of(environment, build));
  errand.cell.work_folder = "/tmp";
  errand.cell.network = sandbox::Network::loopback;
  return errand;
}

}  // namespace

sandbox::Limits Build::limits_of_builds() {
  sandbox::Limits limits;
  limits.memory_bytes = 4ull << 30;
  limits.scratch_bytes = 2ull << 30;
  limits.out_bytes = 1ull << 30;
  limits.output_bytes = 16u << 20;
  limits.file_bytes = 2ull << 30;
  limits.processes = 256;
  limits.files = 200'000;
  limits.wall_seconds = 1800;
  limits.cores = 4;  // compilers run beside each other
  return limits;
}

std::optional<base::Error> why_cannot_build(const Build& build) {
  const auto wrong = [](std::string why) { return base::Error{base::ErrorKind::invalid, std::move(why)}; };
  if (!is_name(build.name) || !is_name(build.version))
    return wrong(fmt::format("\"{}=={}\" is no distribution and version", printable(build.name),
                             printable(build.version)));
  if (build.source.empty() && build.hashes.empty())
    return wrong(fmt::format("{} {} has no hash in its lock, and nothing is built that is not known",
                             build.name, build.version));
  if (!std::all_of(build.hashes.begin(), build.hashes.end(), is_hash))
    return wrong("a hash is no SHA-256 in 64 hexadecimal digits");
  if (build.uv.empty()) return wrong("a build needs the installer uv");
  return std::nullopt;
}

base::Result<std::string> wheel_among(const std::vector<std::string>& files, const Build& build) {
  const auto is_wheel = [](const std::string& file) { return file.ends_with(".whl"); };
  const auto count = std::count_if(files.begin(), files.end(), is_wheel);
  if (count != 1) return base::invalid(fmt::format("it has left {} wheels and not one", count));
  const auto& file = *std::find_if(files.begin(), files.end(), is_wheel);
  const auto first = file.find('-'), second = file.find('-', first + 1);
  if (file.find('/') == std::string::npos && second != std::string::npos &&
      normalized(file.substr(0, first)) == normalized(build.name) &&
      file.substr(first + 1, second - first - 1) == build.version)
    return file;
  return base::invalid(
      fmt::format("it has left {}, which is not {} {}", printable(file), build.name, build.version));
}

base::Result<BuildOutcome> run_build(sandbox::Warden& warden, const sandbox::Cell& zygote,
                                     const environments::Environment& environment, const Build& build,
                                     const OnOutput& on_output, const std::stop_token& stop) {
  BuildOutcome outcome;
  Exchange exchange(build.index);
  auto errand = errand_of(environment, build);
  errand.on_ask = [&exchange](int link, std::string_view words) { exchange.ask(link, words); };
  auto ran = run_errand(warden, zygote, std::move(errand), on_output, stop);
  if (!ran) return tl::unexpected(ran.error());
  outcome.run = std::move(*ran);
  outcome.refused = exchange.refused();
  if (!outcome.run.why.empty() || outcome.run.code != 0) {
    outcome.why =
        outcome.run.why.empty() ? fmt::format("it failed with code {}", outcome.run.code) : outcome.run.why;
    return outcome;
  }
  const auto wheel = wheel_among(outcome.run.files, build);
  if (!wheel) {
    outcome.why = wheel.error().message;
    return outcome;
  }
  outcome.wheel = outcome.run.out / *wheel;
  auto hash = base::sha256_of_file(outcome.wheel);
  if (!hash) return tl::unexpected(hash.error());
  outcome.hash = std::move(*hash);
  return outcome;
}

}  // namespace cells
