// Who is in the demo, which events there are, and what is handed in to them. The people are made up; the kits
// and their data are real. Nothing here is left to chance.
#pragma once
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace agora {

struct DemoPerson {
  std::string_view key;  // before the @ of the address
  std::string_view name;
  std::string_view role = {};    // of the platform; empty: a participant
  std::string_view events = {};  // which ones they join: letters of DemoEvent
};

std::span<const DemoPerson> demo_people();  // the administrator first, then the organiser

struct DemoEvent {
  char letter;
  std::string_view slug;
  std::string_view kit;  // its folder among the sample kits
  std::string_view summary;
  bool has_hidden_data = false;  // two thirds of the rows; else for practice
  int fit_seconds = 0;           // instead of the kit's, so that whoever takes too long does not take long
  int days_open = 0;             // 0: without an end
  bool is_released = false;      // in the end
};

std::span<const DemoEvent> demo_events();  // in the order of the story

using DemoFiles = std::map<std::string, std::string>;  // text by path

enum class DemoAct { none, cancel, rerun };  // cancel: by its author, at once. rerun: when it has ended

struct DemoPart {
  std::string_view person, event, name;
  DemoFiles files;
  DemoAct act = DemoAct::none;
};

// In the order of the story: first tries, mistakes, better ideas. Fails where a kit's submission cannot be
// read, or is no longer what the story changes.
base::Result<std::vector<DemoPart>> demo_story(const std::filesystem::path& kits);

// The CSV files of `from` in two parts that share no row: every third row is public, the others are hidden.
base::Result<void> split_rows(const std::filesystem::path& from, const std::filesystem::path& open_part,
                              const std::filesystem::path& hidden_part);

}  // namespace agora
