// For tests of this room's routes: a real server with this room and the earlier ones, on both databases.
#pragma once
#include "base/archive.h"
#include "features/events/routes.h"
#include "features/events/testing.h"
#include "features/people/testing.h"

namespace events {

inline constexpr std::string_view kHidden = "a hidden row 0.987654321";

class EventRoutes : public people::WithServer {
 protected:
  std::vector<storage::Migration> more_migrations() override {
    const auto all = all_migrations();
    std::vector<storage::Migration> more;
    for (const auto& step : all)
      if (step.room != "storage" && step.room != "people") more.push_back(step);
    return more;
  }
  void open_rooms() override {
    if (!folder_) folder_.emplace(must(base::TemporaryFolder::make("agora-events-test")));
    submissions_ = must(submissions::Room::open(
        *database_, {.folder = folder_->path(), .home = folder_->path() / "home"}, {contest()}));
    events_ = must(Room::open(
        *database_, *submissions_,
        {.folder = folder_->path(),
         .server = "https://agora.example.org",
         .take_upload = [this](std::string_view id, std::string_view) -> base::Result<TakenUpload> {
           const auto file = folder_->path() / (std::string(id) + ".tar.gz");
           if (!std::filesystem::exists(file)) return base::not_found("there is no such upload");
           return TakenUpload{file, "two_moons.tar.gz"};
         },
         .drop_upload = [](std::string_view) {}}));
  }
  void add_parts(Parts& parts) override {
    for (auto& route : events_->routes()) parts.routes.push_back(std::move(route));
    for (auto& row : events_->permissions()) parts.rows.push_back(std::move(row));
    for (auto& schema : events_->schemas()) parts.schemas.push_back(schema);
    for (auto& rate : events_->rates()) parts.rates.push_back(rate);
    // The earlier room's routes, and so its schemas, are not here.
    for (const auto* name : {"Submission", "Try"})
      parts.schemas.push_back({name, R"({"type": "object", "required": ["id", "state"]})"});
  }

  void write(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::create_directories(path.parent_path());
    must(base::write_file(path, text));
  }
  void pack_uploads() {
    const auto kit = folder_->path() / "kit", data = folder_->path() / "hidden";
    write(kit / "problem.py", "problem_title = 'Two moons'\n");
    write(kit / "data/train.csv", "public\n");
    write(kit / "submissions/starting_kit/classifier.py", "x = 1\n");
    write(kit / "submissions/strong/classifier.py", "a baseline\n");
    write(data / "train.csv", kHidden);
    must(base::pack_tar_gz(must(base::files_below(kit)), folder_->path() / "kit.tar.gz"));
    must(base::pack_tar_gz(must(base::files_below(data)), folder_->path() / "data.tar.gz"));
  }
  // As the check of the kit leaves it.
  void pass_check() {
    sql("UPDATE problems SET state = 'ready', elements = '[\"classifier.py\"]', folds = 2, has_test = TRUE, "
        "submission_bytes = 1000000, score_columns = "
        "'[{\"name\":\"accuracy\",\"precision\":2,\"is_lower_the_better\":false}]'");
  }
  template <class... Values>
  void sql(std::string_view statement, const Values&... values) {
    must(storage::transact(*database_, [&](storage::Transaction& tx) -> base::Result<void> {
      auto rows = tx.query(statement, values...);
      if (!rows) return tl::unexpected(rows.error());
      return {};
    }));
  }
  people::Asker member(people::Asker& administrator, std::string_view name, std::string_view email,
                       std::string_view role = {}) {
    base::json::object asked{{"email", email}};
    if (!role.empty()) asked["role"] = role;
    const auto code = people::text_of(administrator.post("/invitations", asked), "/code");
    return signed_up(name, email, code);
  }
  // An event in state `ready`, made by `organiser`.
  void make_event(people::Asker& organiser, base::json::object asked = {}) {
    pack_uploads();
    asked["kit_upload"] = "kit";
    asked["data_upload"] = "data";
    asked["slug"] = "moons";
    const auto made = organiser.send("POST", "/events", asked);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.headers.get("Location"), "/api/v1/events/moons");
    EXPECT_NE(made.body.find(R"("state": "checking")"), std::string::npos) << made.body;
    pass_check();
  }
  static base::json::object code(std::string_view text = "x = 2\n") {
    return {{"name", "mine"},
            {"files", base::json::array{base::json::object{{"path", "classifier.py"}, {"content", text}}}}};
  }
  static base::json::object tried() { return {{"files", code().at("files")}}; }
  void score(std::string_view submission, double valid, double test) {
    const submissions::SubmissionId id(must(base::ulid_from(submission)));
    sql("INSERT INTO visible_scores (submission, at, fold, name, train, valid) VALUES ($1, 0, -1, "
        "'accuracy', "
        "NULL, $2)",
        id, valid);
    sql("INSERT INTO test_scores (submission, at, fold, name, test) VALUES ($1, 0, -1, 'accuracy', $2)", id,
        test);
    sql("UPDATE submissions SET state = 'scored' WHERE id = $1", id);
    must(storage::transact(*database_, [&](storage::Transaction& tx) -> base::Result<void> {
      const auto found = submissions::find_submission(tx, id);
      if (!found) return tl::unexpected(found.error());
      return contest().changed(tx, **found, base::now());
    }));
  }

  std::optional<base::TemporaryFolder> folder_;
  std::unique_ptr<submissions::Room> submissions_;
  std::unique_ptr<Room> events_;
};

}  // namespace events
