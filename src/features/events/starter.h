// The starter kit: what a participant needs of an event's kit, file by file and packed. Knows only the kit's
// public folder, so that nothing hidden can get into it.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "base/result.h"

namespace events {

// Whether a kit's file goes into the starter kit: problem.py, kit.toml, requirements, the statement,
// notebooks, data/, external_imports/, what kit.toml lists (`more`), and of submissions/ the starting kit
// alone. Baselines and scripts beside problem.py, which may tell how the hidden data was made, stay with the
// organisers.
bool belongs_to_starter(std::string_view path, const std::vector<std::string>& more);

// Those of a kit that belong to it, and `readme`, a file with the first steps. Fails with `invalid` on a link
// in the kit.
base::Result<std::vector<base::FileToPack>> starter_files(const std::filesystem::path& kit,
                                                          const std::vector<std::string>& more,
                                                          const std::filesystem::path& readme);

// What a file of it is for: data, starter (code to begin from), problem, statement, notebook or other.
std::string_view role_of(std::string_view path, std::string_view statement);
// As pages may show it. Never HTML: it would be a stranger's page on our address.
std::string_view content_type_of(std::string_view path);

struct StarterFacts {
  std::string slug, title;
  std::string server;  // "https://agora.example.org"
  bool is_practice = false;
  std::vector<std::string> elements;
};
// First steps, with this event's and this server's names in them.
std::string starter_readme(const StarterFacts& facts);

// Packs it at `target`, which a reader sees whole or not at all. Fails as starter_files does.
base::Result<void> pack_starter(const std::filesystem::path& kit, const StarterFacts& facts,
                                const std::vector<std::string>& more, const std::filesystem::path& target);

}  // namespace events
