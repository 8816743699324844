// The session that a login holds for a moment.
#include <gtest/gtest.h>

#include "features/people/commands_session.h"

namespace people {
namespace {

TEST(LoginCommand, SpeaksAsThePagesOfItsServer) {
  EXPECT_EQ(origin_of("https://agora.example.org"), "https://agora.example.org");
  EXPECT_EQ(origin_of("http://127.0.0.1:8080/below/here"), "http://127.0.0.1:8080");
  EXPECT_EQ(origin_of("http://[::1]:8080/"), "http://[::1]:8080");
}

TEST(LoginCommand, FindsItsSessionAmongTheCookies) {
  web::Headers headers;
  EXPECT_EQ(session_cookie_in(headers), "");
  headers.add("Set-Cookie", "other=1; Path=/");
  headers.add("set-cookie", "agora_session=abc.def; HttpOnly; SameSite=Lax; Path=/");
  EXPECT_EQ(session_cookie_in(headers), "agora_session=abc.def");
}

}  // namespace
}  // namespace people
