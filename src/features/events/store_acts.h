// What people do with events: load, decide, save, each in one transaction.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "features/events/store.h"
#include "features/submissions/tries.h"

namespace events {

struct NewEvent {
  std::string slug{};  // empty: from the title or the kit's name
  std::string title{};
  std::optional<base::Instant> opens{}, closes{};
  Quota quota{};
  bool is_trusted = false;
};
// Before the kit is registered: what would be refused anyway.
base::Result<void> check_new_event(const storage::Database& database, const NewEvent& wanted,
                                   base::Instant now);
// Its maker becomes its organiser.
base::Result<Seen> create_event(const storage::Database& database, const NewEvent& wanted,
                                const submissions::Problem& problem, const people::Act& act,
                                base::Instant now);

// `act.who` does it; its object is filled in. They fail with `not_found`, or as the rules say.
base::Result<Seen> open_event(const storage::Database& database, std::string_view event,
                              std::optional<base::Instant> closes, people::Act act, base::Instant now);
base::Result<Seen> close_event(const storage::Database& database, std::string_view event, people::Act act,
                               base::Instant now);
base::Result<Seen> release_event(const storage::Database& database, std::string_view event, people::Act act,
                                 base::Instant now);
// `version`: what the change was made from.
base::Result<Seen> change_event(const storage::Database& database, std::string_view event,
                                const Change& change, int version, people::Act act, base::Instant now);
// `problem` takes the place of one that was refused, which is named in the audit line.
base::Result<Seen> replace_kit(const storage::Database& database, std::string_view event,
                               const submissions::ProblemId& problem, people::Act act, base::Instant now);
// `problem` takes the place of the event's as soon as it is checked: see apply_rescores.
base::Result<void> why_not_rescored(const storage::Database& database, std::string_view event,
                                    base::Instant now);
base::Result<Seen> ask_rescore(const storage::Database& database, std::string_view event,
                               const submissions::ProblemId& problem, people::Act act, base::Instant now);
// Those whose kit was checked meanwhile.
base::Result<void> apply_rescores(const storage::Database& database, submissions::Room& room,
                                  base::Instant now);

// Joining again, or leaving again, changes nothing.
base::Result<Team> join(const storage::Database& database, std::string_view event,
                        const people::Person& person, base::Instant now);
base::Result<void> leave(const storage::Database& database, std::string_view event,
                         const people::Person& person, base::Instant now);

// What a participant hands in. Fails as why_refused says, or as submissions::Room does.
base::Result<submissions::Submission> submit(const storage::Database& database, submissions::Room& room,
                                             std::string_view event, const people::Person& person,
                                             std::string name, std::vector<submissions::File> files,
                                             base::Instant now);
// Code that a participant or an organiser tries. Fails as why_no_try says, or as submissions::check_try does.
base::Result<submissions::Try> try_out(const storage::Database& database, submissions::Room& room,
                                       std::string_view event, const people::Viewer& viewer,
                                       std::vector<submissions::File> files, base::Instant now);
base::Result<base::json::value> view_of(const storage::Database& database, submissions::Room& room,
                                        const submissions::Try& made, base::Instant now);
base::Result<Mine> mine_of(storage::Session& session, const Seen& seen, const people::Viewer& viewer,
                           base::Instant now);

}  // namespace events
