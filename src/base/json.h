// JSON as Agora writes and reads it: doubles in their shortest exact form, members in the order they were
// set.
#pragma once
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

namespace json = boost::json;

// Fails with `invalid`, naming line and column.
Result<json::value> parse_json(std::string_view text);

// NaN and infinities, which JSON has no word for, become null.
std::string to_text(const json::value& value);
std::string to_pretty_text(const json::value& value);  // two spaces deep, for people

// A member of an object by name, or null where it is absent or `value` is no object.
const json::value* find_member(const json::value& value, std::string_view name);
// The text of such a member; empty where it is absent or no text.
std::string find_text(const json::value& value, std::string_view name);

// Shortest text that reads back as the same double; "nan", "inf", "-inf" otherwise.
std::string to_text(double number);

}  // namespace base
