#include "features/agora/commands_show.h"

#include <fmt/format.h>

#include "machine/terminal/terminal.h"
#include "machine/terminal/values.h"

namespace forum {

using terminal::text_of;

std::string inbox_text(const base::json::value& inbox, std::string_view url, base::Instant now) {
  std::string text;
  for (const auto& item : terminal::items_of(inbox, "items"))
    text += fmt::format("{}{} · {}{}\n  {}\n  {}{}\n", text.empty() ? "" : "\n", text_of(item, "title"),
                        terminal::since_text(text_of(item, "created_at"), now),
                        text_of(item, "read_at").empty() ? " · new" : "", text_of(item, "text"), url,
                        text_of(item, "url"));
  return text;
}

}  // namespace forum
