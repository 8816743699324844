#include "judge/evaluation/warm.h"

#include "judge/evaluation/failure.h"

namespace evaluation {
namespace json = base::json;

Judged<std::unique_ptr<sandbox::Cell>> open_features(sandbox::Warden& warden, const sandbox::Cell& zygote,
                                                     const ProblemSource& source, const Stage& stage,
                                                     int x_train, std::optional<int> written,
                                                     const std::stop_token& stop) {
  sandbox::CellSpec spec;
  spec.kind = sandbox::Kind::zygote;
  spec.entry = "agora_cell.features";
  spec.argument = base::to_text(json::value{{"seed", source.seed}, {"quick", source.quick}});
  spec.mounts = stage.code_mounts();
  spec.handed = {{"x_train", x_train}};
  if (written) spec.handed.push_back({"written", *written});
  spec.limits = limits_for(source.facts.limits, source.facts.limits.prepare_seconds);
  auto opened = warden.spawn(zygote, spec, stop);
  if (opened) return std::move(*opened);
  if (opened.error().kind == base::ErrorKind::conflict) return nullptr;
  auto failure = machine_failure(opened.error(), Phase::prepare);
  failure.kind = FailureKind::kit;
  return tl::unexpected(std::move(failure));
}

Judged<std::shared_ptr<const Warm>> warm_again(sandbox::Warden& warden,
                                               const std::shared_ptr<sandbox::Cell>& zygote,
                                               const Problem& problem, const std::stop_token& stop) {
  auto opened =
      open_features(warden, *zygote, problem.source, *problem.stage, problem.x_train.get(), {}, stop);
  if (!opened) return tl::unexpected(opened.error());
  return std::make_shared<const Warm>(zygote, std::move(*opened));
}

}  // namespace evaluation
