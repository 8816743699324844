#include "apps/agora/isolation.h"

namespace agora {

std::vector<IsolationFact> isolation_facts(const sandbox::Host& host) {
  std::vector<IsolationFact> facts;
  for (const auto& finding : host.findings) {
    // Where cells can be isolated all the same, what is missing only makes them better.
    const std::string_view state = finding.good ? "good" : host.can_isolate ? "partly" : "missing";
    facts.push_back({finding.what, state, finding.detail, finding.remedy});
  }
  return facts;
}

}  // namespace agora
