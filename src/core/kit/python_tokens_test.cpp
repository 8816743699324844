#include "core/kit/python_tokens.h"

#include <chrono>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/files.h"
#include "core/kit/samples.h"

namespace {

using kit::python::tokenize;
using kit::python::TokenKind;

std::string words(std::string_view text) {
  std::string all;
  for (const auto& token : tokenize(text).tokens) {
    if (token.kind == TokenKind::newline) all += "; ";
    if (token.kind == TokenKind::indent) all += "> ";
    if (token.kind == TokenKind::dedent) all += "< ";
    if (token.kind <= TokenKind::op) all += std::string(token.text) + " ";
  }
  return all;
}

TEST(PythonTokens, AreThePartsOfLinesAndBlocks) {
  const struct {
    std::string_view text;
    std::string_view expect;
  } cases[] = {
      {"", ""},
      {"a", "a ; "},
      {"a\n\n  # note\nb", "a ; b ; "},
      {"if a:\n  b\n\n# c\n  d\ne", "if a : ; > b ; d ; < e ; "},
      {"if a:\n\tif b:\n\t\tc", "if a : ; > if b : ; > c ; < < "},
      {"x = [1,\n     2]\n", "x = [ 1 , 2 ] ; "},
      {"x = 1 + \\\n  2", "x = 1 + 2 ; "},
      {"x='a' \"b\"", "x = 'a' \"b\" ; "},
      {"x = '''a\n'b'\n'''\ny", "x = '''a\n'b'\n''' ; y ; "},
      {"x = rb'\\'' F\"{a}\"", "x = rb'\\'' F\"{a}\" ; "},
      {"x = 'a\\\nb'", "x = 'a\\\nb' ; "},
      {"x **= 1.5e-3j // 0x1e+2", "x **= 1.5e-3j // 0x1e + 2 ; "},
      {"a: int = ...\r\nb := 2\r\n", "a : int = ... ; b := 2 ; "},
      {"\xEF\xBB\xBF\xC3\xA9t\xC3\xA9 = 1", "\xC3\xA9t\xC3\xA9 = 1 ; "},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(words(c.text), c.expect) << c.text;
    EXPECT_FALSE(tokenize(c.text).mistake) << c.text;
  }
}

TEST(PythonTokens, NameTheLineWhereAMistakeBegan) {
  const struct {
    std::string_view text;
    int line;
    std::string_view part;
  } cases[] = {
      {"a\nb = (1,\n  2\nc\n", 2, "'(' opened here is never closed"},
      {"a = {1: [2,\n 3}\n", 1, "'[' opened here meets a '}' at line 2"},
      {"a\nb)\n", 2, "never opened"},
      {"a\nb = 'c\nd = 'e'\n", 2, "never ends"},
      {"a\n\"\"\"b\nc\"\"\nd", 2, "never ends"},
      {"a = f'{b\n'", 1, "never ends"},
      {"a\n  b\n", 2, "no block begins"},
      {"a\ndef b(c: int = 1)\n  return\n", 2, "expected ':'"},
      {"def b(c,\n      d)\n  return\n", 2, "expected ':'"},
      {"if a:\n  for b in c[1:]\n\n    # d\n    e\n", 2, "expected ':'"},
      {"async def b() -> {1: 2}\n  return\n", 1, "expected ':'"},
      {"try\n  a\n", 1, "expected ':'"},
      {"if a: b\n  c\n", 2, "no block begins"},
      {"if_a = 1\n  c\n", 2, "no block begins"},
      {"'if'\n  c\n", 2, "no block begins"},
      {"if a:\nb\n", 1, "block that this line opens is empty"},
      {"a\nif b:\n", 2, "block that this line opens is empty"},
      {"if a:\n    b\n  c\n", 3, "matches no block"},
      {"if a:\n        b\n\tc\n", 3, "tabs and spaces"},
      {"a = \\ \nb", 1, "backslash"},
      {"a\nb = \xE2\x80\x9C"
       "c\xE2\x80\x9D\n",
       2, "no Python outside a string"},
      {"a = 1 $ 2", 1, "'$' is no Python"},
      {"a ! b", 1, "'!' is no Python"},
      {std::string_view("a\n\0b", 4), 2, "null byte"},
      {std::string_view("a = '\\\0'", 8), 1, "null byte"},
  };
  for (const auto& c : cases) {
    const auto mistake = tokenize(c.text).mistake;
    ASSERT_TRUE(mistake) << c.text;
    EXPECT_EQ(mistake->line, c.line) << c.text << ": " << mistake->message;
    EXPECT_NE(mistake->message.find(c.part), std::string::npos) << c.text << ": " << mistake->message;
    EXPECT_FALSE(mistake->next.empty()) << c.text;
  }
}

TEST(PythonTokens, RefuseNestingThatWouldBreakAParser) {
  EXPECT_TRUE(tokenize(std::string(100'000, '(')).mistake);
  EXPECT_FALSE(tokenize(std::string(150, '(') + std::string(150, ')')).mistake);
}

TEST(PythonTokens, ResolveThePlainTextOfALiteral) {
  const auto value = [](std::string_view text) {
    return kit::python::literal_value(tokenize(text).tokens.front());
  };
  EXPECT_EQ(value("'a\\'b\\n'"), "a'b\n");
  EXPECT_EQ(value("'''a\nb'''"), "a\nb");
  EXPECT_EQ(value("''"), "");
  EXPECT_EQ(value("r'\\n'"), "\\n");
  EXPECT_EQ(value("'\\u00b3 \\x41 \\q'"), "\xC2\xB3 A \\q");
  EXPECT_FALSE(value("f'{a}'"));
  EXPECT_FALSE(value("b'a'"));
  EXPECT_FALSE(value("a"));
}

TEST(PythonTokens, FindTheLineThatIsNotUtf8) {
  using kit::python::line_that_is_not_utf8;
  EXPECT_FALSE(line_that_is_not_utf8("a\n\xC3\xA9 \xF0\x9F\x8C\x8A"));
  EXPECT_EQ(line_that_is_not_utf8("a\n\xE9t\xE9"), 2);
  for (const char* wrong : {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80"})
    EXPECT_TRUE(line_that_is_not_utf8(wrong));
}

// Runs python3 with one argument; its lines of output. Empty where there is no python3 3.11.
std::vector<std::string> ask_python(const std::string& program, const std::string& argument) {
  auto folder = base::TemporaryFolder::make("agora-test");
  if (!folder) return {};
  const auto script = (folder->path() / "ask.py").string();
  const auto answer = (folder->path() / "answer").string();
  std::ofstream(script) << program;
  const auto command =
      "python3 -I -W ignore '" + script + "' '" + argument + "' > '" + answer + "' 2>/dev/null";
  if (std::system(command.c_str()) != 0) return {};
  std::vector<std::string> lines;
  std::ifstream in(answer);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(PythonTokens, FindNoMistakeInTheStandardLibrary) {
  const auto files = ask_python(R"(
import ast, glob, sys
assert sys.version_info[:2] == (3, 11)
for name in sorted(glob.glob(sys.argv[1] + '/**/*.py', recursive=True)):
    try:
        ast.parse(open(name, 'rb').read())
        print(name)
    except (SyntaxError, ValueError):
        pass
)",
                                "/usr/lib/python3.11");
  if (files.empty()) GTEST_SKIP() << "needs python3 3.11 and its library at /usr/lib/python3.11";
  EXPECT_GT(files.size(), 100u);
  for (const auto& file : files) {
    const auto text = base::read_file(file);
    ASSERT_TRUE(text) << file;
    const auto mistake = tokenize(*text).mistake;
    EXPECT_FALSE(mistake) << file << ":" << mistake->line << ": " << mistake->message;
  }
}

std::string mutant(std::string text, std::mt19937& chance) {
  static constexpr std::string_view kPieces[] = {"(",  ")",  "[",  "}",        "'", "\"", "\"\"\"",
                                                 "\\", "\n", "\t", "    ",     ":", "#",  "f'",
                                                 "\r", "\f", "=",  "\xC3\xA9", "$", ";"};
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(chance);
  };
  for (std::size_t times = 1 + below(3); times > 0; --times) {
    const auto at = below(text.size());
    const auto how = below(4);
    if (how == 0) text.erase(at, 1 + below(8));
    if (how == 1) text.insert(at, kPieces[below(std::size(kPieces))]);
    if (how == 2) text[at] = static_cast<char>(below(256));
    if (how == 3) text.insert(at, text.substr(below(text.size()), below(60)));
    if (text.empty()) text = "x";
  }
  return text;
}

TEST(PythonTokens, OfMutantsFailOnlyWherePythonFails) {
  std::mt19937 chance(57);
  auto folder = base::TemporaryFolder::make("agora-test");
  ASSERT_TRUE(folder);
  std::vector<std::string> mutants;
  std::ostringstream all;
  for (int i = 0; i < 3000; ++i) {
    mutants.push_back(mutant(std::string(kit::samples::kProblem), chance));
    all << mutants.back().size() << "\n" << mutants.back();
  }
  std::size_t refused = 0;
  std::vector<bool> fails;
  for (const auto& text : mutants) {
    const auto tokens = tokenize(text);
    ASSERT_LE(tokens.tokens.size(), 3 * text.size() + 3);
    fails.push_back(tokens.mistake.has_value());
    refused += fails.back();
  }
  EXPECT_GT(refused, mutants.size() / 10);
  ASSERT_TRUE(base::write_file(folder->path() / "mutants", all.str()));
  const auto sound = ask_python(R"(
import ast, sys
assert sys.version_info[:2] == (3, 11)
with open(sys.argv[1], 'rb') as mutants:
    number = 0
    while size := mutants.readline():
        try:
            ast.parse(mutants.read(int(size)))
            print(number)
        except (SyntaxError, ValueError):
            pass
        number += 1
)",
                                (folder->path() / "mutants").string());
  if (sound.empty()) GTEST_SKIP() << "needs python3 3.11";
  for (const auto& number : sound) {
    const auto& text = mutants[std::stoul(number)];
    const auto mistake = tokenize(text).mistake;
    EXPECT_FALSE(mistake) << mistake->line << ": " << mistake->message << "\n" << text;
  }
}

TEST(PythonTokens, OfNoiseComeToAnEnd) {
  std::mt19937 chance(7);
  for (int i = 0; i < 2000; ++i) {
    std::string noise(chance() % 200, '\0');
    for (char& c : noise) c = "\n\r\t \\'\"()[]{}:#frbax0.e+-\0\xE2\x80\x9C"[chance() % 28];
    const auto tokens = tokenize(noise);
    ASSERT_LE(tokens.tokens.size(), 3 * noise.size() + 3);
  }
}

}  // namespace
