// The texts that people give of themselves: names, addresses, passwords, and the handle made of a name.
#include <algorithm>

#include <fmt/format.h>

#include "features/people/rules.h"

namespace people {
namespace {

// One character of UTF-8 that web has checked already, or its bytes one by one where it was not.
char32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 1 || length > text.size()) {
    text.remove_prefix(1);
    return first;
  }
  char32_t character = first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    character = (character << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  text.remove_prefix(length);
  return character;
}

// U+00C0 to U+017F without their marks, in order: Latin-1's letters, then Latin Extended-A. '*' is spelled
// out below, '-' is no letter.
constexpr std::string_view kPlain =
    "aaaaaa*ceeeeiiii*nooooo-ouuuuy**aaaaaa*ceeeeiiii*nooooo-ouuuuy*y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkklllllll"
    "lllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kPlain.size() == 0x180 - 0xC0);

struct Spelling {
  char32_t character;
  std::string_view letters;
};
constexpr Spelling kSpelledOut[] = {
    {0xC6, "ae"}, {0xE6, "ae"},  {0xD0, "d"},   {0xF0, "d"},    {0xDE, "th"},  {0xFE, "th"},
    {0xDF, "ss"}, {0x132, "ij"}, {0x133, "ij"}, {0x152, "oe"},  {0x153, "oe"}, {0x218, "s"},
    {0x219, "s"}, {0x21A, "t"},  {0x21B, "t"},  {0x1E9E, "ss"},
};

std::string_view letters_of(char32_t character, char& space) {
  const auto* spelled = std::find_if(std::begin(kSpelledOut), std::end(kSpelledOut),
                                     [&](const Spelling& each) { return each.character == character; });
  if (spelled != std::end(kSpelledOut)) return spelled->letters;
  if (character >= 'A' && character <= 'Z') character += 32;
  space = static_cast<char>(character);
  if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) return {&space, 1};
  if (character >= 0xC0 && character < 0x180) {
    space = kPlain[character - 0xC0];
    if (space != '-' && space != '*') return {&space, 1};
  }
  return {};
}

// Letters that an apostrophe or a combining mark stands between belong together: O'Neill is oneill.
bool joins(char32_t character) {
  return character == '\'' || character == 0x2019 || (character >= 0x300 && character < 0x370);
}

std::string without_digits_at_ends(std::string text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!text.empty() && digit(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), digit));
  return text;
}

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return made;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::size_t characters_in(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) take_character(text);
  return count;
}

// What guessers try first, without the digits that people put around them.
constexpr std::string_view kCommon[] = {
    "password",   "passwort", "motdepasse",    "contrasena", "letmein",     "welcome",   "bienvenue",
    "qwerty",     "qwertyui", "qwertyuiop",    "azerty",     "azertyuiop",  "asdfghjkl", "iloveyou",
    "jetaime",    "admin",    "administrator", "changeme",   "secret",      "default",   "football",
    "baseball",   "princess", "sunshine",      "superman",   "batman",      "starwars",  "pokemon",
    "dragon",     "monkey",   "master",        "michael",    "jordan",      "charlie",   "computer",
    "internet",   "whatever", "trustno",       "passw0rd",   "p@ssw0rd",    "p@ssword",  "test",
    "testtest",   "abcdefgh", "abcd",          "abc",        "qwe",         "qaz",       "1q2w3e4r",
    "1q2w3e4r5t", "zaq12wsx", "1qaz2wsx",      "agora",      "datascience",
};

bool is_common(std::string_view password) {
  const auto lowered = lower(password);
  if (std::all_of(lowered.begin(), lowered.end(), [&](char c) { return c == lowered.front(); })) return true;
  const auto core = without_digits_at_ends(lowered);
  if (core.empty()) return lowered.size() < 16;  // digits only
  return std::any_of(std::begin(kCommon), std::end(kCommon), [&](std::string_view common) {
    return core == common || lowered == common ||
           (core.ends_with('!') && core.substr(0, core.size() - 1) == common);
  });
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
}

}  // namespace

std::string handle_from(std::string_view name) {
  constexpr std::size_t kMost = 24;
  std::string handle;
  bool gap = false;
  while (!name.empty()) {
    const auto character = take_character(name);
    if (joins(character)) continue;
    char space = 0;
    const auto letters = letters_of(character, space);
    if (letters.empty()) {
      gap = !handle.empty();
      continue;
    }
    if (handle.size() + letters.size() + (gap ? 1 : 0) > kMost) break;
    if (gap) handle += '-';
    gap = false;
    handle += letters;
  }
  return handle.empty() ? "person" : handle;
}

std::string numbered(std::string_view handle, int number) {
  if (number <= 1) return std::string(handle);
  const auto ending = fmt::format("-{}", number);
  return std::string(handle.substr(0, 24 - ending.size())) + ending;
}

std::string tidy_email(std::string_view text) {
  return lower(trimmed(text));
}

std::string tidy_name(std::string_view text) {
  std::string tidy;
  for (const char c : trimmed(text)) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) tidy += c;
    if (blank && tidy.back() != ' ') tidy += ' ';
  }
  return tidy;
}

base::Result<void> check_email(std::string_view tidy) {
  const auto at = tidy.find('@');
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; };
  const bool good = at != std::string_view::npos && at > 0 && at + 1 < tidy.size() && tidy.size() <= 254 &&
                    tidy.find('@', at + 1) == std::string_view::npos &&
                    std::none_of(tidy.begin(), tidy.end(), blank);
  if (!good) return base::invalid("/email: this is no e-mail address: it has the form name@example.org");
  return {};
}

base::Result<void> check_name(std::string_view tidy) {
  const auto count = characters_in(tidy);
  if (count == 0 || count > 100) return base::invalid("/name: a name has 1 to 100 characters");
  if (has_controls(tidy)) return base::invalid("/name: a name holds no control characters");
  return {};
}

base::Result<void> check_notice(std::string_view tidy) {
  if (const auto count = characters_in(tidy); count > 200)
    return base::invalid(
        fmt::format("/notice: a notice has at most 200 characters, this one has {}: shorten it", count));
  if (has_controls(tidy)) return base::invalid("/notice: a notice holds no control characters");
  return {};
}

base::Result<void> check_password(std::string_view password, std::string_view email, std::string_view name) {
  const auto count = characters_in(password);
  if (count < 8 || count > 128)
    return base::invalid(fmt::format(
        "/password: a password has 8 to 128 characters, this one has {}; a sentence is good", count));
  const auto lowered = lower(password);
  const bool own = lowered == email || lowered == email.substr(0, email.find('@')) ||
                   lowered == lower(name) || handle_from(password) == handle_from(name);
  if (own) return base::invalid("/password: your own name or address is the first thing to be guessed");
  if (is_common(password))
    return base::invalid("/password: this is one of the passwords that are guessed first: take another");
  return {};
}

}  // namespace people
