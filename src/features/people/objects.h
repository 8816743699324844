// How rooms speak of things that other rooms own. Knows no object by itself.
#pragma once
#include <compare>
#include <string>

namespace people {

// A thing of any kind: {"event", "01J..."}. The platform itself is kPlatform.
struct Ref {
  std::string kind;
  std::string id;
  friend auto operator<=>(const Ref&, const Ref&) = default;
};

inline const Ref kPlatform{"platform", "platform"};

}  // namespace people
