#include "judge/environments/sources.h"

#include <cctype>
#include <set>

#include <gtest/gtest.h>

namespace {
using namespace environments;

Recipe recipe(SourceKind kind, std::string text, std::vector<std::string> extras = {}) {
  const char* file = kind == SourceKind::conda ? "environment.yml" : "pyproject.toml";
  return {.name = "x", .text = std::move(text), .source = file, .kind = kind, .extras = std::move(extras)};
}

// "3: the channel x: why", one a line.
std::string told(const std::vector<LeftOut>& left_out) {
  std::string text;
  for (const auto& one : left_out) text += std::to_string(one.line) + ": " + one.what + "\n";
  return text;
}

TEST(Sources, AreToldApartByTheirNames) {
  EXPECT_EQ(*kind_of_file("requirements-gpu.txt"), SourceKind::requirements);
  EXPECT_EQ(*kind_of_file("/a/pyproject.toml"), SourceKind::pyproject);
  EXPECT_EQ(*kind_of_file("deep/environment.yml"), SourceKind::conda);
  EXPECT_EQ(*kind_of_file("cluster.yaml"), SourceKind::conda);
  const auto other = kind_of_file("setup.py");
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("environment.yml"), std::string::npos);
  for (const auto kind : {SourceKind::requirements, SourceKind::pyproject, SourceKind::conda,
                          SourceKind::modules, SourceKind::prefix})
    EXPECT_EQ(source_kind_from(word_for(kind)), kind);
}

TEST(Conda, IsReadAsTheIndexSaysIt) {
  const auto asked = read_source(recipe(SourceKind::conda, R"(name: spectra
channels:
  - pytorch
  - conda-forge
dependencies:
  - python=3.10
  - numpy=1.24
  - scipy>=1.9,<2
  - pandas=1.5.3=py310h_0
  - conda-forge::scikit-learn==1.2.2
  - pytorch=2.1
  - cudatoolkit=11.8
  - gcc_linux-64
  - pip
  - pip:
    - xgboost==2.0.3
    - -e .
    - git+https://example.org/ours.git
)"));
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(
      asked->requirements,
      "numpy==1.24.*\nscipy>=1.9,<2\npandas==1.5.3\nscikit-learn==1.2.2\ntorch==2.1.*\nxgboost==2.0.3\n");
  EXPECT_EQ(asked->lines, (std::vector<int>{7, 8, 9, 10, 11, 16}));
  EXPECT_EQ(asked->python, "==3.10.*");
  EXPECT_EQ(told(asked->left_out),
            "3: the channel pytorch\n"
            "4: the channel conda-forge\n"
            "9: the build string py310h_0 of pandas\n"
            "10: the channel conda-forge of scikit-learn\n"
            "12: cudatoolkit=11.8\n"
            "13: gcc_linux-64\n"
            "14: pip\n"
            "17: pip: -e .\n"
            "18: pip: git+https://example.org/ours.git\n");
  for (const auto& one : asked->left_out) EXPECT_FALSE(one.why.empty()) << one.what;
}

TEST(Conda, ConditionsAreTranslated) {
  struct Case {
    const char* conda;
    const char* index;  // null: it has no counterpart
  };
  const Case cases[] = {
      {"", ""},
      {"*", ""},
      {"=1.2", "==1.2.*"},
      {"=1.2.*", "==1.2.*"},
      {"==1.2", "==1.2"},
      {"1.2.*", "==1.2.*"},
      {"1.2*", "==1.2.*"},
      {">=1.9,<2", ">=1.9,<2"},
      {">=1.9.*", ">=1.9"},
      {"!=1.3", "!=1.3"},
      {"~=1.2", "~=1.2"},
      {"1.2|1.4", nullptr},
      {"=1.*.3", nullptr},
      {">=", nullptr},
  };
  for (const auto& c : cases) {
    const auto index = version_from_conda(c.conda);
    EXPECT_EQ(index.has_value(), c.index != nullptr) << c.conda;
    if (index && c.index != nullptr) {
      EXPECT_EQ(*index, c.index) << c.conda;
    }
  }
}

TEST(Conda, SpecsAreTakenApart) {
  struct Case {
    const char* text;
    const char* name;
    const char* version;
    const char* build;
    const char* channel;
  };
  const Case cases[] = {
      {"numpy", "numpy", "", "", ""},
      {"NumPy =1.24", "numpy", "=1.24", "", ""},
      {"numpy 1.24.3 py310_0", "numpy", "==1.24.3", "py310_0", ""},
      {"numpy=1.24.3=py310_0", "numpy", "==1.24.3", "py310_0", ""},
      {"numpy==1.24.3=*", "numpy", "==1.24.3", "", ""},
      {"numpy >= 1.9, < 2", "numpy", ">=1.9,<2", "", ""},
      {"numpy<=2", "numpy", "<=2", "", ""},
      {"numpy 1.24", "numpy", "1.24", "", ""},
      {"a::b=1", "b", "=1", "", "a"},
  };
  for (const auto& c : cases) {
    const auto spec = conda_spec_from(c.text);
    ASSERT_TRUE(spec) << c.text;
    EXPECT_EQ(spec->name, c.name) << c.text;
    EXPECT_EQ(spec->version, c.version) << c.text;
    EXPECT_EQ(spec->build, c.build) << c.text;
    EXPECT_EQ(spec->channel, c.channel) << c.text;
  }
  for (const char* text : {"", "=1.2", "a b c d[x=1]", "numpy[version='>=1']"})
    if (const auto spec = conda_spec_from(text)) {
      EXPECT_FALSE(version_from_conda(spec->version)) << text;
    }
}

TEST(Conda, NamesItsLineWhereItCannotBeRead) {
  struct Case {
    const char* text;
    const char* says;
  };
  const Case cases[] = {
      {"name: x\n", "has no \"dependencies:\""},
      {"dependencies: numpy\n", "line 1: dependencies is no list"},
      {"dependencies:\n  - numpy\n  - npm:\n    - left-pad\n", "line 3: this is neither"},
      {"dependencies:\n  - gcc\n  - pip:\n", "line 2: nothing in it"},
      {"dependencies:\n  - numpy\n - scipy\n", "environment.yml, line 3"},
      {"- numpy\n", "has no \"dependencies:\""},
      {"dependencies:\n  - numpy: [1\n", "environment.yml, line"},
  };
  for (const auto& c : cases) {
    const auto asked = read_source(recipe(SourceKind::conda, c.text));
    ASSERT_FALSE(asked) << c.text;
    EXPECT_EQ(asked.error().kind, base::ErrorKind::invalid);
    EXPECT_NE(asked.error().message.find(c.says), std::string::npos) << asked.error().message;
  }
}

// Other importers stop at an empty "pip:".
TEST(Conda, AnEmptyPipListIsNoPackage) {
  const auto asked = read_source(recipe(SourceKind::conda, "dependencies:\n  - six\n  - pip:\n"));
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->requirements, "six\n");
}

