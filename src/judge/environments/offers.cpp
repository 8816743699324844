#include "judge/environments/offers.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/json.h"
#include "judge/environments/index.h"
#include "judge/environments/index_rules.h"
#include "judge/environments/offers_scripts.h"
#include "judge/environments/settings.h"
#include "judge/environments/tool.h"

namespace environments {
namespace fs = std::filesystem;
namespace json = base::json;

namespace {

constexpr const char* kStart =
    "import sys; sys.path.insert(0, sys.argv[1]); import offers; offers.main(*sys.argv[2:])";

const json::array& list_of(const json::value& value, std::string_view name) {
  static const json::array none;
  const auto* member = base::find_member(value, name);
  return member != nullptr && member->is_array() ? member->get_array() : none;
}

// In a file: what is said to a process as an argument can be read by everyone on the machine, and an index's
// address may hold a password.
base::Result<void> write_question(const fs::path& room, const std::vector<std::string>& names,
                                  const fs::path& folder) {
  json::array packages, indexes;
  for (const auto& name : names) packages.emplace_back(name);
  for (const auto& address : addresses_from(host_settings())) indexes.emplace_back(address);
  const json::object question{{"names", packages}, {"indexes", indexes}, {"folder", folder.string()}};
  for (const auto& [file, text] :
       {std::pair("offers.py", std::string(offers_script())),
        std::pair("sdist.py", std::string(sdist_script())), std::pair("asked.json", base::to_text(question))})
    if (auto wrote = base::write_file(room / file, text, base::Readers::owner); !wrote) return wrote;
  return {};
}

std::map<std::string, std::string> variables_for_python() {
  auto variables = host_settings().variables;
  if (const auto proxy = index_of_host().proxy; !proxy.empty())
    for (const auto* name : {"http_proxy", "https_proxy"}) variables.try_emplace(name, proxy);
  return variables;
}

Offer offer_from(const json::value& value) {
  Offer offer{base::find_text(value, "name"),
              {},
              base::find_text(value, "index"),
              base::find_text(value, "wheel"),
              base::find_text(value, "wheel_hash")};
  for (const auto& hash : list_of(value, "hashes"))
    if (hash.is_string()) offer.hashes.emplace_back(hash.get_string());
  return offer;
}

}  // namespace

base::Result<std::vector<Offer>> ask_for_sources(const Shop& shop, const std::vector<std::string>& names,
                                                 const fs::path& folder) {
  auto making = Making::begin(shop.home);
  if (!making) return tl::unexpected(making.error());
  const auto& room = making->path();
  const auto answered = room / "answer.json";
  if (auto wrote = write_question(room, names, folder); !wrote) return tl::unexpected(wrote.error());
  auto ran = run_tool({{shop.interpreter.executable.string(), "-I", "-S", "-B", "-c", kStart, room.string(),
                        (room / "asked.json").string(), answered.string()},
                       variables_for_python(),
                       room},
                      {}, shop.stop);
  if (!ran) return tl::unexpected(ran.error());
  const auto text = base::read_file(answered);
  const auto answer =
      text ? base::parse_json(*text) : base::Result<json::value>(tl::unexpected(text.error()));
  if (ran->status != 0 || !answer)
    return base::unavailable("the package index could not be asked for source archives: run this again",
                             ran->output);
  if (const auto why = base::find_text(*answer, "why"); !why.empty())
    return base::unavailable("the package index could not be asked for source archives: " + why);
  std::vector<Offer> offers;
  for (const auto& one : list_of(*answer, "offers")) offers.push_back(offer_from(one));
  return offers;
}

}  // namespace environments
