// An event with what belongs to it, as one moment knew it; and the API's words for it. Knows no database.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "features/agora/agora.h"
#include "features/events/rules.h"

namespace events {

struct Counts {
  int people = 0;
  int submissions = 0;
  int waiting = 0, running = 0;  // of the submissions
};

struct Seen {
  Event event;
  submissions::Problem problem;
  State state = State::checking;
  Counts counts{};
};

std::string title_of(const Seen& seen);
const std::string& statement_of(const Seen& seen);

// What concerns the person who asks.
struct Mine {
  bool is_participant = false;
  bool is_organiser = false;
  bool may_leave = false;
  std::optional<Team> team{};
  Today today{};
};

enum class Detail { item, whole };  // whole: with the statement

base::json::object event_json(const Seen& seen, Detail detail);
base::json::object mine_json(const Mine& mine, base::Instant now);
base::json::array findings_json(const std::vector<kit::Finding>& findings);
base::json::object queue_json(const Counts& counts);
base::json::object message_json(const forum::Post& message);

// An absent value is null.
base::json::value json_of(const std::optional<base::Instant>& instant);
base::json::value json_of(const std::optional<double>& number);

}  // namespace events