std::string normalized(std::string_view name) {
  std::string text;
  for (const char c : name)
    text += c == '_' || c == '.' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

TEST(Conda, EachNameOfTheTableIsOneThatDiffers) {
  std::set<std::string> seen;
  for (const auto& row : conda_names()) {
    EXPECT_TRUE(seen.insert(std::string(row.conda)).second) << row.conda << " stands there twice";
    EXPECT_NE(normalized(row.conda), normalized(row.index));
    EXPECT_FALSE(why_no_python_package(row.conda)) << row.conda;
  }
  for (const char* name : {"librosa", "numpy", "rich", "requests", "golang-x", "cuda-python"})
    EXPECT_FALSE(why_no_python_package(name)) << name;
  for (const char* name : {"libblas", "r-base", "cuda-toolkit", "gxx_linux-64", "openmpi"})
    EXPECT_TRUE(why_no_python_package(name)) << name;
}

constexpr const char* kProject = R"([build-system]
requires = ["setuptools"]

[project]
name = "spectra"
requires-python = ">=3.9,<3.13"
dependencies = [
  "numpy>=1.24",
  "scipy", "pandas[excel]~=2.0",
]

[project.optional-dependencies]
fit = ["scikit-learn==1.5.2"]
docs = ["sphinx"]

[tool.poetry.dependencies]
python = "^3.9"
)";

TEST(Pyproject, IsReadWithTheExtrasThatWereAskedFor) {
  const auto asked = read_source(recipe(SourceKind::pyproject, kProject, {"fit"}));
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->requirements, "numpy>=1.24\nscipy\npandas[excel]~=2.0\nscikit-learn==1.5.2\n");
  EXPECT_EQ(asked->lines, (std::vector<int>{8, 9, 9, 13}));
  EXPECT_EQ(asked->python, ">=3.9,<3.13");
  EXPECT_EQ(told(asked->left_out),
            "5: the project itself, spectra\n"
            "14: the extra \"docs\"\n"
            "16: [tool.poetry.dependencies]\n");
}

TEST(Pyproject, NamesItsLineWhereItCannotBeTaken) {
  struct Case {
    const char* text;
    const char* says;
  };
  const Case cases[] = {
      {"[tool.poetry]\nname = 1\n", "has no table [project]"},
      {"[project]\nname = \"a\"\n", "line 1: [project] names no package"},
      {"[project]\ndependencies = [\n  \"six\",\n  \"six @ https://x/six.whl\"]\n",
       "line 4: packages come from"},
      {"[project]\ndependencies = [\"six\", 3]\n", "line 2: a package is one line"},
      {"[project]\ndependencies = \"six\"\n", "line 2: this is no list"},
      {"[project]\ndynamic = [\n\"dependencies\"]\n", "line 3: the dependencies are found by running"},
      {"[project]\ndependencies = [\"six\"\n", "pyproject.toml, line"},
  };
  for (const auto& c : cases) {
    const auto asked = read_source(recipe(SourceKind::pyproject, c.text));
    ASSERT_FALSE(asked) << c.text;
    EXPECT_EQ(asked.error().kind, base::ErrorKind::invalid);
    EXPECT_NE(asked.error().message.find(c.says), std::string::npos) << asked.error().message;
  }
  const auto extra = read_source(recipe(SourceKind::pyproject, kProject, {"gpu"}));
  ASSERT_FALSE(extra);
  EXPECT_NE(extra.error().message.find("has no extra \"gpu\"; those it has: docs, fit"), std::string::npos)
      << extra.error().message;
}

TEST(PythonVersions, MeetConditionsOrDoNot) {
  struct Case {
    const char* python;
    const char* conditions;
    bool meets;
  };
  const Case cases[] = {
      {"3.11.2", "", true},          {"3.11.2", ">=3.9,<3.13", true}, {"3.11.2", "==3.11.*", true},
      {"3.11.2", "==3.10.*", false}, {"3.11.2", "!=3.11.*", false},   {"3.11.2", "~=3.9", true},
      {"3.11.2", "~=3.9.1", false},  {"3.11.2", "<3.11", false},      {"3.11.0", "==3.11", true},
      {"3.9.18", ">=3.10", false},   {"3.11.2", ">3.11", true},       {"3.11.2", "3.11", false},
      {"3.11.2", "^3.11", false},    {"3.10.1", "<=3.10", false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(meets(c.python, c.conditions), c.meets) << c.python << " " << c.conditions;
}

}  // namespace
