#include "judge/cells/program.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <poll.h>

#include "base/json.h"
#include "judge/cells/rules.h"
#include "judge/cells/words.h"
#include "machine/sandbox/wire.h"

namespace cells {
namespace {

namespace json = base::json;

constexpr std::size_t kMostWords = 1000, kLongestWords = 24u << 10;
constexpr const char* kProgram = "/program";
constexpr double kCollectingSeconds = 60;  // after the command's end

constexpr std::array kVariables{"OMP_NUM_THREADS",
                                "OPENBLAS_NUM_THREADS",
                                "MKL_NUM_THREADS",
                                "NUMEXPR_NUM_THREADS",
                                "LOKY_MAX_CPU_COUNT",
                                "PYTHONHASHSEED",
                                "PYTHONUNBUFFERED",
                                "PYTHONPATH",
                                "PYTHONWARNINGS",
                                "MPLBACKEND",
                                "TZ",
                                "LANG",
                                "LC_ALL",
                                "COLUMNS",
                                "R_LIBS"};

bool is_below_program(const std::string& folder) {
  if (folder == kProgram) return true;
  const auto prefix = std::string(kProgram) + "/";
  return folder.starts_with(prefix) && !why_no_plain_path(folder.substr(prefix.size()));
}

std::string argument_of(const environments::Environment& environment, const Program& program) {
  json::array command;
  for (const auto& word : program.command) command.push_back(json::string(word));
  json::object variables{{"PATH", (environment.folder / "bin").string() + ":/usr/local/bin:/usr/bin:/bin"}};
  for (const auto& [name, value] : program.variables) variables[name] = json::string(value);
  return base::to_text(json::object{{"command", command},
                                    {"variables", variables},
                                    {"out_bytes", program.limits.out_bytes},
                                    {"out_files", program.out_files}});
}

// A command on its way: its ends, and what it has said so far.
class Running {
 public:
  Running(OutFolder out, Errand errand, const OnOutput& on_output)
      : errand_(std::move(errand)),
        limits_(errand_.cell.limits),
        listening_([this, &on_output](Stream stream, std::string_view text) {
          (stream == Stream::output ? outcome_.output : outcome_.complaints) += text;
          if (on_output) on_output(stream, text);
        }),
        ears_(limits_.output_bytes, listening_),
        out_(std::move(out)) {}

  base::Result<void> start(sandbox::Warden& warden, const sandbox::Cell& zygote, const std::stop_token& stop);
  base::Result<ProgramOutcome> finish(const std::stop_token& stop);

 private:
  void attend();
  void hear(std::string_view packet);
  void listen();
  std::string why_ended() const;

