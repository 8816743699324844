#include "features/events/commands_board.h"

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "features/events/commands_show.h"
#include "features/events/commands_there.h"
#include "machine/terminal/servers.h"
#include "machine/terminal/values.h"

namespace events {
namespace json = base::json;
using terminal::Exit;
using terminal::text_of;
namespace {

std::string board_path(const std::string& event, const BoardOptions& options) {
  auto path = fmt::format("/events/{}/board?of={}", terminal::encoded(event), options.of);
  if (!options.sort.empty()) path += "&sort=" + terminal::encoded(options.sort);
  return path;
}

// As many pages as the limit asks for, as one board.
base::Result<json::value> fetch(web::Client& client, const std::string& path, int limit) {
  const auto most = limit == 0 ? std::size_t{1'000'000} : static_cast<std::size_t>(limit);
  json::value board;
  json::array items;
  std::string after;
  while (items.size() < most) {
    auto page = client.get(fmt::format("{}&limit={}{}", path, std::min<std::size_t>(200, most - items.size()),
                                       after.empty() ? "" : "&after=" + terminal::encoded(after)));
    if (!page) return page;
    const auto& found = terminal::items_of(*page, "items");
    items.insert(items.end(), found.begin(), found.end());
    const auto next = text_of(*page, "next");
    board = std::move(*page);
    if (next.empty() || next == after) break;
    after = next;
  }
  if (!board.is_object()) return base::unavailable("the board came in no form that is known here");
  board.get_object()["items"] = std::move(items);
  return board;
}

// Listens on a thread of its own: a stream may be silent for long, and the board has to be drawn meanwhile.
class News {
 public:
  News(const terminal::Server& server, const std::string& event) {
    std::thread([state = state_, server, path = "/events/" + terminal::encoded(event) + "/stream"] {
      auto connection = terminal::connect(server);
      if (!connection) return end(*state, connection.error());
      const auto heard = connection->client.listen(path, std::nullopt, [&](const web::Event& news) {
        const std::scoped_lock lock(state->guard);
        if (news.name == "board" || news.name == "event") state->fresh = true;
        state->changed.notify_one();
        return state->given_up ? web::GoOn::no : web::GoOn::yes;
      });
      if (!heard) end(*state, heard.error());
    }).detach();  // nothing ends a silent read: it goes with the process
  }
  ~News() {
    const std::scoped_lock lock(state_->guard);
    state_->given_up = true;
  }
  News(const News&) = delete;
  News& operator=(const News&) = delete;

  // True when there is news; after `most` at the latest. A stream that ended for good is an error.
  base::Result<bool> wait(std::chrono::milliseconds most) {
    std::unique_lock lock(state_->guard);
    state_->changed.wait_for(lock, most, [&] { return state_->fresh || state_->failure; });
    if (state_->failure) return base::Failure(*state_->failure);
    return std::exchange(state_->fresh, false);
  }

 private:
  struct State {
    std::mutex guard;
    std::condition_variable changed;
    bool fresh = false;
    bool given_up = false;
    std::optional<base::Error> failure;
  };
  static void end(State& state, const base::Error& why) {
    const std::scoped_lock lock(state.guard);
    state.failure = why;
    state.changed.notify_one();
  }
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

struct Size {
  std::size_t rows = 1'000'000, columns = 1'000'000;
};

Size size_of_terminal() {
  winsize size{};
  if (!terminal::draws_output() || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  if (size.ws_row < 10 || size.ws_col < 20) return {};
  return {size.ws_row, size.ws_col};
}

// A line that the terminal would break in two could not be drawn over.
std::string fitted(const std::string& text, std::size_t columns) {
  std::string all;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = text.find('\n', begin);
    all += terminal::plain(std::string_view(text).substr(begin, end - begin), columns - 1) + "\n";
    begin = end + 1;
  }
  return all;
}

// Draws over what it drew before, on a terminal; elsewhere one board follows the other.
class Painter {
 public:
  void draw(const std::string& text) {
    const bool over = terminal::draws_output();
    if (lines_ > 0) fmt::print("{}", over ? fmt::format("\x1b[{}A\r\x1b[J", lines_) : "\n");
    fmt::print("{}", over ? fitted(text, size_of_terminal().columns) : text);
    std::fflush(stdout);
    lines_ = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  }

 private:
  int lines_ = 0;
};

std::string headed(const json::value& event, const std::string& board) {
  return fmt::format("{} · {}\n\n{}", text_of(event, "title"), state_text(event, base::now()), board);
}

// Only what was said of an event's board; times that pass are no change.
std::string identity_of(const json::value& board) {
  return base::to_text(json::value(terminal::items_of(board, "items")));
}

Exit watch(terminal::Connection& connection, const std::string& event, const BoardOptions& options) {
  constexpr auto kCalm = std::chrono::milliseconds(200);  // a burst of scores is one redraw
  constexpr auto kLongest = std::chrono::seconds(20);     // the relative times pass
  const auto path = board_path(event, options);
  News news(connection.server, event);
  Painter painter;
  std::string shown;
  std::optional<Ranks> ranks;
  Ranks before;
  while (true) {
    const auto facts = connection.client.get("/events/" + terminal::encoded(event));
    const auto board = facts ? fetch(connection.client, path, options.limit) : facts;
    if (!board && board.error().kind != base::ErrorKind::unavailable)
      return terminal::report(board.error(), options.json, connection.server.url);
    const auto identity = board ? identity_of(*board) : shown;
    const bool changed = identity != shown;
    if (changed) {
      if (ranks) before = std::move(*ranks);
      if (!ranks) before = ranks_of(*board);
      ranks = ranks_of(*board);
    }
    if (changed && options.json) terminal::print_json(*board);
    if (board && !options.json && (changed || terminal::draws_output()))
      painter.draw(headed(*facts, board_text(*board, &before, size_of_terminal().rows - 5, base::now())));
    shown = identity;
    const auto fresh = news.wait(kLongest);
    if (!fresh) return terminal::report(fresh.error(), options.json, connection.server.url);
    std::this_thread::sleep_for(kCalm);
  }
}

}  // namespace

Exit show_board(const BoardOptions& options) {
  auto there = find_there(options.event, options.json);
  if (!there) return there.error();
  auto& connection = there->connection;
  const auto& name = there->target.event;
  if (options.watches) return watch(connection, name, options);
  const auto& url = connection.server.url;
  const auto event = connection.client.get(there->path);
  if (!event) return terminal::report(event.error(), options.json, url);
  const auto board = fetch(connection.client, board_path(name, options), options.limit);
  if (!board) return terminal::report(board.error(), options.json, url);
  if (options.json)
    terminal::print_json(*board);
  else
    fmt::print("{}", headed(*event, board_text(*board, nullptr, 1'000'000, base::now())));
  return Exit::done;
}

}  // namespace events
