CREATE TABLE events (
  id {{id}} PRIMARY KEY,
  slug {{text}} NOT NULL UNIQUE,
  title {{text}} NOT NULL,
  summary {{text}} NOT NULL,
  statement {{text}} NOT NULL,
  problem {{id}} NOT NULL REFERENCES problems (id),
  next_problem {{id}} REFERENCES problems (id),
  opens {{instant}},
  closes {{instant}},
  released {{instant}},
  per_day {{int}} NOT NULL CHECK (per_day > 0),
  failures_per_day {{int}} NOT NULL CHECK (failures_per_day > 0),
  is_trusted {{bool}} NOT NULL,
  created {{instant}} NOT NULL,
  version {{int}} NOT NULL
) {{strict}};

-- What the streams were told last; apart from `events`, which every submission reads.
CREATE TABLE event_news (
  event {{id}} PRIMARY KEY REFERENCES events (id),
  state {{text}} NOT NULL,
  waiting {{int}} NOT NULL,
  running {{int}} NOT NULL
) {{strict}};

CREATE TABLE teams (
  id {{id}} PRIMARY KEY,
  event {{id}} NOT NULL REFERENCES events (id),
  name {{text}} NOT NULL,
  created {{instant}} NOT NULL,
  UNIQUE (event, name)
) {{strict}};

-- A person is in one team of an event.
CREATE TABLE team_members (
  event {{id}} NOT NULL REFERENCES events (id),
  person {{id}} NOT NULL REFERENCES people (id),
  team {{id}} NOT NULL REFERENCES teams (id),
  joined {{instant}} NOT NULL,
  PRIMARY KEY (event, person)
) {{strict}};
CREATE INDEX team_members_by_person ON team_members (person);

-- The newest change of a board: who has read up to here reads only what is newer.
CREATE TABLE board_versions (
  event {{id}} PRIMARY KEY REFERENCES events (id),
  version {{int}} NOT NULL
) {{strict}};

-- Every submission of an event as its board and queue see it: visible scores alone.
CREATE TABLE entries (
  submission {{id}} PRIMARY KEY REFERENCES submissions (id),
  event {{id}} NOT NULL REFERENCES events (id),
  team {{id}} NOT NULL,
  team_name {{text}} NOT NULL,
  number {{int}} NOT NULL,
  name {{text}} NOT NULL,
  state {{text}} NOT NULL,
  scores {{json}} NOT NULL,
  official {{double}},
  fit_seconds {{double}},
  predict_seconds {{double}},
  created {{instant}} NOT NULL,
  scored {{instant}},
  in_flight {{bool}} NOT NULL,
  on_board {{bool}} NOT NULL,
  version {{int}} NOT NULL
) {{strict}};
CREATE INDEX entries_by_version ON entries (event, version);
CREATE INDEX entries_by_team ON entries (team);
CREATE INDEX entries_in_flight ON entries (event, state) WHERE in_flight;
