#include "core/kit/python_names.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/kit/python_parameters.h"

namespace kit::python {
namespace {

using Line = std::span<const Token>;

constexpr std::array<std::string_view, 14> kCompound{"def",    "class",   "if",  "elif",  "else", "try",
                                                     "except", "finally", "for", "while", "with", "async"};

// Calls that open a file: plain ones, and ones that only count as a method or module member.
constexpr std::array<std::string_view, 8> kReaders{"open",    "loadmat",    "imread",       "read_csv",
                                                   "loadtxt", "genfromtxt", "open_dataset", "ZipFile"};
constexpr std::array<std::string_view, 19> kMemberReaders{
    "load",      "fromfile",    "memmap",    "open_mfdataset", "load_dataset", "read_parquet", "read_excel",
    "read_hdf",  "read_pickle", "read_json", "read_table",     "read_feather", "read_fwf",     "read_stata",
    "read_text", "read_bytes",  "safe_load", "listdir",        "File"};

template <class List>
bool holds(const List& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

// The targets of `a, (b, *c) = ...`: names that are no part of an attribute, subscript or call.
std::vector<std::string_view> targets(Line line) {
  std::vector<std::string_view> names;
  int trailer_depth = 0;  // inside `x[...]` or `x(...)`
  for (std::size_t i = 0; i < line.size(); ++i) {
    const int step = bracket_step(line[i]);
    const auto* before = i > 0 ? &line[i - 1] : nullptr;
    const bool follows_value =
        before != nullptr && (before->kind == TokenKind::name || before->is(")") || before->is("]"));
    if (trailer_depth > 0 || (step > 0 && follows_value)) {
      trailer_depth += step;
      continue;
    }
    if (line[i].kind != TokenKind::name || (before != nullptr && before->is("."))) continue;
    const auto* after = i + 1 < line.size() ? &line[i + 1] : nullptr;
    if (after != nullptr && (after->is(".") || after->is("[") || after->is("("))) continue;
    names.push_back(line[i].text);
  }
  return names;
}

std::optional<std::string> text_of(Line value) {
  while (value.size() >= 2 && value.front().is("(") && value.back().is(")"))
    value = value.subspan(1, value.size() - 2);
  if (value.empty()) return std::nullopt;
  std::string text;
  for (const auto& token : value) {  // neighbours join, as in Python
    const auto part = literal_value(token);
    if (!part) return std::nullopt;
    text += *part;
  }
  return text;
}

class Walker {
 public:
  Module walk(Line tokens) {
    while (!tokens.empty()) {
      const auto kind = tokens.front().kind;
      if (kind == TokenKind::indent) {
        blocks_.push_back(next_block_);
      } else if (kind == TokenKind::dedent) {
        if (!blocks_.empty()) blocks_.pop_back();
      } else {
        const auto end = std::find_if(tokens.begin(), tokens.end(),
                                      [](const Token& t) { return t.kind == TokenKind::newline; });
        const auto length = static_cast<std::size_t>(end - tokens.begin());
        read_line(tokens.first(length));
        tokens = tokens.subspan(std::min(length, tokens.size() - 1));
      }
      tokens = tokens.subspan(1);
    }
    for (const auto& call : calls_)
      if (reading_functions_.contains(call.call)) module_.reads.push_back(call);
    std::sort(module_.reads.begin(), module_.reads.end(),
              [](const Read& a, const Read& b) { return a.line < b.line; });
    return std::move(module_);
  }

 private:
  struct Block {
    bool waits = false;  // runs later (a function) or never on import (`if __name__ == ...`)
    bool is_class = false;
    std::string_view function;
  };

  bool waits() const {
    return std::any_of(blocks_.begin(), blocks_.end(), [](const Block& b) { return b.waits; });
  }
  bool in_class() const {
    return std::any_of(blocks_.begin(), blocks_.end(), [](const Block& b) { return b.is_class; });
  }

  void read_line(Line line) {
    next_block_ = {};
    if (line.empty()) return;
    if (waits()) return read_inside(line);
    if (line[0].is("async") && line.size() > 1) line = line.subspan(1);
    const bool compound = line[0].kind == TokenKind::name && holds(kCompound, line[0].text);
    const auto colon = compound ? find_outside(line, ":") : line.size();
    const auto header = line.first(colon);
    const auto body = colon < line.size() ? line.subspan(colon + 1) : Line{};
    next_block_.is_class = line[0].is("class");
    if (line[0].is("def") && line.size() > 1) next_block_ = {true, false, line[1].text};
    if (line[0].is("if") && line.size() > 1 && line[1].is("__name__")) next_block_.waits = true;
    note_reads(header, {});
    if (!in_class()) bind_header(header, compound);
    decorated_ = line[0].is("@");
    if (next_block_.waits) return note_reads(body, next_block_.function);
    if (compound && !next_block_.is_class) {
      note_reads(body, {});
      if (!in_class()) bind_all(body);
    }
  }

  // A line of a function's body, or of one that no import runs.
  void read_inside(Line line) {
    note_reads(line, blocks_.front().function);
    if (line[0].is("global"))
      for (const auto name : targets(line.subspan(1)))
        module_.names.try_emplace(name, Binding{line[0].line, {}, {}});
  }

  void bind_header(Line header, bool compound) {
    if (!compound) return bind_all(header);
    if ((header[0].is("def") || header[0].is("class")) && header.size() > 1) return bind_definition(header);
    if (header[0].is("for")) {
      const auto in = find_outside(header, "in");
      for (const auto name : targets(header.subspan(1, in - 1))) bind(name, header[0].line);
    }
    if (header[0].is("with"))
      for (std::size_t i = 1; i + 1 < header.size(); ++i)
        if (header[i].is("as"))
          for (const auto name : targets(header.subspan(i + 1, 1))) bind(name, header[i].line);
    bind_walrus(header);
  }

  void bind_definition(Line header) {
    auto& binding = bind(header[1].text, header[0].line);
    if (header[1].is("__getattr__")) module_.open_ended = true;
    const auto close = std::find_if(header.begin() + 2, header.end(), [depth = 0](const Token& t) mutable {
      depth += bracket_step(t);
      return depth == 0;
    });
    if (header[0].is("def") && !decorated_ && close - header.begin() > 2)
      binding.parameters =
          read_parameters(header.subspan(3, static_cast<std::size_t>(close - header.begin()) - 3));
  }

  void bind_all(Line line) {
    for (const auto statement : split_outside(line, ";")) bind_statement(statement);
  }

  void bind_statement(Line line) {
    if (line.empty()) return;
    for (std::size_t i = 0; i + 1 < line.size(); ++i)
      if (line[i + 1].is("(") && (line[i].is("exec") || line[i].is("globals") || line[i].is("vars")))
        module_.open_ended = true;
    bind_walrus(line);
    if (line[0].is("import")) return bind_import(line.subspan(1));
    if (line[0].is("from")) {
      const auto import = find_outside(line, "import");
      return import < line.size() ? bind_import(line.subspan(import + 1)) : void();
    }
    bind_assignment(line);
  }

  void bind_import(Line names) {
    if (!names.empty() && names.front().is("*")) module_.open_ended = true;
    if (names.size() >= 2 && names.front().is("(") && names.back().is(")"))
      names = names.subspan(1, names.size() - 2);
    for (const auto piece : split_outside(names, ",")) {
      if (piece.empty() || piece[0].kind != TokenKind::name) continue;
      const bool renamed = piece.size() >= 3 && piece[piece.size() - 2].is("as");
      bind(renamed ? piece.back().text : piece[0].text, piece[0].line);
    }
  }

  void bind_assignment(Line line) {
    const auto pieces = split_outside(line, "=");
    if (pieces.size() < 2) return;
    const auto value = pieces.back();
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      auto target = pieces[i];
      target = target.first(find_outside(target, ":"));  // `name: type = value`
      for (const auto name : targets(target)) {
        auto& binding = bind(name, line[0].line);
        if (target.size() != 1) continue;
        binding.text = text_of(value);
        binding.is_empty_list = value.size() == 2 && value[0].is("[") && value[1].is("]");
        binding.is_placeholder = value.size() == 1 && value[0].is("...");
      }
    }
  }

  void bind_walrus(Line line) {
    for (std::size_t i = 1; i < line.size(); ++i)
      if (line[i].is(":=")) bind(line[i - 1].text, line[i].line);
  }

  Binding& bind(std::string_view name, int line) {
    auto& binding = module_.names[name];
    binding = Binding{};
    binding.line = line;
    return binding;
  }

  // Inside `function`, remembers that it reads; at import, remembers the read, and the calls of functions
  // that may.
  void note_reads(Line line, std::string_view function) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      if (line[i].is("lambda") && function.empty()) return;
      if (line[i].kind != TokenKind::name || !line[i + 1].is("(")) continue;
      const bool member = i > 0 && line[i - 1].is(".");
      const bool defined = i > 0 && (line[i - 1].is("def") || line[i - 1].is("class"));
      if (defined) continue;
      const bool reads = holds(kReaders, line[i].text) || (member && holds(kMemberReaders, line[i].text));
      if (reads && !function.empty()) reading_functions_.insert(function);
      if (reads && !waits() && function.empty()) module_.reads.push_back({line[i].line, line[i].text});
      if (!reads && !member && !waits() && function.empty()) calls_.push_back({line[i].line, line[i].text});
    }
  }

  std::vector<Block> blocks_;
  Block next_block_;
  bool decorated_ = false;
  std::vector<Read> calls_;
  std::set<std::string_view> reading_functions_;
  Module module_;
};

}  // namespace

Module look_at(std::span<const Token> tokens) {
  return Walker().walk(tokens);
}

}  // namespace kit::python
