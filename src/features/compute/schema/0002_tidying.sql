-- When environments that nothing uses were last taken away, and what came of it: one row. `asked` is the last
-- job's, or the center's first look.
CREATE TABLE environment_tidying (
  one {{int}} NOT NULL PRIMARY KEY,
  asked {{instant}} NOT NULL,
  ended {{instant}},
  freed_bytes {{int}} NOT NULL,
  disk_bytes {{int}} NOT NULL
) {{strict}};