  Errand errand_;
  const sandbox::Limits limits_;
  const OnOutput listening_;
  Ears ears_;
  OutFolder out_;
  base::Fd link_, output_, errors_;
  std::unique_ptr<sandbox::Cell> cell_;
  bool ended_ = false;     // the command has, or so the cell says
  int threads_ = 0;        // that there were then
  bool over_ = false;      // there is nothing more to hear
  bool is_wrong_ = false;  // it said what none of ours would
  std::optional<base::Error> trouble_;
  ProgramOutcome outcome_;
};

base::Result<void> Running::start(sandbox::Warden& warden, const sandbox::Cell& zygote,
                                  const std::stop_token& stop) {
  auto& spec = errand_.cell;
  auto link = sandbox::socket_pair();
  auto output = make_pipe(), errors = make_pipe();
  if (!link) return tl::unexpected(link.error());
  if (!output) return tl::unexpected(output.error());
  if (!errors) return tl::unexpected(errors.error());
  for (const auto& [name, fd] :
       {std::pair("link", link->second.get()), std::pair("output", output->theirs.get()),
        std::pair("errors", errors->theirs.get())})
    spec.handed.push_back({name, fd});
  auto cell = warden.spawn(zygote, spec, stop);
  if (!cell) return tl::unexpected(cell.error());
  cell_ = std::move(*cell);
  link_ = std::move(link->first);
  output_ = std::move(output->ours);
  errors_ = std::move(errors->ours);
  return {};
}

void Running::listen() {
  ears_.drain(output_, Stream::output);
  ears_.drain(errors_, Stream::errors);
}

void Running::attend() {
  std::array<pollfd, 3> places{pollfd{link_.get(), POLLIN, 0}, pollfd{output_.get(), POLLIN, 0},
                               pollfd{errors_.get(), POLLIN, 0}};
  (void)::poll(places.data(), places.size(), -1);
  listen();
  if (ears_.is_full()) {
    over_ = true;
    return cell_->cancel();
  }
  if (places[0].revents == 0) return;
  const auto packet = sandbox::receive_bytes(link_.get(), sandbox::kLargestPacket, sandbox::Wait::no);
  if (packet && *packet) return hear(**packet);
  over_ = packet || packet.error().kind != base::ErrorKind::unavailable;
}

// "nWORDS" from a build that wants a connection, "cCODE THREADS" once, when the command has
// ended; then the files.
void Running::hear(std::string_view packet) {
  if (!ended_ && packet.front() == 'n' && errand_.on_ask)
    return errand_.on_ask(link_.get(), packet.substr(1));
  if (!ended_ && packet.front() == 'c') {
    ended_ = true;
    (void)std::sscanf(std::string(packet).c_str(), "c%d %d", &outcome_.code, &threads_);
    return cell_->set_deadline(kCollectingSeconds);
  }
  const auto heard = ended_ ? out_.hear(packet) : base::Result<bool>(false);
  if (!heard) trouble_ = heard.error();
  is_wrong_ = heard && !*heard;
  over_ = !heard || is_wrong_ || out_.is_complete();
  if (!heard || is_wrong_) cell_->cancel();
}

base::Result<ProgramOutcome> Running::finish(const std::stop_token& stop) {
  {
    const std::stop_callback stopped(stop, [this] { cell_->cancel(); });
    while (!over_) attend();
    outcome_.cell = cell_->wait();
  }
  listen();
  if (trouble_) return tl::unexpected(*trouble_);
  outcome_.why = why_ended();
  out_.give_to(outcome_);
  return std::move(outcome_);
}

std::string Running::why_ended() const {
  using sandbox::End;
  if (ears_.is_full()) return fmt::format("it printed more than {}", words_for_bytes(limits_.output_bytes));
  if (is_wrong_) return "it said what no program says";
  const auto end = outcome_.cell.end;
  // Without cgroups nobody else may have seen it; what the cell says is about itself.
  const bool is_crowded = outcome_.code != 0 && threads_ >= limits_.processes;
  if (end == End::finished && is_crowded) return "it " + words_for_crowd(limits_);
  if (end == End::finished && out_.is_complete()) return "";
  if (end == End::finished)
    return fmt::format("its cell ended before its files were taken\n{}", outcome_.cell.output);
  return "it " + words_for_end(outcome_.cell, limits_);
}

}  // namespace

sandbox::Limits Program::limits_of_programs() {
  sandbox::Limits limits;
  limits.out_bytes = 256u << 20;
  limits.cores = 2;  // as a kit's phases have
  return limits;
}

bool may_be_set(std::string_view variable) {
  return std::find(kVariables.begin(), kVariables.end(), variable) != kVariables.end();
}

std::optional<base::Error> why_cannot_run(const Program& program) {
  const auto wrong = [](std::string why) { return base::Error{base::ErrorKind::invalid, std::move(why)}; };
  if (program.command.empty() || program.command.front().empty()) return wrong("the program has no command");
  std::size_t letters = 0;
  for (const auto& word : program.command) {
    letters += word.size() + 1;
    if (word.find('\0') != std::string::npos) return wrong("the command has a NUL in a word");
  }
  if (program.command.size() > kMostWords || letters > kLongestWords)
    return wrong(fmt::format("the command is too long: at most {} words and {} are taken", kMostWords,
                             words_for_bytes(kLongestWords)));
  for (const auto& [name, value] : program.variables)
    if (!may_be_set(name) || value.find('\0') != std::string::npos)
      return wrong(fmt::format("the variable {} cannot be set for a program; these can: {}", printable(name),
                               fmt::join(kVariables, ", ")));
  if (!is_below_program(program.folder))
    return wrong(fmt::format("a program starts in {} or a folder in it, not in {}", kProgram,
                             printable(program.folder)));
  return std::nullopt;
}

Errand errand_of(const environments::Environment& environment, const Program& program) {
  sandbox::CellSpec spec;
  spec.entry = "agora_cell.program";
  spec.argument = argument_of(environment, program);
  for (const auto& one : program.given)
    spec.mounts.push_back({one.source, fmt::format("{}/{}", kProgram, one.name)});
  spec.work_folder = program.folder;
  spec.limits = program.limits;
  return {std::move(spec), program.out_files};
}

base::Result<ProgramOutcome> run_errand(sandbox::Warden& warden, const sandbox::Cell& zygote, Errand errand,
                                        const OnOutput& on_output, const std::stop_token& stop) {
  auto out = OutFolder::make(errand.cell.limits.out_bytes, errand.out_files);
  if (!out) return tl::unexpected(out.error());
  Running running(std::move(*out), std::move(errand), on_output);
  if (auto started = running.start(warden, zygote, stop); !started) return tl::unexpected(started.error());
  return running.finish(stop);
}

}  // namespace cells
