// Fills a center with the demo's people, events and submissions, all through its API as anyone would.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "apps/agora/demo_story.h"
#include "apps/agora/demo_visitor.h"
#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

namespace agora {

class DemoCenter {
 public:
  // Ends early, without error, when `stop` can be read.
  DemoCenter(std::string url, std::filesystem::path kits, const base::Fd& stop)
      : url_(std::move(url)), kits_(std::move(kits)), stop_(stop) {}

  // Tells each step on standard output. Without an invitation the center has people already, and what it
  // lacks of the story follows. Fails with `unauthenticated` where it is no demo's.
  base::Result<void> fill(const std::optional<std::string>& first_invitation);
  bool is_whole() const { return is_whole_; }  // nothing of the story is left to do

 private:
  struct Entry {
    std::string event;
    std::string submission;  // its id
    DemoAct act = DemoAct::none;
  };
  DemoVisitor& person(std::string_view key) { return people_.at(std::string(key)); }
  web::Client& organiser() { return person("organiser").client(); }
  bool is_stopped() const;

  base::Result<void> bring_people(const std::optional<std::string>& first_invitation);
  base::Result<void> tell(const std::optional<std::string>& first_invitation);
  base::Result<DemoVisitor> connect(const DemoPerson& one,
                                    const std::optional<std::string>& first_invitation);
  base::Result<std::string> invite(std::string_view role);
  base::Result<void> open_events();
  base::Result<void> make_event(const DemoEvent& event);
  base::Result<void> open_event(const DemoEvent& event);
  base::Result<void> join_events();
  base::Result<void> look_what_is_there();
  base::Result<void> hand_in();
  base::Result<void> hand_in(const DemoPart& part);
  base::Result<void> watch();
  base::Result<bool> look_at(std::size_t place);
  base::Result<void> release(const DemoEvent& event);
  base::Result<void> show_board(const DemoEvent& event);

  std::string url_;
  std::filesystem::path kits_;
  const base::Fd& stop_;
  std::map<std::string, DemoVisitor> people_;  // by key
  std::set<std::string> there_;                // "event/author/name" of submissions from before
  std::vector<Entry> handed_in_;
  std::set<std::size_t> ended_;  // places in handed_in_
  bool is_whole_ = false;
};

// Where everything is and how to sign in: what a demo says at every start.
void show_demo_sign_ins(const std::string& url);

}  // namespace agora
