// For this room's tests: a real server, database and executor, and a home of its own in which environments
// are made with the user's installer and its cache.
#pragma once
#include <cstdlib>
#include <thread>

#include "base/config.h"
#include "base/files.h"
#include "features/compute/jobs.h"
#include "features/compute/parts.h"
#include "features/compute/routes.h"
#include "features/people/testing.h"

namespace compute {

namespace fs = std::filesystem;

class WithRoom : public people::WithServer {
 protected:
  std::vector<storage::Migration> more_migrations() override {
    std::vector<storage::Migration> more;
    for (const auto steps : {engine::migrations(), compute::migrations()})
      more.insert(more.end(), steps.begin(), steps.end());
    return more;
  }
  void open_rooms() override {
    executor_.reset();
    auto opened = compute::Room::open(
        *database_, {.home = home(),
                     .center = folder_->path(),
                     .warden = fs::path(AGORA_BINARY_DIR) / "agora-warden",
                     .uses = [this](auto&, auto name, auto, auto) -> base::Result<std::vector<Use>> {
                       return name == used_ ? std::vector<Use>{{{"event", "1"}, "moons", "Two moons", true}}
                                            : std::vector<Use>();
                     }});
    ASSERT_TRUE(opened) << opened.error().message;
    compute_ = std::move(*opened);
  }
  void add_parts(WithServer::Parts& parts) override {
    for (auto& route : compute::routes(*compute_)) parts.routes.push_back(std::move(route));
    for (const auto& schema : compute::schemas()) parts.schemas.push_back(schema);
  }
  void SetUp() override {
    auto folder = base::TemporaryFolder::make("agora-test");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    const auto shared = base::agora_home();
    if (fs::exists(shared / "tools/uv")) ::setenv("AGORA_UV", (shared / "tools/uv").c_str(), 1);
    ::setenv("UV_CACHE_DIR", (shared / "cache/uv").c_str(), 1);
    WithServer::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    chief_.emplace(administrator());
    const auto invitation = chief_->post("/invitations", base::json::object{{"email", "ada@example.org"}});
    member_.emplace(signed_up("Ada Lovelace", "ada@example.org", people::text_of(invitation, "/code")));
  }
  void TearDown() override {
    executor_.reset();
    WithServer::TearDown();
    compute_.reset();
  }

  fs::path home() const { return folder_->path() / "home"; }

  void start_executor() {
    engine::Worker worker{.name = "test", .types = {}, .ended = ended(*compute_)};
    for (const auto& [type, handler] : handlers(*compute_)) worker.types.push_back(type);
    worker.lease = base::Seconds(60);
    executor_ = engine::LocalExecutor::start({.threads = 1, .beat = base::Seconds(0.2)},
                                             engine::source_of(*database_, worker), handlers(*compute_));
  }

  static base::json::object asked(std::string_view name, std::string_view text = "six==1.17.0\n") {
    return {{"name", name}, {"kind", "requirements"}, {"text", text}, {"source", "six.txt"}};
  }
  std::string state_of(const std::string& name) {
    return people::text_of(member_->get("/environments/" + name), "/state");
  }
  bool comes_to(const std::string& name, std::string_view state) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (state_of(name) != state) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  std::optional<base::TemporaryFolder> folder_;
  std::unique_ptr<compute::Room> compute_;
  std::unique_ptr<engine::LocalExecutor> executor_;
  std::optional<people::Asker> chief_, member_;
  std::string used_;  // the name that an event asks for
};

}  // namespace compute
