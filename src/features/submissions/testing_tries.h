// For this room's tests: tries, made and looked at.
#pragma once
#include "features/submissions/store_events.h"
#include "features/submissions/store_tries.h"
#include "features/submissions/testing_jobs.h"

namespace submissions {

template <class Base>
class WithTries : public Base {
 protected:
  NewTry code(const ProblemId& problem, std::string_view text = "x = 1\n") {
    return {problem, {"event", "E"}, this->author_, {{"classifier.py", std::string(text)}}};
  }
  Try attempt(const NewTry& asked, base::Instant now = base::now()) {
    if (auto checked = check_try(*this->room_, asked); !checked)
      throw std::runtime_error(checked.error().message);
    auto made = storage::transact(
        *this->database_, [&](storage::Transaction& tx) { return create_try(*this->room_, tx, asked, now); });
    if (!made) throw std::runtime_error(made.error().message + made.error().detail);
    return *made;
  }
  std::optional<KeptTry> kept(const TryId& id) {
    auto found =
        storage::read(*this->database_, [&](storage::Snapshot& seen) { return find_kept_try(seen, id); });
    if (!found) throw std::runtime_error(found.error().message + found.error().detail);
    return *found;
  }
  TryState state(const TryId& id) { return kept(id).value().face.state; }
  base::json::value shown(const TryId& id) {
    auto view = storage::read(*this->database_, [&](storage::Snapshot& seen) {
      return submissions::view(*this->room_, seen, kept(id).value().face, base::now());
    });
    if (!view) throw std::runtime_error(view.error().message + view.error().detail);
    return *view;
  }
  // What its author's stream told of it, in order: "waiting running passed".
  std::string told(const TryId& id) {
    std::string all;
    const auto news = told_since(*this->database_, 0, 1000, {topic_of(this->author_)});
    if (!news) throw std::runtime_error(news.error().message);
    for (const auto& one : *news) {
      if (one.kind != "try") continue;
      const auto seen = *base::parse_json(one.payload);
      if (seen.at("id").as_string() != base::to_text(id)) continue;
      all += (all.empty() ? "" : " ") + std::string(seen.at("state").as_string());
    }
    return all;
  }
};

}  // namespace submissions
