// What a database complains of, in our words: the same for both back ends. The SQL goes into the detail only.
#pragma once
#include <string>
#include <string_view>

#include "machine/storage/driver.h"

namespace storage {

enum class Complaint {
  unique,
  foreign_key,
  check,
  not_null,
  unfit,  // what was to be stored
  busy,
  conflict_in_time,  // what another does at this moment: again
  lost,
  full,
  shut,
  slow,   // the machine
  broken  // our own SQL, or a file that is none
};

// `about` names what was violated, "people.email"; `said` is the database's own sentence.
Trouble trouble(Complaint complaint, std::string_view about, std::string_view said, std::string_view sql);

}  // namespace storage
