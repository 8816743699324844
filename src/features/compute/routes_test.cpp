// Environments over HTTP, made for real: the index, the installer and the sealed cell.
#include <fstream>

#include "features/compute/testing.h"
#include "judge/environments/keeping.h"

namespace compute {
namespace {

namespace json = base::json;
using people::text_of;

class Environments : public WithRoom {};
INSTANTIATE_TEST_SUITE_P(Both, Environments, storage::both_kinds(), storage::kind_name);

TEST_P(Environments, AreAskedForBuiltTestedAndShown) {
  json::object wanted{{"name", "spectra"},
                      {"kind", "conda"},
                      {"source", "environment.yml"},
                      {"text", "channels: [conda-forge]\ndependencies:\n  - six=1.17\n  - gcc\n"}};
  const auto made = chief_->send("POST", "/environments", wanted);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.headers.get("Location"), "/api/v1/environments/spectra");
  EXPECT_EQ(state_of("spectra"), "building");
  EXPECT_EQ(chief_->status("POST", "/environments", wanted), 409) << "it is being built";
  EXPECT_EQ(chief_->status("DELETE", "/environments/spectra"), 409);
  start_executor();
  ASSERT_TRUE(comes_to("spectra", "ready")) << base::to_text(member_->get("/environments/spectra"));
  const auto shown = member_->get("/environments/spectra");
  EXPECT_EQ(text_of(shown, "/packages/0/name"), "six");
  EXPECT_EQ(text_of(shown, "/packages/0/version"), "1.17.0");
  EXPECT_EQ(text_of(shown, "/left_out/1/what"), "gcc");
  EXPECT_EQ(shown.at("left_out").at(1).at("line"), 4);
  EXPECT_EQ(shown.at("smoke").at("passed"), true) << base::to_text(shown.at("smoke"));
  EXPECT_EQ(text_of(shown, "/created_by/name"), "Grace Hopper");
  EXPECT_EQ(text_of(shown, "/asked"), text_of(wanted, "/text"));
  const auto log = member_->send("GET", "/environments/spectra/log");
  EXPECT_NE(log.body.find("not taken over: environment.yml, line 4: gcc"), std::string::npos) << log.body;
  EXPECT_NE(log.body.find("six==1.17.0\n"), std::string::npos) << log.body;
  EXPECT_NE(log.body.find("imported six 1.17.0\n"), std::string::npos) << log.body;
  const auto lock = member_->send("GET", "/environments/spectra/lock");
  EXPECT_NE(lock.body.find("six==1.17.0 \\\n    --hash=sha256:"), std::string::npos) << lock.body;
  EXPECT_EQ(chief_->status("POST", "/environments", wanted), 409) << "environments do not change";
  const auto all = member_->get("/environments");
  ASSERT_EQ(all.at("items").as_array().size(), 1u);
  EXPECT_EQ(all.at("items").at(0).at("package_count"), 1);
  EXPECT_FALSE(all.at("items").at(0).as_object().contains("packages"));
}

TEST_P(Environments, AFailureSaysWhyAndTheNameIsFreeAgain) {
  start_executor();
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x", "six\nno-such-package-of-agora\n")), 201);
  ASSERT_TRUE(comes_to("x", "failed"));
  const std::string why = "there is no package \"no-such-package-of-agora\" (six.txt, line 2)";
  EXPECT_NE(text_of(member_->get("/environments/x"), "/why").find(why), std::string::npos);
  EXPECT_NE(member_->send("GET", "/environments/x/log").body.find("error: " + why), std::string::npos);
  EXPECT_EQ(member_->status("GET", "/environments/x/lock"), 404);
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
  ASSERT_TRUE(comes_to("x", "ready"));
  EXPECT_EQ(member_->send("GET", "/environments/x/log").body.find("no-such-package"), std::string::npos);
}

TEST_P(Environments, WhatIsWrongIsSaidAtOnce) {
  struct Case {
    json::object wanted;
    const char* says;
  };
  auto prefix = asked("x");
  prefix["kind"] = "conda";
  prefix["text"] = "dependencies: 3";
  for (const auto& c : {Case{asked("X"), "cannot name an environment"},
                        Case{asked("default"), "the environment that Agora makes itself"},
                        Case{asked("x", "six=1"), "six.txt, line 1"},
                        Case{prefix, "six.txt, line 1: dependencies is no list"}}) {
    const auto answer = chief_->send("POST", "/environments", c.wanted);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_NE(answer.body.find(c.says), std::string::npos) << answer.body;
  }
  auto wrong = asked("x");
  wrong["kind"] = "nix";
  EXPECT_EQ(chief_->status("POST", "/environments", wrong), 400);
  EXPECT_EQ(member_->status("GET", "/environments/x"), 404);
}

TEST_P(Environments, AreAdministratorsToChangeAndEverybodysToRead) {
  auto nobody = stranger();
  EXPECT_EQ(nobody.status("GET", "/environments"), 401);
  EXPECT_EQ(member_->status("GET", "/environments"), 200);
  EXPECT_EQ(member_->status("POST", "/environments", asked("x")), 403);
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
  EXPECT_EQ(member_->status("POST", "/environments/x/check"), 403);
  EXPECT_EQ(member_->status("DELETE", "/environments/x"), 403);
  EXPECT_EQ(chief_->status("DELETE", "/environments/y"), 404);
}

TEST_P(Environments, WhatAnEventUsesStays) {
  start_executor();
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
  ASSERT_TRUE(comes_to("x", "ready"));
  used_ = "x";
  EXPECT_EQ(text_of(member_->get("/environments/x"), "/uses/0/slug"), "moons");
  const auto refused = chief_->send("DELETE", "/environments/x");
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body.find("x is used by Two moons (moons)"), std::string::npos) << refused.body;
  used_.clear();
  EXPECT_EQ(chief_->status("DELETE", "/environments/x"), 204);
  EXPECT_EQ(state_of("x"), "retired");
  EXPECT_FALSE(environments::find(home(), "x"));
  const auto audit = chief_->get("/audit");
  EXPECT_EQ(text_of(audit, "/items/3/what"), "environment.remove") << base::to_text(audit);
  EXPECT_EQ(chief_->status("POST", "/environments", asked("x")), 201) << "its name is free";
}

