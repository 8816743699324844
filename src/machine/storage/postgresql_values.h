// PostgreSQL's binary and COPY forms of our values.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "machine/storage/values.h"

namespace storage {

// The values of one statement as libpq takes them; views the parameters' bytes.
class BoundValues {
 public:
  base::Result<void> add(const Parameter& value);

  std::vector<unsigned> types;  // by OID
  std::vector<const char*> data;
  std::vector<int> lengths;
  std::vector<int> forms;  // 1: binary

  void reserve(std::size_t count);

 private:
  struct Fixed {
    char bytes[16];
  };
  std::vector<Fixed> fixed_;  // reserved beforehand: `data` points into it
  std::vector<std::string> texts_;
};

// A value of a result in binary form; nothing for a type that we do not read.
std::optional<Value> value_from_binary(unsigned type, std::string_view bytes);

// Appends one field of COPY's text form.
base::Result<void> append_copy_field(std::string& line, const Parameter& value);

}  // namespace storage
