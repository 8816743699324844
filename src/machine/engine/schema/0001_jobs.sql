-- A job that waits and has a not_before pauses until then; without one it is ready. The two have an index each.
CREATE TABLE jobs (
  id {{id}} PRIMARY KEY,
  type {{text}} NOT NULL,
  payload {{text}} NOT NULL,
  lane {{text}} NOT NULL,
  priority {{int}} NOT NULL,
  state {{text}} NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  attempts {{int}} NOT NULL,
  most_attempts {{int}} NOT NULL CHECK (most_attempts >= 1),
  interruptions {{int}} NOT NULL,
  cancel_asked {{bool}} NOT NULL,
  created {{instant}} NOT NULL,
  not_before {{instant}},
  started {{instant}},
  ended {{instant}},
  worker {{text}} NOT NULL,
  holder {{text}} NOT NULL,
  lease_until {{instant}},
  why {{text}} NOT NULL
) {{strict}};
CREATE INDEX jobs_ready ON jobs (type, lane, priority DESC, id) WHERE state = 'waiting' AND not_before IS NULL;
CREATE INDEX jobs_paused ON jobs (not_before) WHERE state = 'waiting' AND not_before IS NOT NULL;
CREATE INDEX jobs_running ON jobs (type, lane) WHERE state = 'running';
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_done ON jobs (type, ended DESC) WHERE state = 'done';

-- What the scheduler looks at. head, head_priority and running follow from jobs and are found anew whenever one
-- of the lane's jobs changes; whoever changes one locks the lane first. turn: the larger, the later it was served.
CREATE TABLE job_lanes (
  type {{text}} NOT NULL,
  lane {{text}} NOT NULL,
  head {{id}},
  head_priority {{int}},
  running {{int}} NOT NULL,
  turn {{int}} NOT NULL,
  PRIMARY KEY (type, lane)
) {{strict}};
CREATE INDEX job_lanes_order ON job_lanes (type, head_priority DESC, running, turn, head) WHERE head IS NOT NULL;
CREATE INDEX job_lanes_turn ON job_lanes (turn);
