#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "core/kit/bytes.h"
#include "core/kit/lints.h"

namespace kit {
namespace {

constexpr std::string_view kFile = "kit.toml";
constexpr double kWeek = 7 * 86400.0;

struct Seconds {
  std::string_view key;
  double Limits::*member;
};
constexpr std::array kSeconds{
    Seconds{"prepare_seconds", &Limits::prepare_seconds}, Seconds{"fit_seconds", &Limits::fit_seconds},
    Seconds{"predict_seconds", &Limits::predict_seconds}, Seconds{"score_seconds", &Limits::score_seconds}};

struct Size {
  std::string_view key;
  std::uint64_t Limits::*member;
  std::uint64_t least;
  std::uint64_t most;
};
constexpr std::array kSizes{Size{"memory", &Limits::memory_bytes, 64 * kMiB, 16384 * kGiB},
                            Size{"submission", &Limits::submission_bytes, kKiB, 16 * kGiB},
                            Size{"output", &Limits::output_bytes, kKiB, kGiB}};

struct Count {
  std::string_view key;
  int Limits::*member;
  int most;
};
constexpr std::array kCounts{Count{"processes", &Limits::processes, 4096},
                             Count{"cores", &Limits::cores, 1024}};

const std::vector<std::string_view> kKeys{"title", "statement", "environment",
                                          "files", "baselines", "limits"};
const std::vector<std::string_view> kLimitKeys{"prepare_seconds", "fit_seconds", "predict_seconds",
                                               "score_seconds",   "memory",      "submission",
                                               "output",          "processes",   "cores"};

bool leaves_the_kit(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\\') != std::string_view::npos) return true;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (path.substr(begin, end - begin) == "..") return true;
    begin = end + 1;
  }
  return false;
}

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

class Reader {
 public:
  Reader(Kit& kit, const Tree& tree, Findings& findings) : kit_(kit), tree_(tree), findings_(findings) {}

  void read(const toml::table& table, OtherKeys others) {
    for (const auto& [key, node] : table) {
      const auto name = key.str();
      if (name == "title") read_title(node);
      if (name == "statement") read_statement(node);
      if (name == "environment") read_environment(node);
      if (name == "files") read_files(node);
      if (name == "baselines") read_baselines(node);
      if (name == "limits") read_limits(node);
      if (others == OtherKeys::refused && !holds(kKeys, name)) refuse_key(name, key, kKeys);
    }
  }

 private:
  static bool holds(const std::vector<std::string_view>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  }

  void error(int line, std::string message, std::string next) {
    add(findings_, Weight::error, kFile, line, std::move(message), std::move(next));
  }

  void refuse_key(std::string_view name, const toml::key& key, const std::vector<std::string_view>& known) {
    const int line = static_cast<int>(key.source().begin.line);
    if (&known == &kKeys && holds(kLimitKeys, name))
      return error(line, fmt::format("\"{}\" stands outside [limits]", name),
                   "move it below a line [limits]");
    if (&known == &kLimitKeys && holds(kKeys, name))
      return error(line, fmt::format("\"{}\" is no limit", name), "move it above the line [limits]");
    const auto near = closest(name, known);
    error(line, fmt::format("there is no key \"{}\"", name),
          near.empty() ? fmt::format("there are: {}", listed(known))
                       : fmt::format("did you mean \"{}\"?", near));
  }

  std::optional<std::string> text(const toml::node& node, std::string_view key) {
    if (const auto* value = node.as_string()) return value->get();
    error(line_of(node), fmt::format("\"{}\" takes a text", key), fmt::format("write: {} = \"...\"", key));
    return std::nullopt;
  }

  void read_title(const toml::node& node) {
    const auto title = text(node, "title");
    if (!title) return;
    kit_.title = *title;
    if (title->find_first_not_of(" \t\n") == std::string::npos)
      add(findings_, Weight::warning, kFile, line_of(node), "the title is empty",
          "say in a few words what is predicted");
  }

  void read_statement(const toml::node& node) {
    const auto path = text(node, "statement");
    if (!path) return;
    if (leaves_the_kit(*path)) return refuse_path(node, *path);
    kit_.statement = *path;
    if (find_entry(tree_, *path) != nullptr) return;
    kit_.statement.clear();
    add(findings_, Weight::warning, kFile, line_of(node),
        fmt::format("the statement {} does not exist", *path),
        "write it in Markdown: the question, the data with units, the metric and why");
  }

  void read_environment(const toml::node& node) {
    const auto name = text(node, "environment");
    if (!name) return;
    kit_.environment = *name;
    const bool plain = !name->empty() && std::all_of(name->begin(), name->end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '-' || c == '.';
    });
    if (!plain)
      error(line_of(node), fmt::format("\"{}\" is no name of an environment", *name),
            "use letters, digits, '_', '-' and '.'; `agora env list` shows those that exist");
  }

  void refuse_path(const toml::node& node, std::string_view path) {
    error(line_of(node), fmt::format("\"{}\" is no path inside the kit", path),
          "write it relative to the kit's folder, with '/', without '..'");
  }

  // Calls `each(text, node)` for a list of texts.
  template <class Each>
  void read_list(const toml::node& node, std::string_view key, Each each) {
    const auto* list = node.as_array();
    if (list == nullptr)
      return error(line_of(node), fmt::format("\"{}\" takes a list of texts", key),
                   fmt::format("write: {} = [\"...\"]", key));
    for (const auto& item : *list) {
      if (const auto* value = item.as_string())
        each(value->get(), item);
      else
        error(line_of(item), fmt::format("\"{}\" takes a list of texts, and this is none", key),
              "put it in quotes");
    }
  }

