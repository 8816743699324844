#include <fmt/format.h>

#include "judge/cells/build.h"
#include "judge/cells/cells.h"
#include "judge/cells/places.h"
#include "judge/cells/program.h"
#include "judge/cells/rules.h"
#include "judge/cells/session.h"

namespace cells {

namespace {

std::optional<base::Error> why_not_given(const std::vector<Given>& given) {
  for (const auto& one : given)
    if (const auto why = why_no_plain_path(one.name))
      return base::Error{base::ErrorKind::invalid,
                         fmt::format("\"{}\" cannot be given to a cell: it {}", printable(one.name), *why)};
  return std::nullopt;
}

}  // namespace

struct Workshop::Parts {
  Parts(std::unique_ptr<sandbox::Warden> link, const WorkshopOptions& options)
      : warden(std::move(link)),
        zygotes(*warden),
        places(options.programs),
        budget(std::make_shared<Budget>(options.sessions, options.memory_bytes)) {}

  std::unique_ptr<sandbox::Warden> warden;
  Zygotes zygotes;
  Places places;
  std::shared_ptr<Budget> budget;
  Register sessions;
};

Workshop::Workshop(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}
Workshop::~Workshop() = default;

base::Result<std::unique_ptr<Workshop>> Workshop::start(const WorkshopOptions& options) {
  auto warden =
      sandbox::Warden::start({.program = options.warden, .slots = options.sessions + options.programs});
  if (!warden) return tl::unexpected(warden.error());
  return std::unique_ptr<Workshop>(new Workshop(std::make_shared<Parts>(std::move(*warden), options)));
}

base::Result<std::unique_ptr<Session>> Workshop::open(const environments::Environment& environment,
                                                      const SessionSpec& spec) {
  if (auto wrong = why_not_given(spec.given)) return tl::unexpected(*wrong);
  auto session = std::make_unique<RunningSession>(
      Bench{parts_, *parts_->warden, parts_->zygotes, parts_->budget, parts_->sessions}, environment, spec);
  if (auto begun = session->begin(); !begun) return tl::unexpected(begun.error());
  return session;
}

base::Result<ProgramOutcome> Workshop::run(const environments::Environment& environment,
                                           const Program& program, const OnOutput& on_output,
                                           const std::stop_token& stop) {
  if (auto wrong = why_not_given(program.given)) return tl::unexpected(*wrong);
  if (auto wrong = why_cannot_run(program)) return tl::unexpected(*wrong);
  const auto place = parts_->places.take(stop);
  if (!place) return base::unavailable("cancelled while it waited for its turn");
  const auto zygote = parts_->zygotes.of(environment);
  if (!zygote) return tl::unexpected(zygote.error());
  return run_errand(*parts_->warden, **zygote, errand_of(environment, program), on_output, stop);
}

base::Result<BuildOutcome> Workshop::build(const environments::Environment& environment, const Build& build,
                                           const OnOutput& on_output, const std::stop_token& stop) {
  if (auto wrong = why_cannot_build(build)) return tl::unexpected(*wrong);
  const auto place = parts_->places.take(stop);
  if (!place) return base::unavailable("cancelled while it waited for its turn");
  const auto zygote = parts_->zygotes.of(environment);
  if (!zygote) return tl::unexpected(zygote.error());
  return run_build(*parts_->warden, **zygote, environment, build, on_output, stop);
}

}  // namespace cells
