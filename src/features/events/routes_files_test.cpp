// Files over a real server: an event's own, code that is handed in or tried.
#include "features/events/testing_routes.h"

namespace events {
namespace {

namespace json = base::json;
using people::Asker;

class EventFiles : public EventRoutes {};
INSTANTIATE_TEST_SUITE_P(Both, EventFiles, storage::both_kinds(), storage::kind_name);

TEST_P(EventFiles, TheStarterKitIsOfThePublicSideAlone) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  make_event(olga);
  olga.post("/events/moons/open", json::object());
  const auto answer = stranger().send("GET", "/events/moons/starter-kit");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.get("Content-Type"), "application/zip");
  EXPECT_FALSE(answer.headers.get("ETag").empty());
  const auto zip = folder_->path() / "got.zip";
  must(base::write_file(zip, answer.body));
  std::string all;
  for (const auto& file : must(base::unpack(zip, folder_->path() / "got")))
    all += file.path + "\n" + must(base::read_file(folder_->path() / "got" / file.path));
  EXPECT_NE(all.find("agora join moons"), std::string::npos);
  EXPECT_NE(all.find("data/train.csv"), std::string::npos);
  EXPECT_EQ(all.find("a hidden row"), std::string::npos);
  EXPECT_EQ(all.find("baseline"), std::string::npos);
  EXPECT_EQ(stranger().send("GET", "/events/moons/starter-kit").body, answer.body);
}

TEST_P(EventFiles, TheFilesAreThoseOfTheStarterKit) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  pack_uploads();
  write(folder_->path() / "kit/data/notes.html", "<script>1</script>\n");
  must(base::pack_tar_gz(must(base::files_below(folder_->path() / "kit")), folder_->path() / "kit.tar.gz"));
  olga.post("/events", json::object{{"kit_upload", "kit"}, {"data_upload", "data"}, {"slug", "moons"}});
  EXPECT_EQ(olga.status("GET", "/events/moons/files"), 409) << "not checked yet";
  pass_check();
  EXPECT_EQ(stranger().status("GET", "/events/moons/files"), 404) << "not announced";
  const auto list = olga.get("/events/moons/files");
  std::string seen;
  for (const auto& file : list.at("items").as_array())
    seen += people::text_of(file, "/role") + " " + people::text_of(file, "/path") + "; ";
  EXPECT_EQ(seen,
            "other README.md; data data/notes.html; data data/train.csv; problem problem.py; "
            "starter submissions/starting_kit/classifier.py; ");
  const auto data = olga.send("GET", "/events/moons/files/data/train.csv");
  EXPECT_EQ(data.body, "public\n");
  EXPECT_EQ(data.headers.get("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_FALSE(data.headers.get("ETag").empty());
  EXPECT_FALSE(data.headers.get("Digest").empty());
  olga.extra.set("Range", "bytes=0-2");
  EXPECT_EQ(olga.send("GET", "/events/moons/files/data/train.csv").body, "pub");
  olga.extra.remove("Range");
  const auto page = olga.send("GET", "/events/moons/files/data/notes.html");
  EXPECT_EQ(page.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_TRUE(page.headers.get("Content-Security-Policy").starts_with("sandbox"));
  EXPECT_NE(olga.send("GET", "/events/moons/files/README.md").body.find("agora join moons"),
            std::string::npos);
  for (const auto* path : {"submissions/strong/classifier.py", "data/none.csv", "data/%2e%2e/problem.py",
                           "..%2f..%2fdata.tar.gz", "data//train.csv", "kit.toml"})
    EXPECT_EQ(olga.status("GET", "/events/moons/files/" + std::string(path)), 404) << path;
}

TEST_P(EventFiles, CodeComesInsideJsonOrAsAnUploadedArchive) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  make_event(olga);
  olga.post("/events/moons/open", json::object());
  olga.post("/events/moons/join");
  write(folder_->path() / "code/mine/classifier.py", "x = 3\n");
  must(base::pack_tar_gz(must(base::files_below(folder_->path() / "code")), folder_->path() / "code.tar.gz"));
  const auto hand_in = [&](const json::object& body) {
    return olga.status("POST", "/events/moons/submissions", body);
  };
  EXPECT_EQ(hand_in({{"upload", "code"}}), 201) << "in one folder of its own";
  EXPECT_EQ(hand_in({{"upload", "none"}}), 404);
  EXPECT_EQ(hand_in({{"upload", "data"}}), 400) << "no classifier.py";
  EXPECT_EQ(hand_in({{"name", "neither"}}), 400);
  json::object file{{"path", "classifier.py"}, {"content", "eCA9IDEK"}, {"encoding", "base64"}};
  EXPECT_EQ(hand_in({{"files", json::array{file}}}), 201);
  file["content"] = "?";
  EXPECT_EQ(hand_in({{"files", json::array{file}}}), 400);
  file = {{"path", "../classifier.py"}, {"content", "x = 1"}};
  EXPECT_EQ(hand_in({{"files", json::array{file}}}), 400);
  const auto list = olga.get("/events/moons/submissions?limit=1");
  EXPECT_EQ(list.at("items").as_array().size(), 1u);
  EXPECT_EQ(list.at("items").at(0).at("number").as_int64(), 2);
  const auto rest = olga.get("/events/moons/submissions?after=" + people::text_of(list, "/next"));
  EXPECT_EQ(rest.at("items").as_array().size(), 1u);
}

TEST_P(EventFiles, ATryIsMadeOnceForAKeyAndNamesWhatIsWrong) {
  auto administrator = this->administrator();
  auto olga = member(administrator, "Olga", "olga@example.org", "organiser");
  make_event(olga);
  olga.extra.set("Idempotency-Key", "one-try");
  const auto made = olga.send("POST", "/events/moons/tries", tried());
  ASSERT_EQ(made.status, 201) << made.body;
  const auto id = people::text_of(Asker::json_of(made), "/id");
  EXPECT_EQ(made.headers.get("Location"), "/api/v1/tries/" + id);
  EXPECT_EQ(people::text_of(Asker::json_of(made), "/state"), "waiting");
  EXPECT_EQ(people::text_of(olga.post("/events/moons/tries", tried()), "/id"), id);
  olga.extra = {};
  EXPECT_NE(people::text_of(olga.post("/events/moons/tries", tried()), "/id"), id);
  const auto refused = [&](const json::object& body) {
    return olga.send("POST", "/events/moons/tries", body);
  };
  EXPECT_EQ(refused(json::object()).status, 400);
  EXPECT_EQ(refused({{"upload", "code"}}).status, 400) << "files alone";
  json::object file{{"path", "regressor.py"}, {"content", "x = 1\n"}};
  const auto lacks = refused({{"files", json::array{file}}});
  EXPECT_EQ(lacks.status, 400);
  EXPECT_NE(lacks.body.find("classifier.py"), std::string::npos) << lacks.body;
  file = {{"path", "classifier.py"}, {"content", "?"}, {"encoding", "base64"}};
  EXPECT_EQ(refused({{"files", json::array{file}}}).status, 400);
}

}  // namespace
}  // namespace events
