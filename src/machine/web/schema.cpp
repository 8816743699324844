#include "machine/web/schema.h"

#include <charconv>
#include <cmath>
#include <regex>

#include <fmt/format.h>

#include "base/time.h"
#include "machine/web/text.h"

namespace web {
namespace json = base::json;
namespace {

constexpr std::size_t kMostErrors = 20;
constexpr int kDeepest = 64;
constexpr std::string_view kReference = "#/components/schemas/";

constexpr std::string_view kWords[] = {"$ref",
                                       "type",
                                       "enum",
                                       "const",
                                       "properties",
                                       "required",
                                       "additionalProperties",
                                       "items",
                                       "minItems",
                                       "maxItems",
                                       "minimum",
                                       "maximum",
                                       "exclusiveMinimum",
                                       "exclusiveMaximum",
                                       "minLength",
                                       "maxLength",
                                       "pattern",
                                       "format",
                                       "oneOf",
                                       "anyOf",
                                       "allOf",
                                       "title",
                                       "description",
                                       "default",
                                       "examples",
                                       "uniqueItems",
                                       "minProperties",
                                       "maxProperties",
                                       "contentMediaType",
                                       "contentEncoding",
                                       "readOnly",
                                       "writeOnly",
                                       "deprecated"};

std::string escaped(std::string_view name) {  // RFC 6901
  std::string text;
  for (const char c : name) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return text;
}

std::string_view type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "boolean";
    case json::kind::int64:
    case json::kind::uint64:
      return "integer";
    case json::kind::double_:
      return "number";
    case json::kind::string:
      return "string";
    case json::kind::array:
      return "array";
    case json::kind::object:
      return "object";
  }
  return "";
}

bool is_of_type(const json::value& value, std::string_view type) {
  const auto actual = type_of(value);
  if (actual == type) return true;
  if (type == "number") return actual == "integer";
  if (type == "integer" && value.is_double()) return std::trunc(value.get_double()) == value.get_double();
  return false;
}

