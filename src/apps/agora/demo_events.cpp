// How the demo's events come to be: packed from the sample kits, uploaded, checked, opened.
#include <algorithm>

#include <fmt/format.h>
#include <poll.h>

#include "apps/agora/demo_center.h"
#include "base/archive.h"
#include "base/time.h"

namespace agora {
namespace fs = std::filesystem;
namespace json = base::json;
namespace {

base::Result<void> copy_folder(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::copy(from, to, fs::copy_options::recursive, failed);
  if (failed) return base::internal("a sample kit cannot be copied", from.string() + ": " + failed.message());
  return {};
}

base::Result<void> limit_fits(const fs::path& kit_file, int seconds) {
  auto text = base::read_file(kit_file);
  if (!text) return tl::unexpected(text.error());
  constexpr std::string_view kName = "fit_seconds = ";
  const auto at = text->find(kName);
  if (at == std::string::npos) return base::internal("a sample kit sets no fit_seconds", kit_file.string());
  const auto first = at + kName.size();
  text->replace(first, text->find('\n', first) - first, std::to_string(seconds));
  return base::write_file(kit_file, *text);
}

base::Result<std::string> upload_folder(web::Client& client, const fs::path& folder,
                                        const fs::path& archive) {
  auto files = base::files_below(folder);
  if (!files) return tl::unexpected(files.error());
  if (auto packed = base::pack_tar_gz(std::move(*files), archive); !packed)
    return tl::unexpected(packed.error());
  const auto upload = client.upload("/api/v1/uploads", archive, {{"filename", archive.filename().string()}});
  if (!upload) return upload;
  return upload->substr(upload->rfind('/') + 1);
}

}  // namespace

base::Result<void> DemoCenter::make_event(const DemoEvent& event) {
  auto scratch = base::TemporaryFolder::make("agora-demo-kit");
  if (!scratch) return tl::unexpected(scratch.error());
  const auto kit = scratch->path() / event.kit, hidden = scratch->path() / "hidden";
  if (auto copied = copy_folder(kits_ / event.kit, kit); !copied) return copied;
  if (event.fit_seconds > 0)
    if (auto limited = limit_fits(kit / "kit.toml", event.fit_seconds); !limited) return limited;
  if (event.has_hidden_data)
    if (auto split = split_rows(kits_ / event.kit / "data", kit / "data", hidden); !split) return split;
  const auto archive = [&](std::string_view name) {
    return scratch->path() / fmt::format("{}.tar.gz", name);
  };
  json::object wanted{{"slug", event.slug}, {"per_day", 50}, {"failures_per_day", 50}};
  const auto upload = upload_folder(organiser(), kit, archive(event.kit));
  if (!upload) return tl::unexpected(upload.error());
  wanted["kit_upload"] = *upload;
  if (event.has_hidden_data) {
    const auto data = upload_folder(organiser(), hidden, archive("hidden"));
    if (!data) return tl::unexpected(data.error());
    wanted["data_upload"] = *data;
  }
  if (const auto made = organiser().post("/api/v1/events", wanted); !made)
    return tl::unexpected(made.error());
  return {};
}

// Waits until its kit is checked.
base::Result<void> DemoCenter::open_event(const DemoEvent& event) {
  const auto path = fmt::format("/api/v1/events/{}", event.slug);
  auto seen = organiser().get(path);
  while (seen && base::find_text(*seen, "state") == "checking") {
    if (is_stopped()) return {};
    ::poll(nullptr, 0, 250);
    seen = organiser().get(path);
  }
  if (!seen) return tl::unexpected(seen.error());
  if (base::find_text(*seen, "state") != "ready") return {};  // it was opened before
  const auto read = organiser().send("GET", path);
  if (!read) return tl::unexpected(read.error());
  const auto changed = organiser().patch(path, json::object{{"summary", event.summary}},
                                         std::string(read->headers.get("ETag")));
  if (!changed) return tl::unexpected(changed.error());
  json::object opening;
  if (event.days_open > 0)
    opening["closes_at"] = base::to_rfc3339(std::chrono::floor<std::chrono::hours>(base::now()) +
                                            std::chrono::hours(24 * event.days_open));
  if (const auto opened = organiser().post(path + "/open", opening); !opened)
    return tl::unexpected(opened.error());
  return {};
}

base::Result<void> DemoCenter::open_events() {
  for (const auto& event : demo_events()) {
    if (is_stopped()) return {};
    const auto there = organiser().get(fmt::format("/api/v1/events/{}", event.slug));
    if (!there && there.error().kind != base::ErrorKind::not_found) return tl::unexpected(there.error());
    if (there) continue;
    if (auto made = make_event(event); !made) return made;
  }
  for (const auto& event : demo_events())
    if (auto opened = open_event(event); !opened) return opened;
  return {};
}

}  // namespace agora
