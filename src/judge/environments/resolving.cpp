// The resolver runs with wheels alone: of a package without one it says so. Then the versions that the index
// has as source are offered to it (offers.h); the one that it chooses is built in a cell, put in the offer's
// place, and the resolver asked again, now with what the real wheel requires. No code of a package runs here.
#include "judge/environments/resolving.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "judge/environments/offers.h"
#include "judge/environments/text.h"
#include "judge/environments/uv.h"

namespace environments {
namespace fs = std::filesystem;

namespace {

constexpr int kMostBuilds = 20;

// The lock is among it, and goes to the log without its hashes: a line for each package.
void say(const Shop& shop, std::string_view said) {
  for (const auto& line : split(said, '\n')) {
    auto text = trimmed(line);
    if (text.empty() || text.starts_with("--hash=")) continue;
    if (text.ends_with('\\')) text = trimmed(text.substr(0, text.size() - 1));
    shop.said(text);
  }
}

bool holds_wheel(const fs::path& folder) {
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored))
    if (entry->path().extension() == ".whl" && entry->is_regular_file(ignored)) return true;
  return false;
}

struct Answer {
  std::string lock;  // empty: the resolver refused
  std::string said;
};

class Resolving {
 public:
  Resolving(const Shop& shop, const Written& written, const MakeWheel& make_wheel, const fs::path& log)
      : shop_(shop), written_(written), make_wheel_(make_wheel), log_(log) {}

  base::Result<Resolved> run();

 private:
  base::Result<Answer> ask_resolver();
  base::Result<void> prepare();
  base::Result<void> offer(const std::vector<std::string>& names);
  base::Result<void> build(const Offer& offer, const Package& chosen);
  base::Result<void> keep(const Offer& offer, const fs::path& made);
  std::vector<std::string> not_yet_asked_for(std::string_view refusal) const;
  fs::path place_for(const Offer& offer) const;
  void take(const Offer& offer, const fs::path& wheels);
  base::Result<void> go_on_after_refusal(const Answer& answer);
  std::optional<Offer> taken_offer(std::string_view lock);
  base::Error why_not_built(const Package& chosen, const base::Error& why) const;

  const Shop& shop_;
  const Written& written_;
  const MakeWheel& make_wheel_;
  const fs::path& log_;
  std::optional<Making> room_;
  std::optional<Environment> builder_;  // in `room_`, with what is offered
  std::set<std::string> asked_for_;
  std::vector<Offer> offers_;
  std::vector<fs::path> wheels_;
  int builds_ = 0;
};

base::Result<Answer> Resolving::ask_resolver() {
  auto making = Making::begin(shop_.home);
  if (!making) return tl::unexpected(making.error());
  const auto asked = making->path() / "requirements.txt";
  const auto answered = making->path() / kLockFile;
  if (auto wrote = base::write_file(asked, written_.requirements); !wrote)
    return tl::unexpected(wrote.error());
  auto links = wheels_;
  if (room_) links.push_back(room_->path() / "offered");
  auto ran = run_uv(shop_.home, shop_.uv,
                    {{"pip", "compile", "--generate-hashes", "--only-binary", ":all:", "--no-annotate",
                      "--no-header", "--python", shop_.interpreter.executable.string(), "--output-file",
                      answered.string(), asked.string()},
                     making->path(),
                     links},
                    {}, shop_.stop);
  if (!ran) return tl::unexpected(ran.error());
  if (ran->status != 0) return Answer{"", ran->output};
  auto lock = base::read_file(answered);
  if (!lock) return tl::unexpected(lock.error());
  if (auto packages = packages_of_lock(*lock); !packages) return tl::unexpected(packages.error());
  return Answer{*std::move(lock), ran->output};
}

// An environment of its own for builds, without packages: one way for every Python, made in no time, and
// nothing in it that a build could lean on. It goes with the room.
base::Result<void> Resolving::prepare() {
  if (room_) return {};
  auto room = Making::begin(shop_.home);
  if (!room) return tl::unexpected(room.error());
  const auto tree = room->path() / "builder";
  std::error_code failed;
  fs::create_directory(room->path() / "offered", failed);
  if (failed) return base::system_failure("create", (room->path() / "offered").string(), failed.value());
  if (auto made = make_venv(shop_, tree, written_.source); !made) return made;
  if (auto done = settle(tree); !done) return done;
  builder_ = described(tree, "builder", "", shop_.interpreter);
  room_.emplace(*std::move(room));
  return {};
}

fs::path Resolving::place_for(const Offer& offer) const {
  const auto parts = split(shop_.interpreter.version, '.');
  return built_wheels(shop_.home) /
         fmt::format("cp{}{}-{}", parts[0], parts.size() > 1 ? parts[1] : "", shop_.interpreter.platform) /
         offer.hashes.front();
}

void Resolving::take(const Offer& offer, const fs::path& wheels) {
  std::error_code ignored;
  fs::remove(offer.wheel, ignored);
  wheels_.push_back(wheels);
}

