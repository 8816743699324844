#include "features/people/testing.h"

namespace people {
namespace {

namespace json = base::json;

class Accounts : public WithServer {
 protected:
  static json::object account(std::string_view name, std::string_view email, std::string_view code = {}) {
    json::object body{{"email", email}, {"name", name}, {"password", kPassword}};
    if (!code.empty()) body["invitation"] = code;
    return body;
  }
  void let(Asker& administrator, std::string_view mode) {
    EXPECT_EQ(administrator.status("PATCH", "/settings", json::object{{"sign_up", mode}}), 200);
  }
};
INSTANTIATE_TEST_SUITE_P(Both, Accounts, storage::both_kinds(), storage::kind_name);

TEST_P(Accounts, AreMadeByInvitationUnlessTheSettingSaysOtherwise) {
  auto grace = administrator();
  auto asker = stranger();
  EXPECT_EQ(asker.status("POST", "/sign-up", account("Ada", "ada@example.org")), 403);
  EXPECT_EQ(asker.status("POST", "/sign-up", account("Ada", "ada@example.org", "wrong")), 403);
  // Without a valid invitation nothing is said of who has an account.
  EXPECT_EQ(asker.status("POST", "/sign-up", account("Grace", "grace@example.org")), 403);
  let(grace, "open");
  EXPECT_EQ(asker.status("POST", "/sign-up", account("Ada", " ADA@example.org ")), 201);
  EXPECT_EQ(asker.status("POST", "/sign-up", account("Ada", "ada@EXAMPLE.org")), 409);
  EXPECT_EQ(sign_in(asker, "ada@example.org").status, 200);
}

TEST_P(Accounts, GetHandlesThatAreTheirOwn) {
  auto grace = administrator();
  let(grace, "open");
  auto asker = stranger();
  for (const auto* handle : {"ada-lovelace", "ada-lovelace-2", "ada-lovelace-3"}) {
    const auto made = asker.post("/sign-up", account("Ada Lovelace", std::string(handle) + "@example.org"));
    EXPECT_EQ(text_of(made, "/handle"), handle);
  }
  EXPECT_EQ(text_of(grace.get("/people/ada-lovelace-2"), "/email"), "ada-lovelace-2@example.org");
}

TEST_P(Accounts, WaitForApprovalWhereTheSettingSaysSo) {
  auto grace = administrator();
  let(grace, "approved");
  auto ada = stranger();
  EXPECT_EQ(text_of(ada.post("/sign-up", account("Ada", "ada@example.org")), "/standing"), "pending");
  const auto waiting = sign_in(ada, "ada@example.org");
  EXPECT_EQ(waiting.status, 403);
  EXPECT_NE(waiting.body.find("approve"), std::string::npos);
  EXPECT_EQ(sign_in(ada, "ada@example.org", "not the password").status, 401)
      << "standings are for their owners";
  EXPECT_EQ(text_of(grace.get("/people?standing=pending"), "/items/0/handle"), "ada");
  EXPECT_EQ(grace.status("POST", "/people/ada/refuse"), 200);
  EXPECT_EQ(sign_in(ada, "ada@example.org").status, 403);
  EXPECT_EQ(grace.status("POST", "/people/ada/approve"), 200);
  EXPECT_EQ(sign_in(ada, "ada@example.org").status, 200);
  EXPECT_EQ(grace.status("POST", "/people/ada/approve"), 409);
}

TEST_P(Accounts, EndAtOnceWhenClosed) {
  auto grace = administrator();
  auto ada =
      signed_up("Ada", "ada@example.org", text_of(grace.post("/invitations", json::object{}), "/code"));
  const auto made = ada.post("/me/tokens", json::object{{"name", "x"}, {"scopes", {"read"}}});
  auto program = with_token(text_of(made, "/token"));
  EXPECT_EQ(ada.status("GET", "/me"), 200);
  EXPECT_EQ(program.status("GET", "/me"), 200);
  EXPECT_EQ(ada.status("POST", "/people/grace-hopper/close"), 403);
  EXPECT_EQ(grace.status("POST", "/people/ada/close"), 200);
  EXPECT_EQ(ada.status("GET", "/me"), 401);
  EXPECT_EQ(program.status("GET", "/me"), 401);
  EXPECT_EQ(sign_in(ada, "ada@example.org").status, 403);
  EXPECT_EQ(grace.status("POST", "/people/ada/reopen"), 200);
  EXPECT_EQ(sign_in(ada, "ada@example.org").status, 200);
  EXPECT_EQ(program.status("GET", "/me"), 401) << "tokens do not come back";
}

TEST_P(Accounts, OfTheLastAdministratorStayOpen) {
  auto grace = administrator();
  const auto refused = grace.send("POST", "/people/grace-hopper/close");
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body.find("administrator"), std::string::npos);
  const auto code = text_of(grace.post("/invitations", json::object{{"role", "administrator"}}), "/code");
  auto ada = signed_up("Ada", "ada@example.org", code);
  EXPECT_EQ(ada.status("POST", "/people/grace-hopper/close"), 200);
  EXPECT_EQ(grace.status("GET", "/me"), 401);
}

TEST_P(Accounts, ShowTheirAddressToThemselvesAndAdministrators) {
  auto grace = administrator();
  auto ada =
      signed_up("Ada", "ada@example.org", text_of(grace.post("/invitations", json::object{}), "/code"));
  EXPECT_EQ(text_of(ada.get("/people/ada"), "/email"), "ada@example.org");
  EXPECT_EQ(text_of(grace.get("/people/ada"), "/email"), "ada@example.org");
  for (const auto* path : {"/people/grace-hopper", "/people?query=grace", "/people"}) {
    const auto seen = ada.send("GET", path);
    EXPECT_EQ(seen.status, 200);
    EXPECT_EQ(seen.body.find("grace@"), std::string::npos) << seen.body;
  }
  EXPECT_EQ(ada.get("/people?query=grace@e").at("items").as_array().size(), 0u)
      << "an address is not guessed by search";
  EXPECT_EQ(grace.get("/people?query=ada@e").at("items").as_array().size(), 1u);
}

TEST_P(Accounts, AreFoundByPartsOfTheirName) {
  auto grace = administrator();
  let(grace, "open");
  auto asker = stranger();
  for (const auto* name : {"Émilie du Châtelet", "Emmy Noether", "100% Real_Name"})
    asker.post("/sign-up", account(name, std::to_string(std::hash<std::string>()(name)) + "@example.org"));
  const auto found = [&](std::string_view query) {
    std::string handles;
    const auto page = grace.get("/people?query=" + std::string(query));
    for (const auto& item : page.at("items").as_array()) handles += text_of(item, "/handle") + " ";
    return handles;
  };
  EXPECT_EQ(found("EMILIE"), "emilie-du-chatelet ");
  EXPECT_EQ(found("Em"), "emilie-du-chatelet emmy-noether ");
  EXPECT_EQ(found("ch%C3%A2telet"), "emilie-du-chatelet ");
  EXPECT_EQ(found("100%25"), "100-real-name ");
  EXPECT_EQ(found("zzz"), "");
  const auto first = grace.get("/people?limit=2");
  EXPECT_EQ(text_of(first, "/next"), "emilie-du-chatelet");
  EXPECT_EQ(grace.get("/people?limit=2&after=emilie-du-chatelet").at("items").as_array().size(), 2u);
}

TEST_P(Accounts, ThatWaitAreHiddenFromMembers) {
  auto grace = administrator();
  auto ada =
      signed_up("Ada", "ada@example.org", text_of(grace.post("/invitations", json::object{}), "/code"));
  let(grace, "approved");
  auto asker = stranger();
  asker.post("/sign-up", account("Eve", "eve@example.org"));
  EXPECT_EQ(ada.status("GET", "/people/eve"), 404);
  EXPECT_EQ(grace.status("GET", "/people/eve"), 200);
  EXPECT_EQ(ada.status("GET", "/people?standing=pending"), 403);
  EXPECT_EQ(ada.get("/people?query=eve").at("items").as_array().size(), 0u);
}

TEST_P(Accounts, ChangeTheirNamesAndKeepTheirHandles) {
  auto grace = administrator();
  const auto renamed = grace.send("PATCH", "/me", json::object{{"name", "  Grace   Brewster Hopper "}});
  EXPECT_EQ(text_of(Asker::json_of(renamed), "/name"), "Grace Brewster Hopper");
  EXPECT_EQ(text_of(grace.get("/me"), "/person/name"), "Grace Brewster Hopper");
  EXPECT_EQ(text_of(grace.get("/me"), "/person/handle"), "grace-hopper");
  EXPECT_EQ(grace.status("PATCH", "/me", json::object{{"name", "   "}}), 400);
  EXPECT_EQ(grace.status("PATCH", "/people/grace-hopper", json::object{{"name", "G"}}), 200);
}

TEST_P(Accounts, UseAnInvitationOnce) {
  auto grace = administrator();
  const auto made =
      grace.post("/invitations", json::object{{"email", "Ada@example.org"}, {"role", "organiser"}});
  const auto code = text_of(made, "/code");
  auto asker = stranger();
  EXPECT_EQ(asker.status("POST", "/sign-up", account("Eve", "eve@example.org", code)), 403) << "it is Ada's";
  auto ada = signed_up("Ada", "ada@example.org", code);
  EXPECT_EQ(text_of(ada.get("/me"), "/roles/0"), "organiser");
  EXPECT_EQ(asker.status("POST", "/sign-up", account("Eve", "ada@example.org", code)), 403);
  EXPECT_EQ(grace.get("/invitations").at("items").as_array().size(), 0u);
  const auto withdrawn = grace.post("/invitations", json::object{});
  EXPECT_EQ(grace.send("GET", "/invitations").body.find(text_of(withdrawn, "/code")), std::string::npos);
  EXPECT_EQ(grace.status("DELETE", "/invitations/" + text_of(withdrawn, "/id")), 204);
  EXPECT_EQ(asker.status("POST", "/sign-up", account("Eve", "eve@example.org", text_of(withdrawn, "/code"))),
            403);
  EXPECT_EQ(ada.status("POST", "/invitations", json::object{}), 403);
}

TEST_P(Accounts, GetANewPasswordThroughAnAdministrator) {
  auto grace = administrator();
  auto ada =
      signed_up("Ada", "ada@example.org", text_of(grace.post("/invitations", json::object{}), "/code"));
  const auto token =
      text_of(ada.post("/me/tokens", json::object{{"name", "x"}, {"scopes", {"read"}}}), "/token");
  auto asker = stranger();
  const auto known = asker.send("POST", "/password-resets", json::object{{"email", "Ada@example.org"}});
  const auto unknown = asker.send("POST", "/password-resets", json::object{{"email", "nobody@example.org"}});
  EXPECT_EQ(known.status, 202);
  EXPECT_EQ(unknown.status, 202);
  EXPECT_EQ(known.body, unknown.body);
  EXPECT_EQ(asker.status("POST", "/password-resets", json::object{{"email", "ada@example.org"}}), 202);
  const auto waiting = grace.get("/password-resets");
  ASSERT_EQ(waiting.at("items").as_array().size(), 1u);
  EXPECT_EQ(text_of(waiting, "/items/0/person/handle"), "ada");
  const auto issued = grace.post("/people/ada/password-reset");
  const auto path = "/password-resets/" + text_of(issued, "/code");
  EXPECT_EQ(grace.get("/password-resets").at("items").as_array().size(), 0u);
  EXPECT_EQ(asker.status("POST", path, json::object{{"password", "short"}}), 400);
  EXPECT_EQ(asker.status("POST", "/password-resets/wrong", json::object{{"password", "a better sentence"}}),
            404);
  EXPECT_EQ(asker.status("POST", path, json::object{{"password", "a better sentence"}}), 204);
  EXPECT_EQ(asker.status("POST", path, json::object{{"password", "once is enough"}}), 404);
  EXPECT_EQ(ada.status("GET", "/me"), 401);
  EXPECT_EQ(with_token(token).status("GET", "/me"), 401);
  EXPECT_EQ(sign_in(ada, "ada@example.org").status, 401);
  EXPECT_EQ(sign_in(ada, "ada@example.org", "a better sentence").status, 200);
}

}  // namespace
}  // namespace people
