// The part of JSON Schema 2020-12 that routes are written in, checked strictly. Knows no HTTP.
#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "machine/web/message.h"

namespace web {

// A schema with a name, for other schemas to point to by "#/components/schemas/NAME".
struct NamedSchema {
  std::string_view name;
  std::string_view text;  // JSON
};

class Schemas {
 public:
  // Fails with `invalid` on text that is no JSON, a word outside the part known here, or a pointer to
  // nothing.
  static base::Result<Schemas> make(std::span<const NamedSchema> named);

  // A schema from its JSON text, or from the name of one. Fails with `invalid` as `make` does.
  base::Result<base::json::value> read(std::string_view text) const;

  // What is wrong with `value`, field by field; at most twenty. Nothing when it fits.
  std::vector<FieldError> errors_in(const base::json::value& value, const base::json::value& schema) const;

  const base::json::object& all() const { return named_; }

 private:
  base::Result<void> accept(const base::json::value& schema, const std::string& place) const;
  base::Result<void> accept_parts(const base::json::object& schema, const std::string& place) const;
  base::json::object named_;
};

// A path or query parameter is text: `true`, `12` or `0.5` where the schema asks for such, or else a string.
base::json::value value_from_text(std::string_view text, const base::json::value& schema);

}  // namespace web
