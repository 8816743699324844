// Runs people's code outside of evaluations, in cells: sessions that keep what they made, programs, builds.
// Knows environments and limits; nothing of kits, scores, people or how a page shows it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "judge/environments/environments.h"
#include "judge/environments/index.h"
#include "machine/sandbox/sandbox.h"

namespace cells {

// What code prints, piece by piece as it comes; a character may be cut between two pieces.
enum class Stream { output, errors };
using OnOutput = std::function<void(Stream, std::string_view)>;

// A host folder or file that the code sees, read-only, by a name: "input", "input/ref".
struct Given {
  std::string name;
  std::filesystem::path source;
};

// Sessions: one person's Python, which keeps its state from request to request as a notebook does.

struct SessionSpec {
  std::vector<Given> given;  // stand in the working folder, which is writable and dies with the session
  std::uint64_t memory_bytes = 512u << 20;
  std::uint64_t scratch_bytes = 128u << 20;  // files; they count as memory too
  std::uint64_t output_bytes = 1u << 20;     // of one request
  std::uint64_t shown_bytes = 8u << 20;      // figures, tables and texts of one request
  int processes = 64;
  double cores =
      2;  // processor seconds that a request may use for each second of its limit: past it, it ends
  double request_seconds = 60;  // then it is interrupted
  double grace_seconds = 3;     // and then the session is ended
  double idle_seconds = 1200;   // without a request
};

// A value in one form that pages can show: the bytes of a PNG, or text. A stranger wrote it.
struct Shown {
  int value = 0;     // forms of one value have one number
  std::string type;  // image/png, image/svg+xml, text/html or text/plain
  std::string data;
};

struct Raised {
  std::string type;       // "ValueError"
  std::string message;    //
  std::string traceback;  // without frames of ours; ends with type and message
  int line = 0;           // of the request's code; 0 where none is known
};

enum class Finish {
  done,
  raised,
  interrupted,  // by its owner
  time,         // cut at request_seconds
  output,       // cut at output_bytes
  ended,        // the session with it: `why` says what happened
};

struct Answer {
  Finish finish = Finish::done;
  std::optional<Raised> raised;
  std::vector<Shown> shown;
  int left_out = 0;  // forms that did not fit into shown_bytes
  std::string why;   // for a person, where it was cut or ended
  double seconds = 0;
};

enum class Interrupt { nothing_runs, asked, ended };

class Session {
 public:
  virtual ~Session() = default;
  // Until the code has run. Fails with `conflict` while another request runs, with `unavailable` where the
  // session has ended, saying why, and with `too_large` on code of more than 1 MiB.
  virtual base::Result<Answer> run(std::string_view code, const OnOutput& on_output = {}) = 0;
  // From any thread. Asked again grace_seconds after the first time, it ends the session.
  virtual Interrupt interrupt() = 0;
  // A new, empty one in its place, also while a request runs. Fails as Workshop::open does.
  virtual base::Result<void> restart() = 0;
  virtual std::optional<std::string> why_ended() = 0;  // nothing while it lives
};

// Programs: any command, once, on what it is given; what it leaves in /out comes back.

struct Program {
  std::vector<std::string> command;  // words; the first a path, or a name: the environment's `python`, `sh`
  std::vector<Given> given;          // stand in /program
  std::string folder = "/program";   // where it starts; read-only
  std::vector<std::pair<std::string, std::string>> variables;  // of may_be_set's names
  sandbox::Limits limits = limits_of_programs();
  int out_files = 2000;

  static sandbox::Limits limits_of_programs();
};

// The environment variables that a program may be given.
bool may_be_set(std::string_view variable);

// Something in /out that is not taken. The path is fit to be shown, as all that is said of it.
struct Left {
  std::string path;
  std::string why;  // "is a link"
};

struct ProgramOutcome {
  int code = 0;               // its exit status, 128 + n for signal n
  std::string why;            // for a person, where a limit, `stop` or a crash of the cell ended it
  sandbox::Outcome cell;      // how much it used; without output
  std::string output;         // standard output, as far as limits.output_bytes allow for both together
  std::string complaints;     // standard error
  std::filesystem::path out;  // a folder of this program's that holds `files`, and nothing but plain files
  std::vector<std::string> files;  // sorted
  std::vector<Left> left;
  std::shared_ptr<base::TemporaryFolder> keeps{};  // `out`, as long as it lives
};

// Builds: a wheel from a source archive. Its code is a stranger's: it reaches the package index, and nothing
// else of the network.

struct Build {
  std::string name, version;        // "docopt", "0.6.2"
  std::vector<std::string> hashes;  // SHA-256 of the source archives that will do, as a lock has them
  std::filesystem::path source{};   // an archive on this host, instead of the index's
  std::filesystem::path uv;         // environments::ensure_installer
  environments::Index index;        // environments::index_of_host
  sandbox::Limits limits = limits_of_builds();

  static sandbox::Limits limits_of_builds();
};

struct BuildOutcome {
  std::filesystem::path wheel;       // in run.out; empty where none was made
  std::string hash;                  // its SHA-256
  std::string why;                   // none was made, as the second half of a sentence; the log says more
  std::vector<std::string> refused;  // what it wanted of the network and did not get, in words
  ProgramOutcome run;                // its log, what it used, what else it left
};

// For environments::create: makes wheels in cells of a workshop of its own, which starts with the first
// wheel. `warden` as in WorkshopOptions.
environments::MakeWheel wheels_in_cells(const std::filesystem::path& warden = {});

struct WorkshopOptions {
  std::filesystem::path warden;  // agora-warden; empty: beside the running program
  int programs = 2;              // and builds, at once
  int sessions = 40;
  std::uint64_t memory_bytes = 8ull << 30;  // the limits of all sessions together
};

// A warden, and a zygote for each environment in use. Safe from several threads; what it has opened may
// outlive it.
class Workshop {
 public:
  // Fails as sandbox::Warden::start does.
  static base::Result<std::unique_ptr<Workshop>> start(const WorkshopOptions& options);
  ~Workshop();

  // The environment's first use takes about a second. Fails with `unavailable` where there are too many
  // sessions, or where its memory does not fit, saying how much is free.
  base::Result<std::unique_ptr<Session>> open(const environments::Environment& environment,
                                              const SessionSpec& spec);

  // Waits for its turn and until the command has ended. A program that fails is no failure here. Fails with
  // `invalid` on what cannot be given, and with `unavailable` where `stop` was asked before it began.
  base::Result<ProgramOutcome> run(const environments::Environment& environment, const Program& program,
                                   const OnOutput& on_output = {}, const std::stop_token& stop = {});

  // For `environment`'s Python. A build that fails is no failure here. Fails as `run` does.
  base::Result<BuildOutcome> build(const environments::Environment& environment, const Build& build,
                                   const OnOutput& on_output = {}, const std::stop_token& stop = {});

 private:
  struct Parts;
  explicit Workshop(std::shared_ptr<Parts> parts);
  std::shared_ptr<Parts> parts_;
};

}  // namespace cells