std::size_t characters_in(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

std::string_view view_of(const json::string& text) {
  return {text.data(), text.size()};
}

bool is_of_format(std::string_view text, std::string_view format) {
  if (format == "date-time") return base::instant_from_rfc3339(text).has_value();
  if (format == "ulid") return text.size() == 26 && text.find_first_of("ILOUilou") == std::string_view::npos;
  if (format == "email") {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find_first_of(" \t\r\n") == std::string_view::npos;
  }
  return true;  // uri and the like are notes for the reader
}

// Walks a value along a schema and notes what does not fit.
class Check {
 public:
  explicit Check(const json::object& named) : named_(named) {}
  void walk(const json::value& value, const json::value& schema, const std::string& pointer, int depth);
  std::vector<FieldError> errors;

 private:
  void note(const std::string& pointer, std::string detail) {
    if (errors.size() < kMostErrors) errors.push_back({pointer, std::move(detail)});
  }
  bool fits(const json::value& value, const json::value& schema, int depth) const {
    Check inner(named_);
    inner.walk(value, schema, {}, depth);
    return inner.errors.empty();
  }
  void words(const json::value& value, const json::object& schema, const std::string& pointer);
  void text(const json::string& value, const json::object& schema, const std::string& pointer);
  void number(double value, const json::object& schema, const std::string& pointer);
  void array(const json::array& value, const json::object& schema, const std::string& pointer, int depth);
  void object(const json::object& value, const json::object& schema, const std::string& pointer, int depth);
  void choices(const json::value& value, const json::object& schema, const std::string& pointer, int depth);

  const json::object& named_;
};

void Check::walk(const json::value& value, const json::value& schema, const std::string& pointer, int depth) {
  if (schema.is_bool()) {
    if (!schema.get_bool()) note(pointer, "nothing may stand here");
    return;
  }
  if (depth > kDeepest) return note(pointer, "this is nested too deeply");
  const auto& rules = schema.get_object();
  if (const auto* reference = rules.if_contains("$ref"))
    walk(value, named_.at(view_of(reference->get_string()).substr(kReference.size())), pointer, depth + 1);
  const auto before = errors.size();
  words(value, rules, pointer);
  if (errors.size() > before) return;  // of the wrong type: the rest would only repeat it
  if (value.is_string()) text(value.get_string(), rules, pointer);
  if (value.is_number()) number(value.to_number<double>(), rules, pointer);
  if (value.is_array()) array(value.get_array(), rules, pointer, depth);
  if (value.is_object()) object(value.get_object(), rules, pointer, depth);
  choices(value, rules, pointer, depth);
}

void Check::words(const json::value& value, const json::object& schema, const std::string& pointer) {
  if (const auto* type = schema.if_contains("type")) {
    bool good = false;
    std::string wanted;
    const auto consider = [&](const json::value& name) {
      good = good || is_of_type(value, view_of(name.get_string()));
      wanted += fmt::format("{}{}", wanted.empty() ? "" : " or ", view_of(name.get_string()));
    };
    if (type->is_string()) consider(*type);
    if (type->is_array())
      for (const auto& name : type->get_array()) consider(name);
    if (!good) return note(pointer, fmt::format("this is of type {} and must be {}", type_of(value), wanted));
  }
  if (const auto* options = schema.if_contains("enum")) {
    const auto& list = options->get_array();
    if (std::find(list.begin(), list.end(), value) == list.end())
      note(pointer, fmt::format("this must be one of {}", base::to_text(*options)));
  }
  if (const auto* only = schema.if_contains("const"); only != nullptr && *only != value)
    note(pointer, fmt::format("this must be {}", base::to_text(*only)));
}

const json::value* bound(const json::object& schema, std::string_view word) {
  return schema.if_contains(word);
}

void Check::text(const json::string& value, const json::object& schema, const std::string& pointer) {
  const auto view = view_of(value);
  const auto length = static_cast<double>(characters_in(view));
  if (const auto* least = bound(schema, "minLength"); least && length < least->to_number<double>())
    note(pointer, fmt::format("this needs at least {} characters", base::to_text(*least)));
  if (const auto* most = bound(schema, "maxLength"); most && length > most->to_number<double>())
    return note(pointer, fmt::format("this has {} characters; {} is the most", length, base::to_text(*most)));
  if (const auto* format = schema.if_contains("format");
      format && !is_of_format(view, view_of(format->get_string())))
    note(pointer, fmt::format("this is no {}", view_of(format->get_string())));
  const auto* pattern = schema.if_contains("pattern");
  if (pattern == nullptr) return;
  const std::regex shape(pattern->get_string().c_str(), std::regex::ECMAScript | std::regex::optimize);
  // libstdc++ matches by recursion: long texts are refused before they can exhaust the stack.
  if (view.size() > 4096 || !std::regex_search(view.begin(), view.end(), shape))
    note(pointer, fmt::format("this must match {}", view_of(pattern->get_string())));
}

void Check::number(double value, const json::object& schema, const std::string& pointer) {
  const auto out = [&](std::string_view word, auto fails, std::string_view says) {
    const auto* limit = bound(schema, word);
    if (limit != nullptr && fails(value, limit->to_number<double>()))
      note(pointer, fmt::format("this must be {} {}", says, base::to_text(*limit)));
  };
  out("minimum", std::less<>(), "at least");
  out("maximum", std::greater<>(), "at most");
  out("exclusiveMinimum", std::less_equal<>(), "more than");
  out("exclusiveMaximum", std::greater_equal<>(), "less than");
}

void Check::array(const json::array& value, const json::object& schema, const std::string& pointer,
                  int depth) {
  const auto size = static_cast<double>(value.size());
  if (const auto* least = bound(schema, "minItems"); least && size < least->to_number<double>())
    note(pointer, fmt::format("this needs at least {} items", base::to_text(*least)));
  if (const auto* most = bound(schema, "maxItems"); most && size > most->to_number<double>())
    return note(pointer, fmt::format("this has {} items; {} is the most", size, base::to_text(*most)));
  if (const auto* unique = schema.if_contains("uniqueItems"); unique && *unique == json::value(true))
    for (std::size_t i = 0; i < value.size(); ++i)
      if (std::find(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(i), value[i]) !=
          value.begin() + static_cast<std::ptrdiff_t>(i))
        note(fmt::format("{}/{}", pointer, i), "this item is there twice");
  if (const auto* items = schema.if_contains("items"))
    for (std::size_t i = 0; i < value.size() && errors.size() < kMostErrors; ++i)
      walk(value[i], *items, fmt::format("{}/{}", pointer, i), depth + 1);
}

void Check::object(const json::object& value, const json::object& schema, const std::string& pointer,
                   int depth) {
  if (const auto* required = schema.if_contains("required"))
    for (const auto& name : required->get_array())
      if (!value.contains(view_of(name.get_string())))
        note(fmt::format("{}/{}", pointer, escaped(view_of(name.get_string()))), "this is missing");
  const auto size = static_cast<double>(value.size());
  if (const auto* least = bound(schema, "minProperties"); least && size < least->to_number<double>())
    note(pointer, fmt::format("this needs at least {} members", base::to_text(*least)));
  if (const auto* most = bound(schema, "maxProperties"); most && size > most->to_number<double>())
    note(pointer, fmt::format("this may have at most {} members", base::to_text(*most)));
  const auto* properties = schema.if_contains("properties");
  const auto* others = schema.if_contains("additionalProperties");
  for (const auto& [name, member] : value) {
    const auto place = fmt::format("{}/{}", pointer, escaped({name.data(), name.size()}));
    const auto* known = properties == nullptr ? nullptr : properties->get_object().if_contains(name);
    if (known != nullptr)
      walk(member, *known, place, depth + 1);
    else if (others != nullptr && *others == json::value(false))
      note(place, "there is no such field here");
    else if (others != nullptr)
      walk(member, *others, place, depth + 1);
  }
}

void Check::choices(const json::value& value, const json::object& schema, const std::string& pointer,
                    int depth) {
  const auto matching = [&](const json::value& list) {
    return std::count_if(list.get_array().begin(), list.get_array().end(),
                         [&](const json::value& option) { return fits(value, option, depth + 1); });
  };
  if (const auto* all = schema.if_contains("allOf"))
    for (const auto& part : all->get_array()) walk(value, part, pointer, depth + 1);
  if (const auto* any = schema.if_contains("anyOf"); any && matching(*any) == 0)
    note(pointer, "this fits none of the allowed forms");
  if (const auto* one = schema.if_contains("oneOf"))
    if (const auto count = matching(*one); count != 1)
      note(pointer, count == 0 ? "this fits none of the allowed forms" : "this fits more than one form");
}

}  // namespace

