// Takes the files that a cell hands over, into a new folder. A stranger chose every name, size and byte, and
// every word about what was not handed over.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "judge/cells/cells.h"

namespace cells {

class OutFolder {
 public:
  static base::Result<OutFolder> make(std::uint64_t most_bytes, int most_files);

  // fSIZE PATH   a file begins            dBYTES          bytes of it
  // rPATH\0WHY   it was left where it is  e               there is no more
  // False on what breaks these rules; an error where this machine cannot write.
  base::Result<bool> hear(std::string_view packet);
  bool is_complete() const { return complete_; }
  // Hands over what has been taken; a file that is not whole is left out.
  void give_to(ProgramOutcome& outcome);

 private:
  OutFolder() = default;
  base::Result<bool> begin(std::string_view words);
  base::Result<bool> write(std::string_view bytes);
  base::Result<bool> left_there(std::string_view words);
  std::optional<std::string> why_not(std::string_view path, std::uint64_t size) const;
  // Empty where the name is taken already.
  base::Result<base::Fd> create(const std::string& path);
  void leave(std::string_view path, std::string_view why);
  void close();

  std::shared_ptr<base::TemporaryFolder> folder_;
  std::filesystem::path out_;
  base::Fd root_;
  std::uint64_t left_bytes_ = 0;
  int left_files_ = 0;
  bool complete_ = false;
  std::string path_;           // of the file that is on its way
  std::uint64_t awaited_ = 0;  // of its bytes
  base::Fd file_;              // none where it is not taken
  std::vector<std::string> files_;
  std::vector<Left> not_taken_;
};

}  // namespace cells
