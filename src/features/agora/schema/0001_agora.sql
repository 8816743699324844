-- What people write on an object of any room. Its title and text are as they were written: Markdown.
CREATE TABLE posts (
  id {{id}} NOT NULL PRIMARY KEY,
  object_kind {{text}} NOT NULL,
  object_id {{text}} NOT NULL,
  kind {{text}} NOT NULL,
  author {{id}} NOT NULL REFERENCES people (id),
  title {{text}} NOT NULL,
  text {{text}} NOT NULL,
  created {{instant}} NOT NULL
) {{strict}};
CREATE INDEX posts_on ON posts (object_kind, object_id, kind, id);

-- One row for each person who is told. `text` is the beginning, without Markdown.
CREATE TABLE notifications (
  id {{id}} NOT NULL PRIMARY KEY,
  person {{id}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  kind {{text}} NOT NULL,
  title {{text}} NOT NULL,
  text {{text}} NOT NULL,
  url {{text}} NOT NULL,
  created {{instant}} NOT NULL,
  read_at {{instant}}
) {{strict}};
CREATE INDEX notifications_of ON notifications (person, id);
CREATE INDEX notifications_unread ON notifications (person, id) WHERE read_at IS NULL;
