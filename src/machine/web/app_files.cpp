#include "machine/web/app_files.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "machine/web/gzip.h"
#include "machine/web/text.h"

namespace web {
namespace fs = std::filesystem;
namespace {

struct TypeRow {
  std::string_view ending;
  std::string_view type;
};

constexpr TypeRow kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".pdf", "application/pdf"},
    {".csv", "text/csv; charset=utf-8"},
    {".whl", "application/zip"},
    {".zip", "application/zip"},
};

// Vite puts files with a hash in their name into assets/.
bool has_hashed_name(std::string_view key) {
  return key.starts_with("/assets/");
}

constexpr std::string_view kPagePolicy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

}  // namespace

std::string_view content_type_of(const fs::path& path) {
  const auto ending = path.extension().string();
  for (const auto& row : kTypes)
    if (same_name(row.ending, ending)) return row.type;
  return "application/octet-stream";
}

base::Result<AppFiles> AppFiles::load(const fs::path& folder) {
  AppFiles app;
  std::error_code failed;
  for (auto at = fs::recursive_directory_iterator(folder, failed); !failed && at != fs::end(at);
       at.increment(failed))
    if (at->is_regular_file() && !at->is_symlink())
      if (auto added = app.add(folder, at->path()); !added) return base::Failure(added.error());
  if (failed) return base::invalid(fmt::format("the app's folder {} cannot be read", folder.string()));
  if (!app.files_.contains("/index.html"))
    return base::invalid(fmt::format("{} holds no index.html: build the front end into it", folder.string()));
  return app;
}

base::Result<void> AppFiles::add(const fs::path& folder, const fs::path& path) {
  const auto key = "/" + path.lexically_relative(folder).generic_string();
  const auto plain = path.parent_path() / path.stem();
  if ((path.extension() == ".gz" || path.extension() == ".br") && fs::exists(plain)) return {};
  const auto hash = base::sha256_of_file(path);
  if (!hash) return base::Failure(hash.error());
  File file{path,
            std::string(content_type_of(path)),
            fmt::format("\"{}\"", hash->substr(0, 32)),
            has_hashed_name(key),
            fs::exists(path.string() + ".gz"),
            fs::exists(path.string() + ".br")};
  files_.emplace(key, std::move(file));
  return {};
}

base::Result<Response> AppFiles::answer(const Request& request) const {
  const auto path = percent_decoded(request.path, Plus::plus);
  if (!path) return base::not_found("there is no such page");
  if (const auto found = files_.find(*path); found != files_.end())
    return answer_with(found->second, request);
  const auto last = path->substr(path->rfind('/') + 1);
  if (last.find('.') != std::string::npos) return base::not_found("there is no such file");
  return answer_with(files_.at("/index.html"), request);
}

base::Result<Response> AppFiles::answer_with(const File& file, const Request& request) const {
  const auto accepted = request.headers.get("Accept-Encoding");
  std::string path = file.path.string();
  std::string_view coding;
  if (file.brotli && accepts_coding(accepted, "br")) coding = "br";
  if (coding.empty() && file.gzip && accepts_coding(accepted, "gzip")) coding = "gzip";
  if (!coding.empty()) path += coding == "br" ? ".br" : ".gz";
  base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!fd || ::fstat(fd.get(), &facts) != 0) return base::system_failure("open", path, errno);
  Response response;
  response.headers.add("Content-Type", file.content_type);
  response.headers.add("Vary", "Accept-Encoding");
  response.headers.add("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.add("Content-Security-Policy", std::string(kPagePolicy));
  std::string etag = file.etag;
  if (!coding.empty()) {
    response.headers.add("Content-Encoding", std::string(coding));
    etag.insert(etag.size() - 1, fmt::format("-{}", coding));
  }
  response.headers.add("ETag", etag);
  response.body =
      web::File{std::make_shared<base::Fd>(std::move(fd)), 0, static_cast<std::uint64_t>(facts.st_size)};
  return response;
}

}  // namespace web
