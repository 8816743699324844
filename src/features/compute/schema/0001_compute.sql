-- Environments as the center knows them; their files lie in AGORA_HOME. `asked` is the source's text. A name
-- that was retired, or that failed, may be asked for again: its row is then written anew. What its job says
-- comes behind the position `said_after` of the event log.
CREATE TABLE environments (
  id {{id}} NOT NULL PRIMARY KEY,
  name {{text}} NOT NULL UNIQUE,
  kind {{text}} NOT NULL,
  source {{text}} NOT NULL,
  asked {{text}} NOT NULL,
  extras {{json}} NOT NULL,
  wanted_python {{text}} NOT NULL,
  left_out {{json}} NOT NULL,
  state {{text}} NOT NULL,
  why {{text}} NOT NULL,
  hash {{text}} NOT NULL,
  python {{text}} NOT NULL,
  platform {{text}} NOT NULL,
  packages {{json}} NOT NULL,
  lock_text {{text}} NOT NULL,
  smoke {{json}},
  created_by {{id}} REFERENCES people (id),
  created {{instant}} NOT NULL,
  ended {{instant}},
  attempt {{int}} NOT NULL,
  said_after {{int}} NOT NULL,
  job {{id}}
) {{strict}};

-- What the making said, line by line; kept apart, for lists read it never.
CREATE TABLE environment_logs (
  environment {{id}} NOT NULL PRIMARY KEY REFERENCES environments (id) ON DELETE CASCADE,
  text {{text}} NOT NULL,
  lines {{int}} NOT NULL
) {{strict}};
