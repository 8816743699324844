// Fills an empty center with people, two events and submissions, all through its API as anyone would.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"
#include "machine/web/client.h"

namespace agora {

// One made-up person's connection to the center.
class DemoVisitor {
 public:
  // Signs up with the invitation, signs in and makes a token.
  static base::Result<DemoVisitor> arrive(const std::string& url, const std::string& name,
                                          const std::string& email, const std::string& password,
                                          const std::string& invitation);
  web::Client& client() { return client_; }

 private:
  explicit DemoVisitor(web::Client client) : client_(std::move(client)) {}
  web::Client client_;
};

class DemoCenter {
 public:
  DemoCenter(std::string url, std::filesystem::path kits) : url_(std::move(url)), kits_(std::move(kits)) {}

  // Tells each step on standard output. Ends early, without error, when `stop` can be read.
  base::Result<void> fill(const std::string& first_invitation, const base::Fd& stop);

 private:
  struct Entry {
    std::string event;
    std::string submission;  // its id
  };
  base::Result<void> bring_people(const std::string& first_invitation);
  base::Result<std::string> invite(const std::string& role);
  base::Result<std::string> open_event(const std::filesystem::path& kit, const std::filesystem::path& hidden,
                                       const base::json::object& more);
  base::Result<void> open_events();
  base::Result<void> hand_in();
  base::Result<void> watch(const base::Fd& stop);
  base::Result<void> show_board(const std::string& event);

  std::string url_;
  std::filesystem::path kits_;
  std::map<std::string, DemoVisitor> people_;  // by the word before the @
  std::vector<Entry> handed_in_;
  std::vector<std::string> events_;
};

// Who may sign in and how, on standard output.
void tell_sign_ins();

// The CSV files of `from` in two halves that share no row: every third row is public, the others are hidden.
base::Result<void> split_rows(const std::filesystem::path& from, const std::filesystem::path& open_part,
                              const std::filesystem::path& hidden_part);

}  // namespace agora
