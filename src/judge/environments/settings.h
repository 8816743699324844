// Where packages come from on this host: pip's settings, said in uv's words.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace environments {

using Variables = std::map<std::string, std::string>;

// From the text of pip.conf files, weakest first, and the environment, which is stronger. uv's own variables,
// where set, win. `no_index` is a flag because uv has no variable for it.
struct Settings {
  Variables variables;
  bool no_index = false;
};
Settings settings_from(const std::vector<std::string>& pip_files, const Variables& environment);

Settings host_settings();  // the same, from the files and variables of this process

}  // namespace environments
