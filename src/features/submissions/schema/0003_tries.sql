-- A submission's trial that is asked for by itself: public data alone. Its author has one at a time; it goes an
-- hour after its end. `failure` is whole, with the traceback.
CREATE TABLE tries (
  id {{id}} PRIMARY KEY,
  problem {{id}} NOT NULL REFERENCES problems (id),
  contest_kind {{text}} NOT NULL,
  contest_id {{text}} NOT NULL,
  author {{id}} NOT NULL REFERENCES people (id),
  state {{text}} NOT NULL CHECK (state IN ('waiting', 'running', 'passed', 'failed', 'cancelled')),
  attempt {{int}} NOT NULL,
  failure {{json}},
  scores {{json}} NOT NULL,
  figure {{json}},
  output {{text}} NOT NULL,
  fit_seconds {{double}},
  predict_seconds {{double}},
  peak_memory_bytes {{int}},
  created {{instant}} NOT NULL,
  started {{instant}},
  ended {{instant}},
  job {{id}}
) {{strict}};
CREATE INDEX tries_at_work ON tries (author) WHERE ended IS NULL;
CREATE INDEX tries_ended ON tries (ended) WHERE ended IS NOT NULL;

CREATE TABLE try_files (
  try {{id}} NOT NULL REFERENCES tries (id),
  path {{text}} NOT NULL,
  content {{bytes}} NOT NULL,
  PRIMARY KEY (try, path)
) {{strict}};
