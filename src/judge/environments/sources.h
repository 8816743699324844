// What a file asks of an environment, whatever its form: packages in the words of a requirements file, a
// Python, and what could not be taken over. Pure: texts in, values out.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "judge/environments/environments.h"

namespace environments {

struct Asked {
  std::string requirements;       // one a line
  std::vector<int> lines;         // of the file, for each line of `requirements`
  std::string python;             // conditions as in ">=3.9,<3.13"; empty: any
  std::vector<LeftOut> left_out;  // by line
};

// Fails with `invalid`, naming file and line.
base::Result<Asked> read_source(const Recipe& recipe);

base::Result<Asked> read_requirements(const Recipe& recipe);
base::Result<Asked> read_pyproject(const Recipe& recipe);
base::Result<Asked> read_conda(const Recipe& recipe);

// Whether a Python ("3.11.2") meets conditions as in ">=3.9,<3.13"; what is no condition is not met.
bool meets(std::string_view python, std::string_view conditions);

// What conda calls a package, and what the package index calls the same one.
struct CondaName {
  std::string_view conda;
  std::string_view index;
};
std::span<const CondaName> conda_names();

// Why a conda package is no Python package: a compiler, a library, a driver; nothing where it may be one.
std::optional<std::string> why_no_python_package(std::string_view conda_name);

// A conda requirement without its channel, as in "numpy=1.24.3=py311_0", "scipy >=1.9,<2" or "dask".
struct CondaSpec {
  std::string name;     // in lower case, as conda writes it
  std::string version;  // as conda writes it: "=1.24.3", ">=1.9,<2"
  std::string build;    // "py311_0"
  std::string channel;  // "conda-forge"
};
std::optional<CondaSpec> conda_spec_from(std::string_view text);

// "=1.2" becomes "==1.2.*". Nothing where it has no counterpart, as an alternative ("1.2|1.4").
std::optional<std::string> version_from_conda(std::string_view version);

}  // namespace environments
