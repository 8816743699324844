// The parts of a kit's reading, each in the file of its name. Only this room knows them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/kit/kit.h"

namespace kit {

using Findings = std::vector<Finding>;

void add(Findings& findings, Weight weight, std::string_view file, int line, std::string message,
         std::string next);

bool has_error(const Findings& findings);
const Entry* find_entry(const Tree& tree, std::string_view path);  // null when there is none
bool holds_below(const Tree& tree, std::string_view folder);       // any file below folder/
std::string_view closest(std::string_view word,
                         const std::vector<std::string_view>& known);  // empty: none is close

std::string listed(const std::vector<std::string_view>& names);  // "a, b, c"

// toml.cpp: reads kit.toml's text into `kit`.
enum class OtherKeys { refused, left_for_later };
void read_toml(Kit& kit, const Tree& tree, OtherKeys others, Findings& findings);

// problem.cpp: lints problem.py; gives its problem_title where it is plain text, else nothing.
std::string lint_problem(std::string_view text, Findings& findings);

// tree.cpp: what names and sizes tell; fills `kit.submissions` first.
void list_submissions(Kit& kit, const Tree& tree);
void lint_tree(const Kit& kit, const Tree& tree, Findings& findings);

}  // namespace kit
