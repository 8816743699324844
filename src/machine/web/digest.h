// Checksums by name, fed piece by piece, for what the tus protocol and downloads ask.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace web {

class Digest {
 public:
  static std::unique_ptr<Digest> make(std::string_view algorithm);  // sha256 or sha1; null for another
  ~Digest();
  void feed(std::string_view bytes);
  std::string bytes();  // ask once

 private:
  struct State;
  explicit Digest(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace web
