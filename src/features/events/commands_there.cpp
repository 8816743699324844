#include "features/events/commands_there.h"

#include "machine/terminal/values.h"

namespace events {

tl::expected<There, terminal::Exit> find_there(const std::string& event, bool as_json) {
  auto target = terminal::target_event(event);
  if (!target) {
    terminal::report_failure(target.error(), as_json);
    return tl::unexpected(terminal::Exit::usage);
  }
  auto connection = terminal::connect(target->place);
  if (!connection) return tl::unexpected(terminal::report_failure(connection.error(), as_json));
  auto path = "/events/" + terminal::encoded(target->event);
  return There{std::move(*target), std::move(*connection), std::move(path)};
}

}  // namespace events
