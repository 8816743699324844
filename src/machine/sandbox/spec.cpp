#include "machine/sandbox/spec.h"

#include <array>
#include <cstdio>

#include <fmt/format.h>

namespace sandbox {
namespace {

namespace json = base::json;

constexpr std::array<std::string_view, 9> kEnds{"finished", "signalled", "time", "memory",   "processes",
                                                "output",   "cancelled", "lost", "processor"};

json::array mounts_json(const std::vector<Mount>& mounts) {
  json::array list;
  for (const auto& mount : mounts) list.push_back(json::array{mount.source.string(), mount.target});
  return list;
}

std::string text_of(const json::value& value) {
  return std::string(value.as_string());
}

std::vector<Mount> mounts_from(const json::value& value) {
  std::vector<Mount> mounts;
  for (const auto& pair : value.as_array()) mounts.push_back({text_of(pair.at(0)), text_of(pair.at(1))});
  return mounts;
}

json::object limits_json(const Limits& limits) {
  return {{"memory_bytes", limits.memory_bytes},
          {"scratch_bytes", limits.scratch_bytes},
          {"out_bytes", limits.out_bytes},
          {"output_bytes", limits.output_bytes},
          {"file_bytes", limits.file_bytes},
          {"processes", limits.processes},
          {"files", limits.files},
          {"wall_seconds", limits.wall_seconds},
          {"cores", limits.cores}};
}

Limits limits_from(const json::value& value) {
  Limits limits;
  limits.memory_bytes = value.at("memory_bytes").to_number<std::uint64_t>();
  limits.scratch_bytes = value.at("scratch_bytes").to_number<std::uint64_t>();
  limits.out_bytes = value.at("out_bytes").to_number<std::uint64_t>();
  limits.output_bytes = value.at("output_bytes").to_number<std::uint64_t>();
  limits.file_bytes = value.at("file_bytes").to_number<std::uint64_t>();
  limits.processes = value.at("processes").to_number<int>();
  limits.files = value.at("files").to_number<int>();
  limits.wall_seconds = value.at("wall_seconds").to_number<double>();
  limits.cores = value.at("cores").to_number<double>();
  return limits;
}

}  // namespace

json::value to_json(const ZygoteOrder& order) {
  json::array preload, variables;
  for (const auto& name : order.spec.preload) preload.push_back(json::string(name));
  for (const auto& [name, value] : order.spec.variables) variables.push_back(json::array{name, value});
  return json::object{{"order", "zygote"},
                      {"id", order.id},
                      {"python", order.spec.python.string()},
                      {"mounts", mounts_json(order.spec.mounts)},
                      {"preload", preload},
                      {"variables", variables},
                      {"ready_seconds", order.spec.ready_seconds}};
}

bool is_zygote_order(const json::value& value) {
  return value.at("order").as_string() == "zygote";
}

ZygoteOrder zygote_order(const json::value& value) {
  ZygoteOrder order;
  order.id = value.at("id").to_number<std::uint64_t>();
  order.spec.python = text_of(value.at("python"));
  order.spec.mounts = mounts_from(value.at("mounts"));
  for (const auto& name : value.at("preload").as_array()) order.spec.preload.push_back(text_of(name));
  for (const auto& pair : value.at("variables").as_array())
    order.spec.variables.emplace_back(text_of(pair.at(0)), text_of(pair.at(1)));
  order.spec.ready_seconds = value.at("ready_seconds").to_number<double>();
  return order;
}

json::value to_json(const CellOrder& order) {
  json::array handed;
  for (const auto& one : order.spec.handed) handed.push_back(json::string(one.name));
  return json::object{{"order", order.spec.kind == Kind::cell ? "cell" : "loader"},
                      {"id", order.id},
                      {"parent", order.parent},
                      {"entry", order.spec.entry},
                      {"argument", order.spec.argument},
                      {"mounts", mounts_json(order.spec.mounts)},
                      {"work_folder", order.spec.work_folder},
                      {"parks", order.spec.parks},
                      {"handed", handed},
                      {"loopback", order.spec.network == Network::loopback},
                      {"limits", limits_json(order.spec.limits)}};
}

CellOrder cell_order(const json::value& value) {
  CellOrder order;
  order.id = value.at("id").to_number<std::uint64_t>();
  order.parent = value.at("parent").to_number<std::uint64_t>();
  order.spec.kind = value.at("order").as_string() == "cell" ? Kind::cell : Kind::zygote;
  order.spec.entry = text_of(value.at("entry"));
  order.spec.argument = text_of(value.at("argument"));
  order.spec.mounts = mounts_from(value.at("mounts"));
  order.spec.work_folder = text_of(value.at("work_folder"));
  order.spec.parks = value.at("parks").as_bool();
  for (const auto& name : value.at("handed").as_array()) order.spec.handed.push_back({text_of(name), -1});
  if (value.at("loopback").as_bool()) order.spec.network = Network::loopback;
  order.spec.limits = limits_from(value.at("limits"));
  return order;
}

std::string failure_text(const base::Error& error) {
  return fmt::format("failed {}\n{}", static_cast<int>(error.kind), error.message);
}

base::Error failure_from(std::string_view text) {
  constexpr std::string_view kWord = "failed ";
  const auto line = text.find('\n');
  if (!text.starts_with(kWord) || line != kWord.size() + 1)
    return {base::ErrorKind::internal, std::string(text)};
  return {static_cast<base::ErrorKind>(text[kWord.size()] - '0'), std::string(text.substr(line + 1))};
}

std::string_view word_for(End end) {
  return kEnds[static_cast<std::size_t>(end)];
}

std::string ended_text(const Outcome& outcome) {
  return fmt::format("ended {} {} {} {:.6f} {:.6f}", static_cast<int>(outcome.end), outcome.code,
                     outcome.peak_memory_bytes, outcome.cpu_seconds, outcome.wall_seconds);
}

Outcome ended_from(const std::string& text) {
  Outcome outcome;
  int end = 0;
  unsigned long peak = 0;
  const int read = std::sscanf(text.c_str(), "ended %d %d %lu %lf %lf", &end, &outcome.code, &peak,
                               &outcome.cpu_seconds, &outcome.wall_seconds);
  if (read != 5) return {};
  outcome.end = static_cast<End>(end);
  outcome.peak_memory_bytes = peak;
  return outcome;
}

}  // namespace sandbox