  void read_files(const toml::node& node) {
    read_list(node, "files", [this](const std::string& path, const toml::node& item) {
      if (leaves_the_kit(path)) return refuse_path(item, path);
      if (find_entry(tree_, path) == nullptr) return refuse_absent_file(path, item);
      kit_.files.push_back(path);
      const auto name = std::string_view(path).substr(path.rfind('/') + 1);
      for (const std::string_view hint : {"train", "test", "label", "truth", "solution"})
        if (path.starts_with("data/") && name.find(hint) != std::string_view::npos)
          return add(
              findings_, Weight::warning, kFile, line_of(item),
              fmt::format("every submission may read {}, and its name says that it may hold labels", path),
              "list only files without labels or test features");
    });
  }

  void refuse_absent_file(const std::string& path, const toml::node& item) {
    if (holds_below(tree_, path.ends_with('/') ? path.substr(0, path.size() - 1) : path))
      return error(line_of(item), fmt::format("{} is a folder", path), "list its files one by one");
    std::vector<std::string_view> paths;
    for (const auto& entry : tree_.entries) paths.push_back(entry.path);
    const auto near = closest(path, paths);
    error(line_of(item), fmt::format("the file {} does not exist", path),
          near.empty() ? "correct the path, or add the file" : fmt::format("did you mean {}?", near));
  }

  void read_baselines(const toml::node& node) {
    read_list(node, "baselines", [this](const std::string& name, const toml::node& item) {
      if (holds({kit_.baselines.begin(), kit_.baselines.end()}, name))
        return error(line_of(item), fmt::format("the baseline {} stands twice", name), "name it once");
      const std::vector<std::string_view> known(kit_.submissions.begin(), kit_.submissions.end());
      if (holds(known, name)) return kit_.baselines.push_back(name);
      const auto near = closest(name, known);
      // No error: a starter kit leaves out all but the starting kit, and runs.
      add(findings_, Weight::warning, kFile, line_of(item),
          fmt::format("the baseline {0} has no folder submissions/{0}", name),
          near.empty() ? "add the folder, or drop the name" : fmt::format("did you mean {}?", near));
    });
  }

  void read_limits(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr)
      return error(line_of(node), "\"limits\" takes a table",
                   "write a line [limits], and the limits below it");
    for (const auto& [key, value] : *table) {
      const auto name = key.str();
      for (const auto& row : kSeconds)
        if (row.key == name) read_seconds(row, value);
      for (const auto& row : kSizes)
        if (row.key == name) read_size(row, value);
      for (const auto& row : kCounts)
        if (row.key == name) read_count(row, value);
      if (!holds(kLimitKeys, name)) refuse_key(name, key, kLimitKeys);
    }
  }

  void read_seconds(const Seconds& row, const toml::node& node) {
    if (!node.is_number())
      return error(line_of(node), fmt::format("\"{}\" takes a number of seconds", row.key),
                   fmt::format("write: {} = 60", row.key));
    const double seconds = node.value_or(0.0);
    if (!(seconds >= 0.1 && seconds <= kWeek))
      return error(line_of(node), fmt::format("\"{}\" is out of range", row.key),
                   "take 0.1 s to 604800 s (a week)");
    kit_.limits.*row.member = seconds;
  }

  void read_size(const Size& row, const toml::node& node) {
    std::optional<double> bytes;
    if (const auto* number = node.as_integer()) bytes = static_cast<double>(number->get());
    if (const auto* words = node.as_string()) bytes = bytes_from(words->get());
    if (!bytes)
      return error(
          line_of(node), fmt::format("\"{}\" is no size", row.key),
          fmt::format("write: {} = \"2 GiB\" (B, kB, MB, GB, KiB, MiB, GiB), or a number of bytes", row.key));
    if (*bytes < static_cast<double>(row.least) || *bytes > static_cast<double>(row.most))
      return error(line_of(node), fmt::format("\"{}\" is out of range", row.key),
                   fmt::format("take {} to {}", bytes_text(row.least), bytes_text(row.most)));
    kit_.limits.*row.member = static_cast<std::uint64_t>(*bytes);
  }

  void read_count(const Count& row, const toml::node& node) {
    const auto* number = node.as_integer();
    if (number == nullptr || number->get() < 1 || number->get() > row.most)
      return error(line_of(node), fmt::format("\"{}\" takes a whole number, 1 to {}", row.key, row.most),
                   fmt::format("write: {} = {}", row.key, Limits{}.*row.member));
    kit_.limits.*row.member = static_cast<int>(number->get());
  }

  Kit& kit_;
  const Tree& tree_;
  Findings& findings_;
};

}  // namespace

void read_toml(Kit& kit, const Tree& tree, OtherKeys others, Findings& findings) {
  const auto text = tree.texts.find(kFile);
  if (text == tree.texts.end()) return;
  try {
    const auto table = toml::parse(text->second);
    Reader(kit, tree, findings).read(table, others);
  } catch (const toml::parse_error& error) {
    add(findings, Weight::error, kFile, static_cast<int>(error.source().begin.line),
        std::string(error.description()), "correct the TOML: texts in quotes, one `key = value` a line");
  }
}

}  // namespace kit
