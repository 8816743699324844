#include "machine/web/hub.h"

#include <fmt/format.h>

#include "base/log.h"

namespace web {
namespace {

constexpr std::size_t kPage = 100;

}  // namespace

Frame frame_of(const Event& event) {
  auto text = std::make_shared<std::string>(fmt::format("event: {}\nid: {}\n", event.name, event.id));
  std::string_view rest = event.data;
  while (true) {  // data of several lines is several fields
    const auto end = rest.find_first_of("\r\n");
    fmt::format_to(std::back_inserter(*text), "data: {}\n", rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  *text += '\n';
  return text;
}

Subscriber::Subscriber(Stream stream, std::size_t most_waiting)
    : stream_(std::move(stream)), most_waiting_(most_waiting), last_(stream_.after), live_(!stream_.replay) {}

Subscriber::Next Subscriber::next() {
  const std::scoped_lock lock(mutex_);
  idle_ = false;
  if (dropped_) return {State::dropped, {}};
  if (!page_.empty()) {
    Next found{State::frame, std::move(page_.front())};
    page_.pop_front();
    return found;
  }
  if (!live_) return {State::again, {}};
  while (!waiting_.empty()) {
    const auto [id, frame] = std::move(waiting_.front());
    waiting_.pop_front();
    if (id <= last_) continue;  // it came from the log already
    last_ = id;
    return {State::frame, frame};
  }
  idle_ = true;
  return {};
}

void Subscriber::refill() {
  std::uint64_t after = 0;
  {
    const std::scoped_lock lock(mutex_);
    after = last_;
    missed_ = false;
  }
  base::Result<std::vector<Event>> events = base::internal("the replay threw");
  try {
    events = stream_.replay(after, kPage);
  } catch (const std::exception& thrown) {
    events = base::internal("the replay threw", thrown.what());
  }
  const std::scoped_lock lock(mutex_);
  if (!events) {
    base::log_error(fmt::format("a stream ends, its events cannot be read: {} ({})", events.error().message,
                                events.error().detail));
    dropped_ = true;
    return;
  }
  for (const auto& event : *events) {
    if (event.id <= last_) continue;
    last_ = event.id;
    page_.push_back(frame_of(event));
  }
  // With an empty page the log ends at last_, and all that came meanwhile waits; unless some of it was let
  // go.
  live_ = events->empty() && !missed_;
}

void Subscriber::deliver(std::uint64_t id, const Frame& frame) {
  std::unique_lock lock(mutex_);
  if (dropped_) return;
  if (waiting_.size() < most_waiting_) {
    waiting_.emplace_back(id, frame);
  } else if (!live_) {
    waiting_.clear();  // the log has them
    missed_ = true;
  } else {
    dropped_ = true;
    waiting_.clear();
  }
  wake_if_idle(lock);
}

void Subscriber::on_wake(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::move(wake);
}

bool Subscriber::is_dropped() {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

void Subscriber::close() {
  std::unique_lock lock(mutex_);
  dropped_ = true;
  wake_if_idle(lock);
}

void Subscriber::wake_if_idle(std::unique_lock<std::mutex>& lock) {
  if ((!idle_ && !dropped_) || !wake_) return;
  idle_ = false;
  const auto wake = wake_;
  lock.unlock();
  wake();
}

void Hub::publish(const std::vector<std::string>& topics, const Event& event) {
  const auto frame = frame_of(event);
  const std::scoped_lock lock(mutex_);
  if (topics.size() == 1) {
    if (const auto found = topics_.find(topics.front()); found != topics_.end())
      for (const auto& subscriber : found->second) subscriber->deliver(event.id, frame);
    return;
  }
  std::set<Subscriber*> reached;
  for (const auto& topic : topics) {
    const auto found = topics_.find(topic);
    if (found == topics_.end()) continue;
    for (const auto& subscriber : found->second)
      if (reached.insert(subscriber.get()).second) subscriber->deliver(event.id, frame);
  }
}

std::shared_ptr<Subscriber> Hub::subscribe(const Stream& stream) {
  auto subscriber = std::make_shared<Subscriber>(stream, most_waiting_);
  const std::scoped_lock lock(mutex_);
  all_.insert(subscriber);
  for (const auto& topic : stream.topics) topics_[topic].insert(subscriber);
  return subscriber;
}

void Hub::leave(const std::shared_ptr<Subscriber>& subscriber) {
  const std::scoped_lock lock(mutex_);
  all_.erase(subscriber);
  for (const auto& topic : subscriber->topics()) {
    const auto found = topics_.find(topic);
    if (found == topics_.end()) continue;
    found->second.erase(subscriber);
    if (found->second.empty()) topics_.erase(found);
  }
}

void Hub::close_all() {
  const std::scoped_lock lock(mutex_);
  for (const auto& subscriber : all_) subscriber->close();
}

std::size_t Hub::subscribers() {
  const std::scoped_lock lock(mutex_);
  return all_.size();
}

}  // namespace web