TEST_P(Environments, ACheckFindsAFileThatWasChanged) {
  start_executor();
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
  ASSERT_TRUE(comes_to("x", "ready"));
  ASSERT_EQ(chief_->status("POST", "/environments/x/check"), 202);
  const auto file = environments::find(home(), "x")->site_packages / "six.py";
  const auto is_checking = [&] { return member_->get("/environments/x").at("is_checking").as_bool(); };
  for (int turn = 0; turn < 1000 && is_checking(); ++turn)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_EQ(state_of("x"), "ready");
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  std::ofstream(file, std::ios::app) << "\n";
  ASSERT_EQ(chief_->status("POST", "/environments/x/check"), 202);
  ASSERT_TRUE(comes_to("x", "failed"));
  EXPECT_NE(text_of(member_->get("/environments/x"), "/why").find("is not the file that was installed"),
            std::string::npos);
  EXPECT_EQ(text_of(member_->get("/environments/x"), "/why").find(home().string()), std::string::npos);
  ASSERT_TRUE(compute_->keep_house(base::now()));
  EXPECT_EQ(state_of("x"), "failed") << "what is broken is not taken in again";
}

TEST_P(Environments, WhatLiesOnTheMachineIsTakenInAndRetiredWithIt) {
  ASSERT_TRUE(environments::create(home(), {"ours", "six==1.17.0\n", "six.txt"}, {}));
  const auto now = base::now();
  ASSERT_TRUE(compute_->keep_house(now));
  EXPECT_EQ(state_of("ours"), "ready");
  EXPECT_TRUE(member_->get("/environments/ours").at("created_by").is_null());
  ASSERT_TRUE(environments::remove(home(), "ours"));
  ASSERT_TRUE(compute_->keep_house(now + std::chrono::minutes(1)));
  EXPECT_EQ(state_of("ours"), "retired");
}

TEST_P(Environments, TheLogIsHeardFromItsBeginningWhileItIsMade) {
  ASSERT_EQ(chief_->status("POST", "/environments", asked("x")), 201);
  const auto id = *base::ulid_from(text_of(member_->get("/environments/x"), "/id"));
  for (const char* line : {"one", "two"})
    ASSERT_TRUE(storage::transact(*database_, [&](storage::Transaction& tx) {
      return add_lines(tx, EnvironmentId(id), {line}, base::now());
    }));
  const auto made = member_->post("/me/tokens", json::object{{"name", "t"}, {"scopes", json::array{"read"}}});
  web::ClientSettings settings;
  settings.token = text_of(made, "/token");
  auto client = web::Client::make("http://127.0.0.1:" + std::to_string(server_->port()), settings);
  ASSERT_TRUE(client);
  std::string heard;
  std::uint64_t first_line = 0;
  const auto hear = [&](const web::Event& event) {
    heard += event.name + " " + event.data + "\n";
    if (first_line == 0 && event.name == "line") first_line = event.id;
    return heard.find("two") == std::string::npos ? web::GoOn::yes : web::GoOn::no;
  };
  ASSERT_TRUE(client->listen("/api/v1/environments/x/log", std::nullopt, hear));
  EXPECT_EQ(heard,
            "environment {\"name\": \"x\", \"state\": \"building\"}\n"
            "line {\"first\": 0, \"lines\": [\"one\"]}\nline {\"first\": 1, \"lines\": [\"two\"]}\n");
  heard.clear();
  ASSERT_TRUE(client->listen("/api/v1/environments/x/log", first_line, hear));
  EXPECT_EQ(heard, "line {\"first\": 1, \"lines\": [\"two\"]}\n");
  const auto plain = member_->send("GET", "/environments/x/log");
  EXPECT_EQ(plain.body, "one\ntwo\n");
  EXPECT_EQ(plain.headers.get("Content-Type"), "text/plain; charset=utf-8");
}

}  // namespace
}  // namespace compute
