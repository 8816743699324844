// Reads kits from small text held as values, and lints them. Knows no disk, no Python, no data: whoever has
// the folder hands its tree over.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kit {

struct Entry {
  std::string path;  // relative to the kit's root, with '/'
  std::uint64_t size = 0;
  bool is_link = false;
};

// A kit as it lies on disk: every file's path and size, and the text of the small ones (*.py, *.toml, *.md,
// ...).
struct Tree {
  std::vector<Entry> entries;
  std::map<std::string, std::string, std::less<>> texts;
};

enum class Form { native, ramp, codabench };

enum class Weight { error, warning, note };

struct Finding {
  Weight weight = Weight::error;
  std::string file;     // relative to the kit's root; empty: the kit as a whole
  int line = 0;         // 0: the file as a whole
  std::string message;  // what is wrong
  std::string next;     // what to change
};

// Per phase and per process tree; kit.toml's [limits] changes them.
struct Limits {
  double prepare_seconds = 600;
  double fit_seconds = 600;
  double predict_seconds = 300;
  double score_seconds = 300;
  std::uint64_t memory_bytes = 4ull << 30;
  std::uint64_t submission_bytes = 64u << 20;  // all files of a submission
  std::uint64_t output_bytes = 1u << 20;
  int processes = 64;
  int cores = 2;  // processor seconds that a phase may use for each second of its limit
};

struct Kit {
  Form form = Form::ramp;
  std::string title;
  std::string statement = "statement.md";  // empty: none
  std::string environment = "default";
  std::vector<std::string> files;        // extra files that fold cells may read, relative to the kit's root
  std::vector<std::string> baselines;    // names of submissions, rising in strength
  std::vector<std::string> submissions;  // every folder below submissions/
  Limits limits;
};

struct Reading {
  std::optional<Kit> kit;  // absent where an error stands among the findings
  std::vector<Finding> findings;
};

// Recognises the form (PLATFORM.md's table), reads kit.toml, and lints what text alone can tell.
Reading read_kit(const Tree& tree);

// Lints one submission's files: present elements, text that is Python by its looks, sizes, links.
std::vector<Finding> lint_submission(const Kit& kit, const Tree& submission);

std::string_view word_for(Weight weight);
std::string_view word_for(Form form);
std::string to_text(const Finding& finding);  // "problem.py:12: error: ... (next step)"
// One a line, each weight apart from the next.
std::string to_text(const std::vector<Finding>& findings);

}  // namespace kit