std::vector<std::string> Resolving::not_yet_asked_for(std::string_view refusal) const {
  auto names = without_wheels(refusal);
  std::erase_if(names, [&](const std::string& name) { return asked_for_.contains(name); });
  return names;
}

base::Result<void> Resolving::offer(const std::vector<std::string>& names) {
  if (auto done = prepare(); !done) return done;
  shop_.said(fmt::format("looking for source archives, as there is no wheel of {}", fmt::join(names, ", ")));
  asked_for_.insert(names.begin(), names.end());
  auto offers = ask_for_sources(shop_, names, room_->path() / "offered");
  if (!offers) return tl::unexpected(offers.error());
  for (auto& one : *offers)
    if (const auto kept = place_for(one); holds_wheel(kept)) {
      take(one, kept);
    } else {
      offers_.push_back(std::move(one));
    }
  return {};
}

base::Error Resolving::why_not_built(const Package& chosen, const base::Error& why) const {
  if (shop_.stop.stop_requested()) return why;
  return {
      why.kind,
      fmt::format("{} {} ({}) has no wheel for this Python on this machine, and could not be built from "
                  "source: {}. All that was said is in {}",
                  chosen.name, chosen.version, place_of(chosen.name, written_), why.message, log_.string()),
      why.detail};
}

// Whole in its place, or not there.
base::Result<void> Resolving::keep(const Offer& offer, const fs::path& made) {
  const auto place = place_for(offer);
  std::error_code failed;
  fs::create_directories(place.parent_path(), failed);
  if (failed) return base::system_failure("create", place.parent_path().string(), failed.value());
  fs::remove_all(place, failed);
  fs::rename(made, place, failed);
  if (failed) return base::system_failure("rename", place.string(), failed.value());
  take(offer, place);
  return {};
}

base::Result<void> Resolving::build(const Offer& offer, const Package& chosen) {
  if (++builds_ > kMostBuilds)
    return base::invalid(
        fmt::format("more than {} packages would have to be built from source, {} {} after them: choose "
                    "versions that have wheels",
                    kMostBuilds, chosen.name, chosen.version));
  const auto what = fmt::format("building {} {} from source", chosen.name, chosen.version);
  shop_.progress({what});
  shop_.said(what);
  const auto made = room_->path() / fmt::format("built-{}", builds_);
  std::error_code failed;
  fs::create_directory(made, failed);
  if (failed) return base::system_failure("create", made.string(), failed.value());
  const WantedWheel wanted{chosen.name, chosen.version, offer.hashes, offer.index, shop_.uv, made};
  auto done = make_wheel_(wanted, *builder_, shop_.said, shop_.stop);
  if (done && !holds_wheel(made)) done = base::invalid("it came to an end without a wheel");
  if (!done) return tl::unexpected(why_not_built(chosen, done.error()));
  return keep(offer, made);
}

// What it was refused for is offered as source, where that was not done before.
base::Result<void> Resolving::go_on_after_refusal(const Answer& answer) {
  const auto names = make_wheel_ ? not_yet_asked_for(answer.said) : std::vector<std::string>();
  if (!names.empty()) return offer(names);
  say(shop_, answer.said);
  return tl::unexpected(
      explain(answer.said, written_, asked_for_.empty() ? Sources::unasked : Sources::asked));
}

std::optional<Offer> Resolving::taken_offer(std::string_view lock) {
  const auto chosen = std::find_if(offers_.begin(), offers_.end(), [&](const Offer& one) {
    return package_with(lock, one.wheel_hash).has_value();
  });
  if (chosen == offers_.end()) return std::nullopt;
  auto offer = std::move(*chosen);
  offers_.erase(chosen);
  return offer;
}

base::Result<Resolved> Resolving::run() {
  shop_.progress({"resolving"});
  shop_.said(fmt::format("resolving {} for Python {} on {}", written_.source, shop_.interpreter.version,
                         shop_.interpreter.platform));
  while (true) {
    auto answer = ask_resolver();
    if (!answer) return tl::unexpected(answer.error());
    if (answer->lock.empty()) {
      if (auto done = go_on_after_refusal(*answer); !done) return tl::unexpected(done.error());
    } else if (const auto offer = taken_offer(answer->lock)) {
      const auto chosen = *package_with(answer->lock, offer->wheel_hash);
      if (auto done = build(*offer, chosen); !done) return tl::unexpected(done.error());
    } else {
      say(shop_, answer->said);
      return Resolved{std::move(answer->lock), std::move(wheels_)};
    }
  }
}

}  // namespace

base::Result<Resolved> resolve(const Shop& shop, const Written& written, const MakeWheel& make_wheel,
                               const fs::path& log) {
  return Resolving(shop, written, make_wheel, log).run();
}

fs::path built_wheels(const fs::path& home) {
  return home / "wheels";
}

}  // namespace environments
