// A running center: database, rooms, jobs and server, wired together. `serve` starts one, and so does `demo`.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace agora {

struct CenterSettings {
  std::filesystem::path data;  // the center's folder: database, blobs, problems, uploads
  std::filesystem::path home;  // $AGORA_HOME: environments
  std::string database;        // a url; empty: SQLite in the data folder
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;                // 0: any free one
  std::string public_url;                   // where people reach it; empty: as it listens
  int evaluations = 1;                      // submissions at once, each with its folds in parallel
  std::uint32_t requests_per_minute = 600;  // of one person or address
  std::vector<std::string> proxies, cors_origins;
};

class Center {
 public:
  // Migrates, puts back what a killed server had in hand, and serves. Fails with `conflict` where another
  // server uses the folder, else as its parts do.
  static base::Result<std::unique_ptr<Center>> start(const CenterSettings& settings);
  ~Center();
  Center(const Center&) = delete;
  Center& operator=(const Center&) = delete;

  std::string url() const;
  // The code for the first administrator's sign-up, where there is none yet.
  const std::optional<std::string>& first_invitation() const;

  // Lets requests finish; evaluations at work are given back, and go on at the next start.
  void stop();

 private:
  struct Parts;
  explicit Center(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace agora
