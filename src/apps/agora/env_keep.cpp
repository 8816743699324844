// agora env remove, gc: what goes, and what stays and why.
#include <memory>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "base/config.h"
#include "judge/environments/keeping.h"
#include "judge/environments/wanted.h"

namespace agora {

namespace {

using environments::Collection;
using environments::Piece;

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::uint64_t sum_of(const std::vector<Piece>& pieces) {
  std::uint64_t bytes = 0;
  for (const auto& piece : pieces) bytes += piece.bytes;
  return bytes;
}

base::json::array json_of(const std::vector<Piece>& pieces) {
  base::json::array list;
  for (const auto& piece : pieces)
    list.push_back({{"what", piece.what}, {"why", piece.why}, {"size_bytes", piece.bytes}});
  return list;
}

Exit show_collection(const base::Result<Collection>& found, std::string_view verb, bool as_json) {
  if (!found) return report_failure(found.error(), as_json);
  if (as_json) {
    print_json({{"freed", json_of(found->freed)},
                {"kept", json_of(found->kept)},
                {"freed_bytes", sum_of(found->freed)}});
    return Exit::done;
  }
  std::vector<std::vector<std::string>> rows{{"", "what", "size", "why"}};
  for (const auto& piece : found->freed)
    rows.push_back({std::string(verb), piece.what, megabytes(piece.bytes), piece.why});
  for (const auto& piece : found->kept)
    rows.push_back({"kept", piece.what, megabytes(piece.bytes), piece.why});
  if (rows.size() > 1) fmt::print("{}\n", table_text(rows));
  fmt::print("{} {}\n", verb, megabytes(sum_of(found->freed)));
  return Exit::done;
}

struct Options {
  std::string name, forgotten;
  double cache_gigabytes = 5;
  bool is_dry = false;
  bool as_json = false;
};

Exit collect(const Options& options) {
  const auto home = base::agora_home();
  if (!options.forgotten.empty())
    if (auto done = environments::forget_center(home, options.forgotten); !done)
      return report_failure(done.error(), options.as_json);
  environments::CollectWish wish;
  wish.most_cache_bytes = static_cast<std::uint64_t>(options.cache_gigabytes * 1e9);
  wish.attempt = options.is_dry ? environments::Try::dry : environments::Try::wet;
  return show_collection(environments::collect(home, wish), options.is_dry ? "would free" : "freed",
                         options.as_json);
}

}  // namespace

void add_env_remove(CLI::App& parent, Exit& exit) {
  auto* command =
      parent.add_subcommand("remove", "Take away a name, and its environment where nothing else needs it");
  auto options = std::make_shared<Options>();
  command->add_option("name", options->name, "Its name")->required();
  command->add_flag("--json", options->as_json, "Print one JSON object");
  command->footer("Example:\n  agora env remove spectra");
  command->callback([options, &exit] {
    exit =
        show_collection(environments::remove(base::agora_home(), options->name), "freed", options->as_json);
  });
}

void add_env_gc(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand(
      "gc", "Free what environments without a name take, and the installer's cache where it is large");
  auto options = std::make_shared<Options>();
  command->add_flag("--dry-run", options->is_dry, "Only say what would go");
  command->add_option("--cache", options->cache_gigabytes, "The installer's cache may have so many GB (5)")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", options->as_json, "Print one JSON object");
  command
      ->add_option("--forget", options->forgotten,
                   "Before that: the list of what a center asks for, whose data folder this was")
      ->excludes("--dry-run");
  command->footer("Example:\n  agora env gc --dry-run");
  command->callback([options, &exit] { exit = collect(*options); });
}

}  // namespace agora
