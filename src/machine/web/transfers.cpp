// The client's long transfers: uploads and downloads that go on where they broke, and live events.
#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "machine/web/client.h"
#include "machine/web/exchange.h"
#include "machine/web/text.h"

namespace web {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kPiece = 256u << 10;

void pause_after(int tries, const ClientSettings& settings) {
  std::this_thread::sleep_for(settings.first_pause * (1 << std::min(tries, 6)));
}

Headers tus_headers() {
  Headers headers;
  headers.add("Tus-Resumable", "1.0.0");
  return headers;
}

// The path behind the client's base, from a Location that may be whole, or begin at the root.
std::string path_behind(std::string_view location, std::string_view base) {
  if (const auto scheme = location.find("://"); scheme != std::string_view::npos) {
    const auto slash = location.find('/', scheme + 3);
    location = slash == std::string_view::npos ? std::string_view("/") : location.substr(slash);
  }
  if (!base.empty() && location.starts_with(base)) location.remove_prefix(base.size());
  return std::string(location);
}

}  // namespace

namespace {

struct Source {
  base::Fd fd;
  std::uint64_t size = 0;
};

base::Result<Source> open_source(const fs::path& path) {
  Source source{base::Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), 0};
  if (!source.fd) return base::not_found(fmt::format("{} cannot be opened", path.string()));
  struct stat facts {};
  if (::fstat(source.fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return base::invalid(fmt::format("{} is no regular file", path.string()));
  source.size = static_cast<std::uint64_t>(facts.st_size);
  return source;
}

}  // namespace

base::Result<std::string> Client::upload(std::string_view path, const fs::path& file,
                                         const std::map<std::string, std::string>& metadata,
                                         const Progress& progress) {
  auto source = open_source(file);
  if (!source) return base::Failure(source.error());
  Headers making = tus_headers();
  making.add("Upload-Length", std::to_string(source->size));
  std::string said;
  for (const auto& [name, value] : metadata)
    said += fmt::format("{}{} {}", said.empty() ? "" : ",", name, base64(value));
  if (!said.empty()) making.add("Upload-Metadata", said);
  const auto made = send("POST", path, {}, making);
  if (!made) return base::Failure(made.error());
  if (made->status != 201) return base::Failure(error_of(*made));
  const auto place = path_behind(made->headers.get("Location"), state_->base);

  // One piece from `offset` to the end of the file. A broken one is gone on with from where the server says.
  const auto send_rest = [&](std::uint64_t offset) -> base::Result<Answer> {
    if (auto ready = state_->ensure_wire(); !ready) return base::Failure(ready.error());
    Headers headers = tus_headers();
    headers.add("Content-Type", "application/offset+octet-stream");
    headers.add("Upload-Offset", std::to_string(offset));
    base::Result<void> written =
        state_->wire->write(state_->head_of("PATCH", place, source->size - offset, true, headers));
    std::string piece(kPiece, '\0');
    while (written && offset < source->size) {
      const auto got =
          ::pread(source->fd.get(), piece.data(), std::min<std::uint64_t>(kPiece, source->size - offset),
                  static_cast<off_t>(offset));
      if (got <= 0) {
        state_->wire.reset();
        return base::invalid(fmt::format("{} changed while it was read", file.string()));
      }
      written = state_->wire->write(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
      offset += static_cast<std::uint64_t>(got);
      if (written && progress) progress(offset, source->size);
    }
    auto answer = state_->read_answer("PATCH");
    if (!written) state_->wire.reset();
    return answer;
  };

  std::uint64_t offset = 0;
  for (int tries = 0;;) {
    const auto sent = send_rest(offset);
    if (sent && sent->status == 204 && whole_number(sent->headers.get("Upload-Offset")) == source->size)
      return place;
    if (!sent && sent.error().kind == base::ErrorKind::invalid) return base::Failure(sent.error());
    if (sent && sent->status >= 400 && sent->status < 500 && sent->status != 409 && sent->status != 408 &&
        sent->status != 429)
      return base::Failure(error_of(*sent));
    if (++tries > state_->settings.most_tries) return base::Failure(sent ? error_of(*sent) : sent.error());
    pause_after(tries - 1, state_->settings);
    const auto now = send("HEAD", place, {}, tus_headers());
    if (now && now->status == 404) return base::Failure(error_of(*now));
    const auto there = now ? whole_number(now->headers.get("Upload-Offset")) : std::nullopt;
    if (there && *there > offset) tries = 0;  // it got on
    if (there) offset = *there;
    if (there && *there == source->size) return place;
  }
}

namespace {

base::Result<void> check_digest(const fs::path& part, std::string_view said) {
  constexpr std::string_view kStart = "sha-256=:";
  if (!said.starts_with(kStart)) return {};
  const auto expected = from_base64(said.substr(kStart.size(), said.rfind(':') - kStart.size()));
  const auto actual = base::sha256_of_file(part);
  if (!actual) return base::Failure(actual.error());
  if (expected && *expected == bytes_from_hex(*actual)) return {};
  ::unlink(part.c_str());
  return base::unavailable("the file came damaged: download it again");
}

}  // namespace

base::Result<void> Client::download(std::string_view path, const fs::path& target, const Progress& progress) {
  const fs::path part = target.string() + ".part";
  const base::Fd fd(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) return base::system_failure("create", part.string(), errno);
  std::uint64_t done = 0;
  std::string etag;
  for (int tries = 0;;) {
    base::Result<void> written;
    Headers headers;
    if (done > 0) {
      headers.add("Range", fmt::format("bytes={}-", done));
      headers.add("If-Range", etag);
    }
    std::uint64_t before = done;
    const auto take = [&](const AnswerParser& parser, std::string& bytes) {
      if (parser.status() != 200 && parser.status() != 206) return true;
      if (parser.status() == 200 && done > 0 && headers.has("Range")) {  // the file is another now
        headers.remove("Range");
        done = before = 0;
        if (::ftruncate(fd.get(), 0) != 0 || ::lseek(fd.get(), 0, SEEK_SET) != 0) return false;
      }
      etag = parser.headers().get("ETag");
      written = base::write_all(fd.get(), bytes);
      done += bytes.size();
      if (!bytes.empty()) tries = 0;
      bytes.clear();
      const auto length = whole_number(parser.headers().get("Content-Length")).value_or(0);
      if (progress) progress(done, std::max<std::uint64_t>(before + length, done));
      return written.has_value();
    };
    base::Result<Answer> answer = base::unavailable("not asked yet");
    if (auto ready = state_->ensure_wire(); !ready)
      answer = base::Failure(ready.error());
    else if (auto asked = state_->wire->write(state_->head_of("GET", path, 0, false, headers)); !asked)
      answer = base::Failure(asked.error());
    else
      answer = state_->read_answer("GET", take);
    if (!written) return written;
    if (answer && answer->status >= 400) return ::unlink(part.c_str()), base::Failure(error_of(*answer));
    if (answer) {
      if (auto right = check_digest(part, answer->headers.get("Repr-Digest")); !right) return right;
      if (::rename(part.c_str(), target.c_str()) != 0)
        return base::system_failure("rename", target.string(), errno);
      return {};
    }
    state_->wire.reset();
    if (++tries > state_->settings.most_tries) return base::Failure(answer.error());
    pause_after(tries - 1, state_->settings);
    if (etag.empty() && done > 0) {  // no way to know that it is still the same file
      done = 0;
      if (::ftruncate(fd.get(), 0) != 0 || ::lseek(fd.get(), 0, SEEK_SET) != 0)
        return base::system_failure("truncate", part.string(), errno);
    }
  }
}

namespace {

// Takes whole events off the front of `text`.
class EventReader {
 public:
  std::optional<Event> next(std::string& text) {
    while (true) {
      const auto end = text.find('\n');
      if (end == std::string::npos) return std::nullopt;
      auto line = std::string_view(text).substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      const bool whole = line.empty();
      take_line(line);
      text.erase(0, end + 1);
      if (!whole) continue;
      auto event = std::exchange(event_, {});
      event.id = last_;
      if (std::exchange(has_data_, false)) return event;
    }
  }

 private:
  void take_line(std::string_view line) {
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "event") event_.name = value;
    if (name == "id") last_ = whole_number(value).value_or(last_);
    if (name != "data") return;
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  }

  Event event_;
  std::uint64_t last_ = 0;
  bool has_data_ = false;
};

}  // namespace

base::Result<void> Client::listen(std::string_view path, std::optional<std::uint64_t> after,
                                  const std::function<GoOn(const Event&)>& take) {
  for (int tries = 0;;) {
    Headers headers;
    headers.add("Accept", "text/event-stream");
    if (after) headers.add("Last-Event-ID", std::to_string(*after));
    EventReader reader;
    bool ended = false;
    const auto take_piece = [&](const AnswerParser& parser, std::string& bytes) {
      if (parser.status() != 200) return true;
      while (auto event = reader.next(bytes)) {
        tries = 0;
        after = event->id;
        if (take(*event) == GoOn::no) return !(ended = true);
      }
      return true;
    };
    base::Result<Answer> answer = base::unavailable("not asked yet");
    if (auto ready = state_->ensure_wire(); !ready)
      answer = base::Failure(ready.error());
    else if (auto asked = state_->wire->write(state_->head_of("GET", path, 0, false, headers)); !asked)
      answer = base::Failure(asked.error());
    else
      answer = state_->read_answer("GET", take_piece);
    if (ended) return {};
    const bool may_pass = !answer || answer->status < 400 || answer->status == 429 || answer->status == 503;
    if (!may_pass) return base::Failure(error_of(*answer));
    state_->wire.reset();
    if (++tries > state_->settings.most_tries)
      return answer ? base::unavailable("the stream ends again and again") : base::Failure(answer.error());
    pause_after(tries - 1, state_->settings);
  }
}

}  // namespace web
