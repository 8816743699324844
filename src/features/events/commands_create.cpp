#include "features/events/commands_create.h"

#include <thread>

#include <fmt/format.h>

#include "base/archive.h"
#include "base/files.h"
#include "features/events/commands_show.h"
#include "judge/evaluation/evaluation.h"
#include "machine/terminal/sending.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace events {
namespace fs = std::filesystem;
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;

namespace {

bool has_error(const std::vector<kit::Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const auto& finding) { return finding.weight == kit::Weight::error; });
}

json::array as_json(const std::vector<kit::Finding>& findings) {
  json::array all;
  for (const auto& finding : findings)
    all.push_back({{"weight", kit::word_for(finding.weight)},
                   {"file", finding.file},
                   {"line", finding.line},
                   {"message", finding.message},
                   {"next", finding.next}});
  return all;
}

}  // namespace

std::optional<Exit> why_not_sent(const std::string& kit, bool as_json_object) {
  const auto tree = evaluation::read_tree(kit);
  if (!tree) {
    terminal::report_failure(tree.error(), as_json_object);
    return Exit::usage;
  }
  const auto reading = kit::read_kit(*tree);
  if (!has_error(reading.findings)) return std::nullopt;
  if (as_json_object)
    terminal::print_json({{"error", {{"kind", "kit"}, {"message", "the kit has errors"}}},
                          {"findings", as_json(reading.findings)}});
  else
    fmt::print("{}", kit::to_text(reading.findings));
  if (!as_json_object) terminal::print_next(fmt::format("mend it and say agora kit check {}", kit));
  return Exit::failed;
}

namespace {

base::Result<void> set_time(json::object& body, const char* name, const std::string& text,
                            base::Instant now) {
  if (text.empty()) return {};
  const auto instant = terminal::moment_from(text, now);
  if (!instant) return base::Failure(instant.error());
  body[name] = base::to_rfc3339(*instant);
  return {};
}

base::Result<json::object> wishes_of(const CreateOptions& options, base::Instant now) {
  json::object body;
  if (!options.slug.empty()) body["slug"] = options.slug;
  if (!options.title.empty()) body["title"] = options.title;
  if (auto set = set_time(body, "opens_at", options.opens, now); !set) return base::Failure(set.error());
  if (auto set = set_time(body, "closes_at", options.closes, now); !set) return base::Failure(set.error());
  if (options.per_day) body["per_day"] = *options.per_day;
  if (options.failures_per_day) body["failures_per_day"] = *options.failures_per_day;
  if (options.is_trusted) body["is_trusted"] = true;
  return body;
}

base::Result<std::string> send_folder(terminal::Connection& connection, const fs::path& folder,
                                      const fs::path& archive) {
  auto files = terminal::files_to_send(folder);
  if (!files) return base::Failure(files.error());
  {
    terminal::ProgressLine line;
    line.draw(fmt::format("packing {}", folder.string()));
    if (auto packed = base::pack_tar_gz(std::move(*files), archive); !packed)
      return base::Failure(packed.error());
  }
  return connection.upload(archive, fmt::format("sending {}", folder.filename().string()));
}

}  // namespace

base::Result<std::string> send_kit(terminal::Connection& connection, const std::string& kit) {
  const auto temporary = base::TemporaryFolder::make("agora-create");
  if (!temporary) return base::Failure(temporary.error());
  // The archive's name tells the server the kit's.
  const auto whole = fs::canonical(kit);
  return send_folder(connection, whole, temporary->path() / (whole.filename().string() + ".tar.gz"));
}

namespace {

// `path` gets the wishes and the uploads: the kit, and its hidden data where there is some.
base::Result<json::value> send(terminal::Connection& connection, const std::string& path,
                               const std::string& kit, const std::string& data, json::object body) {
  auto sent = send_kit(connection, kit);
  if (!sent) return base::Failure(sent.error());
  body["kit_upload"] = *sent;
  if (!data.empty()) {
    const auto temporary = base::TemporaryFolder::make("agora-create");
    if (!temporary) return base::Failure(temporary.error());
    sent = send_folder(connection, fs::canonical(data), temporary->path() / "data.tar.gz");
    if (!sent) return base::Failure(sent.error());
    body["data_upload"] = *sent;
  }
  return connection.create(path, body);
}

base::Result<json::value> checked(terminal::Connection& connection, json::value event) {
  const base::Stopwatch since_start;
  terminal::ProgressLine line;
  const auto path = "/events/" + terminal::encoded(text_of(event, "id"));
  while (text_of(event, "state") == "checking") {
    line.draw(fmt::format("{}  the server checks the kit ... {:.0f} s", text_of(event, "slug"),
                          since_start.seconds()));
    std::this_thread::sleep_for(std::chrono::milliseconds(since_start.seconds() < 10 ? 250 : 1000));
    auto now = connection.client.get(path);
    if (!now) return now;
    event = std::move(*now);
  }
  return event;
}

Exit tell(const json::value& event, const std::string& kit, bool as_json_object) {
  const bool refused = text_of(event, "state") == "refused";
  if (as_json_object) {
    terminal::print_json(event);
    return refused ? Exit::failed : Exit::done;
  }
  const auto findings = findings_of(event);
  if (!findings.empty()) fmt::print("{}\n", kit::to_text(findings));
  const auto slug = text_of(event, "slug");
  if (refused) {
    fmt::print(stderr, "error: the server refuses the kit: the event {} cannot be opened\n", slug);
    terminal::print_next(fmt::format("mend the kit and say agora event kit {} {}", slug, kit));
    return Exit::failed;
  }
  fmt::print("{} · {}{}\n", slug, state_text(event, base::now()),
             terminal::is_true(event, "is_practice") ? " · practice: its labels are public" : "");
  if (text_of(event, "state") == "ready") terminal::print_next(fmt::format("agora event open {}", slug));
  return Exit::done;
}

}  // namespace

Exit create_event(const CreateOptions& options) {
  const auto body = wishes_of(options, base::now());
  if (!body) {
    terminal::report_failure(body.error(), options.json);
    return Exit::usage;
  }
  if (const auto why_not = why_not_sent(options.kit, options.json)) return *why_not;
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  if (auto me = connection->client.get("/me"); !me) return terminal::report(me.error(), options.json, url);
  auto event = send(*connection, "/events", options.kit, options.data, *body);
  if (!event) return terminal::report(event.error(), options.json, url);
  if (options.waits) event = checked(*connection, std::move(*event));
  if (!event) return terminal::report(event.error(), options.json, url);
  return tell(*event, options.kit, options.json);
}

Exit replace_kit(const KitOptions& options) {
  if (const auto why_not = why_not_sent(options.kit, options.json)) return *why_not;
  auto connection = terminal::connect();
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  const auto path = "/events/" + terminal::encoded(options.event);
  auto event = connection->client.get(path);  // before a kit is sent in vain
  if (event) event = send(*connection, path + "/kit", options.kit, options.data, {});
  if (event && options.waits) event = checked(*connection, std::move(*event));
  if (!event) return terminal::report(event.error(), options.json, url);
  return tell(*event, options.kit, options.json);
}

}  // namespace events
