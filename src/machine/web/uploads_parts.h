// What the files of uploads share: an upload in use, and one piece of it on its way to the disk.
#pragma once
#include <ctime>

#include "machine/web/digest.h"
#include "machine/web/uploads.h"

namespace web {

// An upload in use. `generation` says who may write: whoever asks for the offset, or sends the next piece,
// takes over from a connection that is half dead.
struct Uploads::Live {
  std::mutex mutex;
  Upload upload;
  base::Fd data, offset_file;
  std::uint64_t synced = 0;  // what ID.offset says
  std::uint64_t generation = 0;
  std::time_t expires = 0;
  std::chrono::seconds keeping{0};

  // With the mutex held.
  base::Result<void> sync();
};

// One PATCH. With a checksum nothing counts before the whole piece is right.
class Uploads::Patch : public Sink {
 public:
  Patch(std::shared_ptr<Live> live, std::uint64_t generation, std::unique_ptr<Digest> digest,
        std::string expected)
      : live_(std::move(live)),
        generation_(generation),
        start_(live_->upload.offset),
        at_(start_),
        digest_(std::move(digest)),
        expected_(std::move(expected)) {}

  ~Patch() override;
  base::Result<void> write(std::string_view bytes) override;
  base::Result<void> finish() override;

  const std::shared_ptr<Live>& live() const { return live_; }
  bool mismatch = false;

 private:
  std::shared_ptr<Live> live_;
  std::uint64_t generation_, start_, at_;
  std::unique_ptr<Digest> digest_;
  std::string expected_;
  bool finished_ = false;
  std::chrono::steady_clock::time_point synced_at_ = std::chrono::steady_clock::now();
};

}  // namespace web
