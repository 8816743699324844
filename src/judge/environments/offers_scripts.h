// The Python that asks, as text.
#pragma once
#include <string_view>

namespace environments {

std::string_view offers_script();  // offers.py
std::string_view sdist_script();   // agora_cell/sdist.py, which it imports

}  // namespace environments
