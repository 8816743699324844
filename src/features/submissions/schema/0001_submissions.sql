-- A kit's version. The hidden data's blob, the findings and the record stay with the server and organisers.
CREATE TABLE problems (
  id {{id}} PRIMARY KEY,
  name {{text}} NOT NULL,
  title {{text}} NOT NULL,
  statement {{text}} NOT NULL,
  state {{text}} NOT NULL CHECK (state IN ('checking', 'ready', 'refused')),
  kit_blob {{text}} NOT NULL,
  data_blob {{text}},
  replaces {{id}} REFERENCES problems (id),
  findings {{json}} NOT NULL,
  elements {{json}} NOT NULL,
  score_columns {{json}} NOT NULL,
  folds {{int}} NOT NULL,
  has_test {{bool}} NOT NULL,
  environment {{text}} NOT NULL,
  submission_bytes {{int}} NOT NULL,
  created_by {{id}} NOT NULL REFERENCES people (id),
  created {{instant}} NOT NULL,
  job {{id}}
) {{strict}};

-- The reason is what an author may know: of a failure on hidden data it holds no message.
CREATE TABLE submissions (
  id {{id}} PRIMARY KEY,
  problem {{id}} NOT NULL REFERENCES problems (id),
  contest_kind {{text}} NOT NULL,
  contest_id {{text}} NOT NULL,
  team {{text}} NOT NULL,
  team_name {{text}} NOT NULL,
  author {{id}} NOT NULL REFERENCES people (id),
  name {{text}} NOT NULL,
  number {{int}} NOT NULL,
  runs {{int}} NOT NULL,
  attempt {{int}} NOT NULL,
  state {{text}} NOT NULL
    CHECK (state IN ('received', 'trial', 'queued', 'running', 'scored', 'failed', 'cancelled')),
  reason_kind {{text}},
  reason_phase {{text}},
  reason_fold {{int}},
  reason_class {{text}},
  reason_file {{text}},
  reason_line {{int}},
  reason_message {{text}},
  reason_next_step {{text}},
  code_hash {{text}} NOT NULL,
  size_bytes {{int}} NOT NULL,
  folds_done {{int}} NOT NULL,
  folds {{int}} NOT NULL,
  created {{instant}} NOT NULL,
  started {{instant}},
  ended {{instant}},
  fit_seconds {{double}},
  predict_seconds {{double}},
  peak_memory_bytes {{int}},
  job {{id}},
  UNIQUE (contest_kind, contest_id, team, number)
) {{strict}};
CREATE INDEX submissions_by_contest ON submissions (contest_kind, contest_id, id);
CREATE INDEX submissions_by_author ON submissions (author, id);
CREATE INDEX submissions_by_team ON submissions (contest_kind, contest_id, team, created);
CREATE INDEX submissions_by_state ON submissions (state);

CREATE TABLE submission_files (
  submission {{id}} NOT NULL REFERENCES submissions (id),
  path {{text}} NOT NULL,
  blob {{text}} NOT NULL,
  size_bytes {{int}} NOT NULL,
  PRIMARY KEY (submission, path)
) {{strict}};

-- One row for each trial and each hidden run that came to an end. `failure`, `output_blob` and
-- `predictions_blob` of a hidden run are secret: participants see of them what the reason says.
CREATE TABLE evaluations (
  submission {{id}} NOT NULL REFERENCES submissions (id),
  step {{text}} NOT NULL CHECK (step IN ('trial', 'hidden')),
  run {{int}} NOT NULL,
  problem {{id}} NOT NULL REFERENCES problems (id),
  passed {{bool}} NOT NULL,
  failure {{json}},
  record {{json}} NOT NULL,
  output_blob {{text}},
  predictions_blob {{text}},
  scored_at {{instant}} NOT NULL,
  PRIMARY KEY (submission, step, run)
) {{strict}};

-- By column of the problem and fold; fold -1 is the bag, which has no train score.
CREATE TABLE visible_scores (
  submission {{id}} NOT NULL REFERENCES submissions (id),
  at {{int}} NOT NULL,
  fold {{int}} NOT NULL,
  name {{text}} NOT NULL,
  train {{double}},
  valid {{double}},
  PRIMARY KEY (submission, at, fold)
) {{strict}};

-- Nobody's before the release. Read by test_scores() and by nothing else.
CREATE TABLE test_scores (
  submission {{id}} NOT NULL REFERENCES submissions (id),
  at {{int}} NOT NULL,
  fold {{int}} NOT NULL,
  name {{text}} NOT NULL,
  test {{double}},
  PRIMARY KEY (submission, at, fold)
) {{strict}};
