// What is said on an object of any room, and told to people: posts and notifications. Knows no object by
// itself, nor who may see it or has to hear of it: the room that owns it decides.
// Its namespace is `forum`, for the program has `agora`.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "features/people/people.h"

namespace forum {

using PostId = base::Id<struct PostTag>;
using NotificationId = base::Id<struct NotificationTag>;

// announcement: from those who answer for the object to all whom it concerns.
enum class PostKind { announcement };
std::string_view word_for(PostKind kind);

struct Post {
  PostId id;
  people::Ref on;
  PostKind kind = PostKind::announcement;
  people::Person author;
  std::string title;
  std::string text;  // Markdown
  base::Instant created{};
};

struct NewPost {
  people::Ref on;
  PostKind kind = PostKind::announcement;
  people::Person author;
  std::string title;
  std::string text;
};
// Fails with `invalid`, naming the field, where the title or the text will not do.
base::Result<Post> post(storage::Transaction& tx, const NewPost& wanted, base::Instant now);

struct PostsWanted {
  PostKind kind = PostKind::announcement;
  std::optional<PostId> after{};
  int limit = 50;
};
// Newest first.
base::Result<std::vector<Post>> posts_on(storage::Session& session, const people::Ref& object,
                                         const PostsWanted& wanted);

// What a person is told. `kind` is one word for what it is about ("message"), `text` may be Markdown and of
// any length, `url` is the path of the page that says more ("/events/moons/messages").
struct News {
  std::string kind, title, text, url;
};
// To each of them once, however often they are named; in the open pages of each too, as `notification`.
base::Result<void> notify(storage::Transaction& tx, std::span<const people::PersonId> whom, const News& news,
                          base::Instant now);

// Those that were read 90 days ago, and those that nobody read in 365 days; a portion at a time. Call it now
// and then. Returns how many went.
base::Result<int> remove_old_notifications(const storage::Database& database, base::Instant now);

std::span<const storage::Migration> migrations();

}  // namespace forum
