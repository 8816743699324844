#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/kit/lints.h"
#include "core/kit/python_names.h"

namespace kit {
namespace {

constexpr std::string_view kFile = "problem.py";

struct Need {
  std::string_view name;
  std::string_view example;  // one line that would bind it
};
constexpr std::array kNeeds{
    Need{"problem_title", "problem_title = 'Variable stars'"},
    Need{"Predictions", "Predictions = rw.prediction_types.make_multiclass(label_names=[0, 1])"},
    Need{"workflow", "workflow = rw.workflows.Estimator()"},
    Need{"score_types", "score_types = [rw.score_types.Accuracy(name='accuracy')]"},
    Need{"get_cv", "def get_cv(X, y): return StratifiedKFold(5).split(X, y)"},
    Need{"get_train_data", "def get_train_data(path='.'): return _read(path, 'train.csv')"},
    Need{"get_test_data", "def get_test_data(path='.'): return _read(path, 'test.csv')"},
};

bool is_needed(std::string_view name) {
  return std::any_of(kNeeds.begin(), kNeeds.end(), [&](const Need& need) { return need.name == name; });
}

void lint_needs(const python::Module& module, int last_line, Findings& findings) {
  for (const auto& need : kNeeds) {
    if (module.names.contains(need.name)) continue;
    if (module.open_ended) {
      add(findings, Weight::note, kFile, last_line,
          fmt::format("{} is not bound in plain sight: a star import or exec may bring it", need.name),
          "import it by name, so that readers find it");
      continue;
    }
    std::vector<std::string_view> others;
    for (const auto& [name, binding] : module.names)
      if (!is_needed(name)) others.push_back(name);
    const auto close = closest(need.name, others);
    const auto hint =
        close.empty() ? "" : fmt::format("; did you mean {} at line {}?", close, module.names.at(close).line);
    add(findings, Weight::error, kFile, last_line,
        fmt::format("there is no {} at the top level{}", need.name, hint),
        fmt::format("write, for instance: {}", need.example));
  }
}

// rampwf calls get_train_data(path=FOLDER).
void lint_reader(const python::Module& module, std::string_view name, Findings& findings) {
  const auto found = module.names.find(name);
  if (found == module.names.end() || !found->second.parameters) return;
  const auto& [line, parameters] = std::pair(found->second.line, *found->second.parameters);
  const auto holds_path = [](const auto& list) {
    return std::find(list.begin(), list.end(), "path") != list.end();
  };
  if (!holds_path(parameters.by_name) && !parameters.any_name)
    return add(findings, Weight::error, kFile, line, fmt::format("{} takes no parameter `path`", name),
               fmt::format("write: def {}(path='.'):", name));
  auto others = parameters.needed;
  others.erase(std::remove(others.begin(), others.end(), "path"), others.end());
  if (!others.empty())
    add(findings, Weight::error, kFile, line,
        fmt::format("{} is called with `path` alone, and asks for {} too", name, listed(others)),
        "give the other parameters defaults");
}

void lint_folds(const python::Module& module, Findings& findings) {
  const auto found = module.names.find("get_cv");
  if (found == module.names.end() || !found->second.parameters) return;
  const auto& parameters = *found->second.parameters;
  const auto needed = parameters.needed.size() - parameters.needed_by_name.size();
  const bool takes_two = parameters.any_position || parameters.by_position.size() >= 2;
  if (takes_two && needed <= 2 && parameters.needed_by_name.empty()) return;
  add(findings, Weight::error, kFile, found->second.line, "get_cv is called with two arguments, X and y",
      "write: def get_cv(X, y):");
}

void lint_reads(const python::Module& module, Findings& findings) {
  for (const auto& read : module.reads)
    add(findings, Weight::warning, kFile, read.line,
        fmt::format("{}() reads a file while problem.py is imported, where cells do not see data/",
                    read.call),
        "read inside get_train_data and get_test_data only");
}

bool is_absolute_path(std::string_view text) {
  static constexpr std::array<std::string_view, 16> kRoots{
      "home", "Users", "data",  "mnt", "tmp", "root", "scratch", "var",
      "opt",  "srv",   "media", "etc", "usr", "work", "content", "kaggle"};
  if (text.size() >= 3 && text[1] == ':' && (text[2] == '\\' || text[2] == '/'))
    return (text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z');
  if (text.starts_with("~/")) return true;
  if (text.size() < 2 || text[0] != '/' || text.find_first_of(" \t\n(){}<>") != std::string_view::npos)
    return false;
  const auto first = text.substr(1, text.find('/', 1) - 1);
  return std::find(kRoots.begin(), kRoots.end(), first) != kRoots.end();
}

void lint_paths(const python::Tokens& tokens, Findings& findings) {
  for (const auto& token : tokens.tokens) {
    if (token.kind != python::TokenKind::string || !is_absolute_path(python::between_quotes(token))) continue;
    add(findings, Weight::warning, kFile, token.line,
        fmt::format("{} looks like a path of one machine", token.text.substr(0, 80)),
        "build paths from `path`: os.path.join(path, 'data', ...)");
  }
}

void lint_values(const python::Module& module, Findings& findings) {
  for (const auto& need : kNeeds) {
    const auto found = module.names.find(need.name);
    if (found != module.names.end() && found->second.is_placeholder)
      add(findings, Weight::error, kFile, found->second.line,
          fmt::format("{} is only a placeholder", need.name),
          fmt::format("write, for instance: {}", need.example));
  }
  const auto title = module.names.find("problem_title");
  if (title != module.names.end() && title->second.text &&
      title->second.text->find_first_not_of(" \t\r\n") == std::string::npos)
    add(findings, Weight::warning, kFile, title->second.line, "problem_title is empty",
        "say in a few words what is predicted");
  const auto scores = module.names.find("score_types");
  if (scores != module.names.end() && scores->second.is_empty_list)
    add(findings, Weight::error, kFile, scores->second.line, "score_types is an empty list",
        "name at least one score; the first one is official");
}

}  // namespace

std::string lint_problem(std::string_view text, Findings& findings) {
  if (const auto line = python::line_that_is_not_utf8(text)) {
    add(findings, Weight::error, kFile, *line, "these bytes are no UTF-8", "save the file as UTF-8");
    return {};
  }
  const auto tokens = python::tokenize(text);
  if (tokens.mistake) {
    add(findings, Weight::error, kFile, tokens.mistake->line, tokens.mistake->message, tokens.mistake->next);
    return {};
  }
  const auto module = python::look_at(tokens.tokens);
  lint_needs(module, tokens.last_line, findings);
  lint_reader(module, "get_train_data", findings);
  lint_reader(module, "get_test_data", findings);
  lint_folds(module, findings);
  lint_values(module, findings);
  lint_reads(module, findings);
  lint_paths(tokens, findings);
  const auto title = module.names.find("problem_title");
  return title == module.names.end() ? std::string() : title->second.text.value_or("");
}

}  // namespace kit
