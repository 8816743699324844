#include <gtest/gtest.h>

#include "features/agora/commands_show.h"

namespace forum {
namespace {

TEST(NotificationsCommand, ShowsEachWithItsPageAndMarksWhatIsNew) {
  const auto inbox = base::parse_json(R"({"items": [
    {"title": "Two", "text": "It is \u001b[2J so.", "url": "/events/moons/messages",
     "created_at": "2026-03-01T12:00:00Z", "read_at": null},
    {"title": "One", "text": "First.", "url": "/events/suns/messages",
     "created_at": "2026-03-01T11:00:00Z", "read_at": "2026-03-01T11:30:00Z"}], "next": null, "unread": 1})");
  ASSERT_TRUE(inbox);
  const auto now = *base::instant_from_rfc3339("2026-03-01T12:10:00Z");
  const auto text = inbox_text(*inbox, "https://agora.example.org", now);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_TRUE(text.starts_with("Two · 10 min ago · new\n  It is ")) << text;
  EXPECT_NE(text.find("\n  https://agora.example.org/events/moons/messages\n\nOne · "), std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("ago\n  First.\n  https://agora.example.org/events/suns/messages\n")) << text;
  EXPECT_EQ(inbox_text(*base::parse_json(R"({"items": []})"), "", now), "");
}

}  // namespace
}  // namespace forum
