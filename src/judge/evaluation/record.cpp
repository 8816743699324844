#include "judge/evaluation/record.h"

#include <array>
#include <cstdlib>

#include "base/files.h"
#include "base/hash.h"

namespace evaluation {
namespace {

std::string line_after(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string_view::npos) return {};
  const auto colon = text.find(": ", at);
  const auto end = text.find('\n', at);
  if (colon == std::string_view::npos || colon > end) return {};
  return std::string(text.substr(colon + 2, end - colon - 2));
}

// Extensions that choose a BLAS kernel or a vectorised path in NumPy.
constexpr std::array<std::string_view, 8> kExtensions{"sse4_2",  "avx",      "fma",         "avx2",
                                                      "avx512f", "avx512dq", "avx512_vnni", "asimd"};

}  // namespace

std::string cpu_text() {
  const auto facts = base::read_file("/proc/cpuinfo");
  if (!facts) return "unknown";
  auto text = line_after(*facts, "model name");
  const auto flags = " " + line_after(*facts, "flags") + " ";
  for (const auto extension : kExtensions) {
    if (flags.find(" " + std::string(extension) + " ") != std::string::npos)
      text += " " + std::string(extension);
  }
  if (const char* kernel = std::getenv("OPENBLAS_CORETYPE"))
    text += std::string(" OPENBLAS_CORETYPE=") + kernel;
  return text;
}

base::Result<Record> record_of(const ProblemSource& source, const environments::Environment& environment) {
  Record record;
  const std::vector<std::string> not_kit{"submissions", "data", "__pycache__", ".git"};
  auto kit_hash = base::sha256_of_folder(source.kit, not_kit);
  if (!kit_hash) return tl::unexpected(kit_hash.error());
  record.kit_hash = std::move(*kit_hash);
  std::error_code failed;
  const auto data = std::filesystem::canonical(source.data.value_or(source.kit / "data"), failed);
  if (!failed) {
    auto data_hash = base::sha256_of_folder(data);
    if (!data_hash) return tl::unexpected(data_hash.error());
    record.data_hash = std::move(*data_hash);
  }
  record.environment_hash = environment.hash;
  record.seed = source.seed;
  record.threads = "OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1";
  record.cpu = cpu_text();
  return record;
}

base::Result<std::string> code_hash(const Submission& submission) {
  return base::sha256_of_folder(submission.folder, {"training_output", "__pycache__", ".ipynb_checkpoints"});
}

}  // namespace evaluation
