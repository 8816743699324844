// agora doctor: what this machine can and cannot do, and how to get it.
#include <fmt/format.h>

#include "apps/agora/command.h"
#include "apps/agora/isolation.h"
#include "machine/sandbox/sandbox.h"

namespace agora {
namespace {

constexpr std::string_view kFooter =
    "Code of participants runs only where it can be isolated. Exit code 0: it can; 3: it cannot.\n\n"
    "Examples:\n"
    "  agora doctor\n"
    "  agora doctor --json";

std::string_view word_for(sandbox::Accounting accounting) {
  if (accounting == sandbox::Accounting::cgroup_v2) return "cgroup_v2";
  return accounting == sandbox::Accounting::cgroup_v1 ? "cgroup_v1" : "none";
}

base::json::object to_json(const sandbox::Host& host) {
  base::json::array findings;
  for (const auto& fact : isolation_facts(host))
    findings.push_back(base::json::object{{"what", fact.name},
                                          {"good", fact.state == "good"},
                                          {"state", fact.state},
                                          {"detail", fact.detail},
                                          {"remedy", fact.next_step}});
  return {{"tier", sandbox::word_for(sandbox::tier_of(host))},
          {"can_isolate", host.can_isolate},
          {"as_root", host.as_root},
          {"accounting", word_for(host.accounting)},
          {"findings", findings}};
}

void print_for_people(const sandbox::Host& host) {
  fmt::print("tier: {}\n", sandbox::tier_in_words(host));
  for (const auto& fact : isolation_facts(host)) {
    const bool good = fact.state == "good";
    fmt::print("{}  {}: {}\n", good ? "yes" : "no ", fact.name, fact.detail);
    if (!fact.next_step.empty()) fmt::print("     to get {}: {}\n", good ? "better" : "it", fact.next_step);
  }
  fmt::print("\n{}\n", host.can_isolate
                           ? "This machine can isolate strangers' code."
                           : "This machine cannot isolate strangers' code: none will be run here.");
}

}  // namespace

void add_doctor(CLI::App& parent, Exit& exit) {
  auto* command = parent.add_subcommand("doctor", "Tell what this machine can and cannot do");
  command->footer(std::string(kFooter));
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print one JSON object");
  command->callback([&exit, as_json] {
    const auto host = sandbox::probe_host();
    if (*as_json)
      print_json(to_json(host));
    else
      print_for_people(host);
    exit = host.can_isolate ? Exit::done : Exit::machine;
  });
}

}  // namespace agora
