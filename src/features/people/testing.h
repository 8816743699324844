// For tests, this room's and later ones': people behind a real server on a real database, and those who ask.
#pragma once
#include <gtest/gtest.h>

#include "base/log.h"
#include "features/people/routes.h"
#include "machine/storage/events.h"
#include "machine/storage/testing.h"
#include "machine/web/client.h"

namespace people {

// One who asks: a browser with its cookie and its Origin, or a program with a token.
class Asker {
 public:
  explicit Asker(std::uint16_t port, std::string token = {})
      : origin_("http://127.0.0.1:" + std::to_string(port)), client_(client_for(origin_, std::move(token))) {}

  web::Answer send(std::string_view method, std::string_view path, const base::json::value& body = nullptr) {
    web::Headers headers = extra;
    if (!cookie.empty()) headers.add("Cookie", "agora_session=" + cookie);
    if (says_origin) headers.add("Origin", origin_);
    if (!body.is_null()) headers.add("Content-Type", "application/json");
    auto answer = client_.send(method, "/api/v1" + std::string(path),
                               body.is_null() ? "" : base::to_text(body), headers);
    if (!answer) {
      ADD_FAILURE() << method << " " << path << ": " << answer.error().message;
      return {};
    }
    take_cookie(*answer);
    return std::move(*answer);
  }
  base::json::value get(std::string_view path) { return json_of(send("GET", path)); }
  base::json::value post(std::string_view path, const base::json::value& body = nullptr) {
    return json_of(send("POST", path, body));
  }
  int status(std::string_view method, std::string_view path, const base::json::value& body = nullptr) {
    return send(method, path, body).status;
  }

  static base::json::value json_of(const web::Answer& answer) {
    auto value = base::parse_json(answer.body);
    if (value) return *value;
    ADD_FAILURE() << answer.status << " " << answer.body;
    return base::json::object();
  }

  std::string cookie;
  web::Headers extra;
  bool says_origin = true;

 private:
  static web::Client client_for(const std::string& url, std::string token) {
    web::ClientSettings settings;
    settings.token = std::move(token);
    return std::move(*web::Client::make(url, std::move(settings)));
  }
  void take_cookie(const web::Answer& answer) {
    const std::string_view set = answer.headers.get("Set-Cookie");
    constexpr std::string_view kName = "agora_session=";
    if (set.starts_with(kName)) cookie = set.substr(kName.size(), set.find(';') - kName.size());
  }

  std::string origin_;
  web::Client client_;
};

inline std::string text_of(const base::json::value& value, std::string_view pointer) {
  boost::system::error_code failed;
  const auto* found = value.find_pointer(pointer, failed);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

// A test suite with a server. A later room overrides what it adds:
//   class Board : public people::WithServer { ... };
//   INSTANTIATE_TEST_SUITE_P(Both, Board, storage::both_kinds(), storage::kind_name);
class WithServer : public storage::OnBoth {
 protected:
  struct Parts {
    std::vector<web::Route> routes;
    std::vector<PermissionRow> rows;
    std::vector<web::NamedSchema> schemas;
    std::vector<web::RateRow> rates;
    web::Settings settings;
  };
  virtual std::vector<storage::Migration> more_migrations() { return {}; }
  virtual void open_rooms() {}  // database_ is there
  virtual void add_parts(Parts& parts) { (void)parts; }

  void SetUp() override {
    OnBoth::SetUp();
    if (IsSkipped()) return;
    base::set_log(base::LogLevel::off, base::LogForm::text);
    std::vector<storage::Migration> steps;
    for (const auto& step : storage::migrations()) steps.push_back(step);
    for (const auto& step : people::migrations()) steps.push_back(step);
    for (const auto& step : more_migrations()) steps.push_back(step);
    database_.emplace(open(steps));
    start();
  }
  void TearDown() override { server_.reset(); }

  // Again, on the same database: as after a restart.
  void start() {
    server_.reset();
    auto room = Room::open(*database_, settings_);
    ASSERT_TRUE(room) << room.error().message;
    room_ = std::move(*room);
    open_rooms();
    Parts parts{room_->routes(), room_->permissions(), room_->schemas(), room_->rates(), {}};
    add_parts(parts);
    auto& settings = parts.settings;
    settings.io_threads = 1;
    settings.worker_threads = 4;
    for (auto row : parts.rates) {
      if (!keeps_rates_) row.count = 100000;
      settings.rates.push_back(std::move(row));
    }
    settings.rates.front().count = 100000;
    settings.authenticate = room_->authenticator();
    std::vector<web::Permission> permissions;
    for (const auto& row : parts.rows) permissions.push_back(row.permission);
    settings.gate = room_->gate(std::move(parts.rows));
    settings.keys = &room_->keys();
    auto server = web::Server::start({std::move(parts.routes), permissions, std::move(parts.schemas)},
                                     std::move(settings));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }

  Asker stranger() { return Asker(server_->port()); }
  Asker with_token(std::string token) {
    Asker asker(server_->port(), std::move(token));
    asker.says_origin = false;
    return asker;
  }
  // Signs up by the first invitation and in.
  Asker administrator() {
    auto code = room_->first_invitation(base::now());
    EXPECT_TRUE(code && *code);
    return signed_up("Grace Hopper", "grace@example.org", **code);
  }
  Asker signed_up(std::string_view name, std::string_view email, std::string_view invitation) {
    auto asker = stranger();
    const auto made = asker.send(
        "POST", "/sign-up",
        base::json::object{
            {"email", email}, {"name", name}, {"password", kPassword}, {"invitation", invitation}});
    EXPECT_EQ(made.status, 201) << made.body;
    sign_in(asker, email);
    return asker;
  }
  static web::Answer sign_in(Asker& asker, std::string_view email, std::string_view password = kPassword) {
    return asker.send("POST", "/sign-in", base::json::object{{"email", email}, {"password", password}});
  }

  static constexpr std::string_view kPassword = "a sentence is good";
  Settings settings_;
  bool keeps_rates_ = false;
  std::optional<storage::Database> database_;
  std::unique_ptr<Room> room_;
  std::unique_ptr<web::Server> server_;
};

}  // namespace people