base::Result<Schemas> Schemas::make(std::span<const NamedSchema> named) {
  Schemas schemas;
  for (const auto& [name, text] : named) {
    auto value = base::parse_json(text);
    if (!value) return base::invalid(fmt::format("the schema {}: {}", name, value.error().message));
    if (schemas.named_.contains(name)) return base::invalid(fmt::format("two schemas are named {}", name));
    schemas.named_[name] = std::move(*value);
  }
  for (const auto& [name, schema] : schemas.named_)
    if (auto good = schemas.accept(schema, std::string(name)); !good) return base::Failure(good.error());
  return schemas;
}

base::Result<json::value> Schemas::read(std::string_view text) const {
  if (!text.empty() && text.front() != '{') {
    if (!named_.contains(text)) return base::invalid(fmt::format("there is no schema named {}", text));
    return json::object{{"$ref", fmt::format("{}{}", kReference, text)}};
  }
  auto schema = base::parse_json(text);
  if (!schema) return base::Failure(schema.error());
  if (auto good = accept(*schema, "the schema"); !good) return base::Failure(good.error());
  return schema;
}

namespace {

bool has_right_form(std::string_view word, const json::value& value) {
  if (word == "type") return value.is_string() || value.is_array();
  if (word == "pattern" || word == "format" || word == "$ref") return value.is_string();
  if (word == "required" || word == "enum" || word.ends_with("Of")) return value.is_array();
  if (word == "properties") return value.is_object();
  if (word.starts_with("min") || word.starts_with("max") || word.starts_with("exclusive"))
    return value.is_number();
  return true;
}

}  // namespace

base::Result<void> Schemas::accept(const json::value& schema, const std::string& place) const {
  if (schema.is_bool()) return {};
  if (!schema.is_object()) return base::invalid(fmt::format("{} must be an object", place));
  for (const auto& [name, value] : schema.get_object()) {
    const std::string_view word(name.data(), name.size());
    if (std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords))
      return base::invalid(
          fmt::format("{} says \"{}\", which is not checked here: leave it out", place, word));
    if (!has_right_form(word, value))
      return base::invalid(fmt::format("{}: \"{}\" has the wrong form", place, word));
    if (word != "$ref") continue;
    const auto target = view_of(value.get_string());
    if (!target.starts_with(kReference) || !named_.contains(target.substr(kReference.size())))
      return base::invalid(fmt::format("{} points to {}, which is not there", place, target));
  }
  return accept_parts(schema.get_object(), place);
}

base::Result<void> Schemas::accept_parts(const json::object& schema, const std::string& place) const {
  if (const auto* properties = schema.if_contains("properties"))
    for (const auto& [name, part] : properties->get_object())
      if (auto good = accept(part, fmt::format("{}.{}", place, std::string_view(name))); !good) return good;
  for (const auto* word : {"items", "additionalProperties"})
    if (const auto* part = schema.if_contains(word))
      if (auto good = accept(*part, fmt::format("{} {}", place, word)); !good) return good;
  for (const auto* word : {"oneOf", "anyOf", "allOf"})
    if (const auto* list = schema.if_contains(word))
      for (const auto& part : list->get_array())
        if (auto good = accept(part, fmt::format("{} {}", place, word)); !good) return good;
  if (const auto* pattern = schema.if_contains("pattern")) {
    try {
      const std::regex shape(pattern->get_string().c_str());
    } catch (const std::regex_error& wrong) {
      return base::invalid(fmt::format("{}: the pattern is wrong: {}", place, wrong.what()));
    }
  }
  return {};
}

std::vector<FieldError> Schemas::errors_in(const json::value& value, const json::value& schema) const {
  Check check(named_);
  check.walk(value, schema, {}, 0);
  return std::move(check.errors);
}

json::value value_from_text(std::string_view text, const json::value& schema) {
  const auto* type = base::find_member(schema, "type");
  const std::string_view wanted =
      type != nullptr && type->is_string() ? view_of(type->get_string()) : "string";
  if (wanted == "boolean" && text == "true") return true;
  if (wanted == "boolean" && text == "false") return false;
  if (wanted == "integer" || wanted == "number") {
    std::int64_t whole = 0;
    const auto* end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc() && read.ptr == end)
      return whole;
    double number = 0;
    if (const auto read = std::from_chars(text.data(), end, number);
        read.ec == std::errc() && read.ptr == end && std::isfinite(number))
      return number;
  }
  return json::value(text);
}

}  // namespace web
