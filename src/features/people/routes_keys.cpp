// Web's idempotency keys, in the database: a restart or a second server does nothing twice.
#include "base/log.h"
#include "features/people/routes_room.h"
#include "features/people/store_keys.h"

namespace people {
namespace {

namespace json = base::json;

std::vector<std::pair<std::string, std::string>> headers_from(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> headers;
  const auto value = base::parse_json(text);
  if (!value || !value->is_array()) return headers;
  for (const auto& pair : value->get_array())
    headers.emplace_back(std::string(pair.at(0).as_string()), std::string(pair.at(1).as_string()));
  return headers;
}

class KeysInDatabase : public web::KeyStore {
 public:
  explicit KeysInDatabase(App& app) : app_(app) {}

  base::Result<web::TurnOf> begin(const std::string& key, const std::string& fingerprint,
                                  base::Instant now) override {
    auto turn = begin_key(app_.db(), key, fingerprint, now);
    if (!turn) return base::Failure(turn.error());
    switch (turn->state) {
      case KeyState::first:
        return web::TurnOf{web::Turn::first, {}};
      case KeyState::running:
        return web::TurnOf{web::Turn::running, {}};
      case KeyState::other:
        return web::TurnOf{web::Turn::other, {}};
      case KeyState::done:
        break;
    }
    auto& answer = turn->answer;
    return web::TurnOf{web::Turn::replay,
                       {answer.status, headers_from(answer.headers), std::move(answer.body)}};
  }

  base::Result<void> keep(const std::string& key, const web::Remembered& answer) override {
    json::array headers;
    for (const auto& [name, value] : answer.headers) headers.push_back(json::array{name, value});
    return keep_key(app_.db(), key, {answer.status, base::to_text(headers), answer.body});
  }

  void forget(const std::string& key) override {
    if (auto forgotten = forget_key(app_.db(), key); !forgotten)
      base::log_warning("an idempotency key stays taken for a while: " + forgotten.error().message);
  }

 private:
  App& app_;
};

}  // namespace

std::unique_ptr<web::KeyStore> keys_in_database(App& app) {
  return std::make_unique<KeysInDatabase>(app);
}

}  // namespace people
