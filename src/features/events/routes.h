// Events over HTTP: what there is, acts of organisers and participants, starter kits, boards, live.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "features/events/events.h"
#include "features/people/routes.h"
#include "machine/web/web.h"

namespace events {

// A whole upload: its file stays where it is until it is dropped.
struct TakenUpload {
  std::filesystem::path file;
  std::string name;  // the client's word for it: not to be trusted
};

struct Settings {
  std::filesystem::path folder;  // starter kits are kept below it
  std::string server;            // "https://agora.example.org", for their first steps
  std::function<base::Result<TakenUpload>(std::string_view id, std::string_view viewer_key)> take_upload;
  std::function<void(std::string_view id)> drop_upload;
};

// What this room keeps while the server runs. Safe from several threads.
class Room {
 public:
  static base::Result<std::unique_ptr<Room>> open(const storage::Database& database,
                                                  submissions::Room& submissions, Settings settings);
  virtual ~Room() = default;

  virtual std::vector<web::Route> routes() = 0;
  virtual std::vector<web::NamedSchema> schemas() = 0;
  // event-viewer, event-visitor, event-participant, event-organiser: of the event that the path names.
  virtual std::vector<people::PermissionRow> permissions() = 0;
  virtual std::vector<web::RateRow> rates() = 0;

  // Tells streams what the clock brought about and how queues stand, and scores again under kits that were
  // checked. Call it once a second.
  virtual base::Result<void> tick(base::Instant now) = 0;
};

}  // namespace events
