#include "features/events/store_messages.h"

#include <fmt/format.h>

#include "features/events/store_news.h"

namespace events {
namespace {

constexpr std::string_view kMessage = "message";  // of a notification, what it is about

base::Result<Event> event_named(storage::Session& session, std::string_view key) {
  auto event = find_event(session, key);
  if (!event) return tl::unexpected(event.error());
  if (!*event) return base::not_found(fmt::format("there is no event '{}'", key));
  return std::move(**event);
}

base::Result<std::vector<people::PersonId>> all_but(storage::Session& session, const Event& event,
                                                    const people::PersonId& author, base::Instant now) {
  auto whom = people::people_with(session, people::kOrganiser, ref_of(event.id), now);
  if (!whom) return whom;
  const auto members = members_of(session, event.id);
  if (!members) return tl::unexpected(members.error());
  for (const auto& member : *members) whom->push_back(member.person);
  std::erase(*whom, author);
  return whom;
}

base::Result<void> tell_all(storage::Transaction& tx, const Event& event, const forum::Post& message,
                            base::Instant now) {
  const auto whom = all_but(tx, event, message.author.id, now);
  if (!whom) return tl::unexpected(whom.error());
  const forum::News news{std::string(kMessage), message.title, message.text,
                         fmt::format("/events/{}/messages", event.slug)};
  if (auto told = forum::notify(tx, *whom, news, now); !told) return told;
  return tell_message(tx, event.id, message);
}

}  // namespace

base::Result<forum::Post> send_message(const storage::Database& database, std::string_view key,
                                       const NewMessage& message, people::Act act, base::Instant now) {
  return storage::transact(database, [&](storage::Transaction& tx) -> base::Result<forum::Post> {
    const auto event = event_named(tx, key);
    if (!event) return tl::unexpected(event.error());
    auto made = forum::post(tx,
                            {.on = ref_of(event->id),
                             .kind = forum::PostKind::announcement,
                             .author = message.author,
                             .title = message.title,
                             .text = message.text},
                            now);
    if (!made) return made;
    act.object = ref_of(event->id);
    act.details = base::to_text(base::json::value{{"message", base::to_text(made->id)}});
    if (auto noted = people::record(tx, act, now); !noted) return tl::unexpected(noted.error());
    if (auto told = tell_all(tx, *event, *made, now); !told) return tl::unexpected(told.error());
    return made;
  });
}

base::Result<std::vector<forum::Post>> messages_of(const storage::Database& database, std::string_view key,
                                                   const std::optional<forum::PostId>& after, int limit) {
  return storage::read(database, [&](storage::Snapshot& snapshot) -> base::Result<std::vector<forum::Post>> {
    const auto event = event_named(snapshot, key);
    if (!event) return tl::unexpected(event.error());
    return forum::posts_on(snapshot, ref_of(event->id),
                           {.kind = forum::PostKind::announcement, .after = after, .limit = limit});
  });
}

}  // namespace events
