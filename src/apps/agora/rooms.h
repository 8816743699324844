// Every room of a center, opened and wired to the others. The lists that the program is made from are here.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/agora/center.h"
#include "base/result.h"
#include "base/time.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"
#include "machine/storage/storage.h"
#include "machine/web/web.h"

namespace agora {

// Of every room with tables, in the order in which they stand on each other.
const std::vector<storage::Migration>& all_migrations();

class Rooms {
 public:
  static base::Result<std::unique_ptr<Rooms>> open(const storage::Database& database,
                                                   const CenterSettings& settings);
  ~Rooms();

  web::RouteTable routes();
  web::Settings web_settings();  // who asks, what they may, how often
  std::map<std::string, engine::Handler> handlers();
  // Those that take minutes and mostly wait for others: for an executor of their own.
  std::map<std::string, engine::Handler> slow_handlers();
  engine::EndedByType ended();  // for jobs that end without their handler
  base::Result<std::optional<std::string>> first_invitation(base::Instant now);

  base::Result<void> keep_house(base::Instant now);  // each few seconds
  void warm();                                       // so that the first submission does not wait

 private:
  struct Parts;
  explicit Rooms(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace agora
