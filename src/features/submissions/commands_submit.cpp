#include "features/submissions/commands_submit.h"

#include <thread>

#include <fmt/format.h>

#include "features/submissions/commands_pack.h"
#include "features/submissions/commands_show.h"
#include "machine/terminal/values.h"

namespace submissions {
namespace fs = std::filesystem;
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;
namespace {

// Short at first, so that a quick submission is told at once; then as patient as the server's rates ask.
std::chrono::milliseconds pause_after(double seconds) {
  if (seconds < 5) return std::chrono::milliseconds(150);
  if (seconds < 60) return std::chrono::milliseconds(500);
  return std::chrono::seconds(2);
}

struct Prepared {
  terminal::Target target;
  fs::path path;
};

// A path, or a name below submissions/ of the folder that knows its event.
fs::path found_path(const std::string& given, const std::optional<terminal::Place>& place) {
  std::error_code failed;
  const bool is_name = given.find('/') == std::string::npos && given != "." && given != "..";
  if (fs::exists(given, failed) || !is_name || !place) return given;
  const auto inside = place->folder / "submissions" / given;
  return fs::is_directory(inside, failed) ? inside : fs::path(given);
}

base::Result<Prepared> prepare(const SubmitOptions& options) {
  const auto& path = options.words.back();
  auto target = terminal::target_event(options.words.size() == 2 ? options.words.front() : "", path);
  if (!target) return base::Failure(target.error());
  Prepared prepared{std::move(*target), {}};
  prepared.path = found_path(path, prepared.target.place);
  return prepared;
}

base::Result<json::object> body_for(terminal::Connection& connection, const Packing& packing) {
  auto files = as_json_files(packing);
  if (!files) return base::Failure(files.error());
  if (*files) return json::object{{"files", std::move(**files)}};
  const auto folder = base::TemporaryFolder::make("agora-submit");
  if (!folder) return base::Failure(folder.error());
  const auto archive = folder->path() / "submission.zip";
  if (auto packed = base::pack_zip(packing.files, archive); !packed) return base::Failure(packed.error());
  const auto upload = connection.upload(archive, packing.name);
  if (!upload) return base::Failure(upload.error());
  return json::object{{"upload", *upload}};
}

void print_result(const json::value& submission, const json::value& event) {
  const auto seconds = terminal::number_of(submission, "fit_seconds");
  fmt::print("{} · {} · {} folds{}\n", text_of(submission, "event.slug"), label_of(submission),
             terminal::items_of(submission, "folds").size(),
             seconds ? fmt::format(", each fitted in {}", terminal::duration_text(*seconds)) : "");
  fmt::print("{}", scores_text(submission, columns_of(event, submission)));
}

void print_failure(const json::value& submission) {
  fmt::print(stderr, "error: {}\n", reason_text(submission));
  const auto step = next_step_of(submission);
  const auto logs = fmt::format("agora logs {} shows all that its trial printed", text_of(submission, "id"));
  const bool in_trial = text_of(submission, "reason.phase") == "trial";
  if (!step.empty() || in_trial)
    terminal::print_next(step.empty() ? logs : in_trial ? step + "; " + logs : step);
}

Exit tell(const json::value& submission, const json::value& event, bool as_json) {
  if (as_json)
    terminal::print_json(submission);
  else if (text_of(submission, "state") == "scored")
    print_result(submission, event);
  else if (text_of(submission, "state") == "cancelled")
    fmt::print(stderr, "error: {} was cancelled\n", label_of(submission));
  else
    print_failure(submission);
  return exit_for(submission);
}

void print_sent(const json::value& submission) {
  fmt::print("{}  {}  {}\n", label_of(submission), progress_text(submission, base::now()),
             text_of(submission, "id"));
  terminal::print_next("agora submissions follows it; agora submit --wait stays until the score is there");
}

}  // namespace

base::Result<json::value> watch(terminal::Connection& connection, const std::string& id,
                                const std::string& title) {
  constexpr double kMostSilence = 60;
  const base::Stopwatch since_start;
  base::Stopwatch since_answer;
  terminal::ProgressLine line;
  while (true) {
    auto submission = connection.client.get("/submissions/" + terminal::encoded(id));
    if (submission) {
      since_answer = base::Stopwatch();
      if (has_ended(*submission)) return submission;
      line.draw(fmt::format("{}  {}", title, progress_text(*submission, base::now())));
    } else {
      const bool may_pass = submission.error().kind == base::ErrorKind::unavailable;
      if (!may_pass || since_answer.seconds() > kMostSilence) return submission;
      line.draw(
          fmt::format("{}  waiting for the server: {}", title, terminal::plain(submission.error().message)));
    }
    std::this_thread::sleep_for(submission ? pause_after(since_start.seconds()) : std::chrono::seconds(2));
  }
}

Exit submit(const SubmitOptions& options) {
  const auto prepared = prepare(options);
  if (!prepared) {
    terminal::report_failure(prepared.error(), options.json);
    return Exit::usage;
  }
  auto packing = pack_submission(prepared->path);
  if (!packing) {
    const auto exit = terminal::report_failure(packing.error(), options.json);
    return packing.error().kind == base::ErrorKind::not_found ? Exit::usage : exit;
  }
  if (!options.name.empty()) packing->name = options.name;
  auto connection = terminal::connect(prepared->target.place);
  if (!connection) return terminal::report_failure(connection.error(), options.json);
  const auto& url = connection->server.url;
  const auto place = "/events/" + terminal::encoded(prepared->target.event);
  const auto event = connection->client.get(place);
  if (!event) return terminal::report(event.error(), options.json, url);
  auto body = body_for(*connection, *packing);
  if (!body) return terminal::report(body.error(), options.json, url);
  (*body)["name"] = packing->name;
  auto submission = connection->create(place + "/submissions", *body);
  if (!submission) return terminal::report(submission.error(), options.json, url);
  if (!options.waits) {
    if (options.json)
      terminal::print_json(*submission);
    else
      print_sent(*submission);
    return Exit::done;
  }
  const auto ended = watch(*connection, text_of(*submission, "id"), label_of(*submission));
  if (!ended) return terminal::report(ended.error(), options.json, url);
  return tell(*ended, *event, options.json);
}

}  // namespace submissions
