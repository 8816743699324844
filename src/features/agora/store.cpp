// Posts on objects.
#include "features/agora/store.h"

#include <map>

#include "features/agora/rules.h"
#include "machine/storage/storage.h"

namespace forum {
namespace {

struct Row {
  Post post;
  people::PersonId author;
};

base::Result<std::vector<Row>> rows_on(storage::Session& session, const people::Ref& object,
                                       const PostsWanted& wanted) {
  auto rows = session.query(
      "SELECT id, author, title, text, created FROM posts WHERE object_kind = $1 AND object_id = $2 AND "
      "kind = $3 AND ($4 OR id < $5) ORDER BY id DESC LIMIT $6",
      object.kind, object.id, word_for(wanted.kind), !wanted.after, wanted.after.value_or(PostId({})),
      wanted.limit);
  if (!rows) return tl::unexpected(rows.error());
  return rows->map([&](const storage::Row& row) {
    return Row{{.id = row.get<PostId>("id"),
                .on = object,
                .kind = wanted.kind,
                .author = {people::PersonId({}), {}, {}, {}},
                .title = row.get<std::string>("title"),
                .text = row.get<std::string>("text"),
                .created = row.get<base::Instant>("created")},
               row.get<people::PersonId>("author")};
  });
}

}  // namespace

std::shared_ptr<const storage::Database> copy_of(const storage::Database& database) {
  return std::make_shared<const storage::Database>(database);
}

base::Result<Post> post(storage::Transaction& tx, const NewPost& wanted, base::Instant now) {
  if (auto refusal = why_no_post(wanted.title, wanted.text)) return tl::unexpected(*refusal);
  Post made{.id = PostId(base::make_ulid(now)),
            .on = wanted.on,
            .kind = wanted.kind,
            .author = wanted.author,
            .title = wanted.title,
            .text = wanted.text,
            .created = now};
  auto kept = tx.query(
      "INSERT INTO posts (id, object_kind, object_id, kind, author, title, text, created) VALUES ($1, $2, "
      "$3, "
      "$4, $5, $6, $7, $8)",
      made.id, made.on.kind, made.on.id, word_for(made.kind), made.author.id, made.title, made.text,
      made.created);
  if (!kept) return tl::unexpected(kept.error());
  return made;
}

base::Result<std::vector<Post>> posts_on(storage::Session& session, const people::Ref& object,
                                         const PostsWanted& wanted) {
  auto rows = rows_on(session, object, wanted);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<people::PersonId> ids;
  for (const auto& row : *rows) ids.push_back(row.author);
  const auto authors = people::find_people(session, ids);
  if (!authors) return tl::unexpected(authors.error());
  std::map<people::PersonId, const people::Person*> by_id;
  for (const auto& author : *authors) by_id.emplace(author.id, &author);
  std::vector<Post> posts;
  for (auto& row : *rows) {
    row.post.author = *by_id.at(row.author);  // the foreign key keeps every author
    posts.push_back(std::move(row.post));
  }
  return posts;
}

}  // namespace forum
