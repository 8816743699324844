#include "core/kit/python_names.h"

#include <gtest/gtest.h>

#include "core/kit/python_parameters.h"
#include "core/kit/samples.h"

namespace {

using kit::python::tokenize;

std::string names(std::string_view text) {
  const auto tokens = tokenize(text);
  EXPECT_FALSE(tokens.mistake) << text << ": " << tokens.mistake->message;
  std::string all;
  for (const auto& [name, binding] : kit::python::look_at(tokens.tokens).names)
    all += (all.empty() ? "" : " ") + std::string(name);
  return all;
}

TEST(PythonNames, AreThoseThatTheTopLevelBinds) {
  const struct {
    std::string_view text;
    std::string_view expect;
  } cases[] = {
      {"a = 1", "a"},
      {"a = b = c", "a b"},
      {"a, (b, *c) = d", "a b c"},
      {"[a, b] = c", "a b"},
      {"a.b = 1; c[d] = 2; e(f).g = 3; h = 4", "h"},
      {"a[b, c], d = 1, 2", "d"},
      {"a: int = 1\nb: str", "a"},
      {"a += 1; b == c", ""},
      {"f(a=1)", ""},
      {"a = lambda b=1, c=2: b", "a"},
      {"import a.b, c as d", "a d"},
      {"from a import (b, c as d,\n  e)", "b d e"},
      {"from . import a", "a"},
      {"def a(b=1):\n  c = 1\n  def d(): pass", "a"},
      {"async def a(): pass", "a"},
      {"class a(b):\n  c = 1\n  def d(self): pass\ne = 1", "a e"},
      {"@b(c=1)\ndef a(): pass", "a"},
      {"if a:\n  b = 1\nelif c:\n  d = 1\nelse:\n  e = 1", "b d e"},
      {"if a: b = 1; c = 2", "b c"},
      {"if (a := 1): pass", "a"},
      {"try:\n  import a\nexcept ImportError as e:\n  a = None\nfinally: b = 1", "a b"},
      {"with a() as b, c() as d:\n  e = 1", "b d e"},
      {"for a, b in c:\n  d = 1", "a b d"},
      {"if __name__ == '__main__':\n  a = 1\nb = 2", "b"},
      {"if {a: 1}: b = 1", "b"},
      {"if a:\n  def b():\n    c = 1\n  d = 1", "b d"},
      {"def a():\n  global b, c\n  b = d = 1", "a b c"},
      {"match a:\n  case 1:\n    b = 1", "b"},
      {"'''a = 1'''\n# b = 1", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(names(c.text), c.expect) << c.text;
}

TEST(PythonNames, MayBeMoreWhereTheModuleIsOpenEnded) {
  for (const char* text :
       {"from a import *", "globals()['a'] = 1", "exec('a')", "def __getattr__(name): pass"})
    EXPECT_TRUE(kit::python::look_at(tokenize(text).tokens).open_ended) << text;
  for (const char* text : {"from a import b", "a = 1 * 2", "def f():\n  return globals()"})
    EXPECT_FALSE(kit::python::look_at(tokenize(text).tokens).open_ended) << text;
}

TEST(PythonNames, KeepAPlainTextAndTheLine) {
  const auto tokens = tokenize("\na = ('b' \"c\"\n  'd')\ne = f'{a}'\n");
  const auto module = kit::python::look_at(tokens.tokens);
  EXPECT_EQ(module.names.at("a").line, 2);
  EXPECT_EQ(module.names.at("a").text, "bcd");
  EXPECT_FALSE(module.names.at("e").text);
}

TEST(PythonNames, KeepTheParametersOfAFunction) {
  const auto tokens =
      tokenize("def f(a, /, b: dict = {'x': 1, 'y': 2}, *c, d, e=lambda g, h=1: g, **i): pass\n");
  const auto parameters = *kit::python::look_at(tokens.tokens).names.at("f").parameters;
  using Names = std::vector<std::string_view>;
  EXPECT_EQ(parameters.by_position, (Names{"a", "b"}));
  EXPECT_EQ(parameters.by_name, (Names{"b", "d", "e"}));
  EXPECT_EQ(parameters.needed, (Names{"a", "d"}));
  EXPECT_EQ(parameters.needed_by_name, (Names{"d"}));
  EXPECT_TRUE(parameters.any_position);
  EXPECT_TRUE(parameters.any_name);
}

TEST(PythonNames, SeeFilesReadWhileTheModuleIsImported) {
  const struct {
    std::string_view text;
    int line;  // 0: nothing is read
  } cases[] = {
      {"import a\nb = pd.read_csv('c')", 2},
      {"with open('a') as b:\n  c = b", 1},
      {"if a:\n  b = np.load('c')", 2},
      {"class A:\n  b = open('c')", 2},
      {"def f():\n  return open('a')\n\nb = f()", 4},
      {"def f(a=open('b')): pass", 1},
      {"def f():\n  return open('a')", 0},
      {"def f(): return open('a')", 0},
      {"f = lambda a: open(a)", 0},
      {"load(1)", 0},
      {"if __name__ == '__main__':\n  open('a')", 0},
      {"class A:\n  def f(self):\n    return open('c')", 0},
  };
  for (const auto& c : cases) {
    const auto tokens = tokenize(c.text);
    const auto reads = kit::python::look_at(tokens.tokens).reads;
    ASSERT_EQ(reads.size(), c.line == 0 ? 0u : 1u) << c.text;
    if (c.line != 0) {
      EXPECT_EQ(reads[0].line, c.line) << c.text;
    }
  }
}

}  // namespace
