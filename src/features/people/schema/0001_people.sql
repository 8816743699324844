CREATE TABLE people (
  id {{id}} NOT NULL PRIMARY KEY,
  handle {{text}} NOT NULL UNIQUE,
  name {{text}} NOT NULL,
  email {{text}} NOT NULL UNIQUE,
  standing {{text}} NOT NULL
    CONSTRAINT standing_is_known CHECK (standing IN ('pending', 'active', 'refused', 'closed')),
  password_hash {{text}} NOT NULL,
  created {{instant}} NOT NULL
) {{strict}};

-- Secrets are kept as their SHA-256: who reads the database cannot sign in with it.
CREATE TABLE sessions (
  id {{id}} NOT NULL PRIMARY KEY,
  person {{id}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  secret_hash {{text}} NOT NULL UNIQUE,
  address {{text}} NOT NULL,
  agent {{text}} NOT NULL,
  created {{instant}} NOT NULL,
  last_used {{instant}} NOT NULL
) {{strict}};
CREATE INDEX sessions_person ON sessions (person);

CREATE TABLE tokens (
  id {{id}} NOT NULL PRIMARY KEY,
  person {{id}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  name {{text}} NOT NULL,
  scopes {{text}} NOT NULL,
  secret_hash {{text}} NOT NULL UNIQUE,
  created {{instant}} NOT NULL,
  expires {{instant}} NOT NULL,
  last_used {{instant}}
) {{strict}};
CREATE INDEX tokens_person ON tokens (person);

-- Those that the program made for the first administrator have no creator.
CREATE TABLE invitations (
  id {{id}} NOT NULL PRIMARY KEY,
  code_hash {{text}} NOT NULL UNIQUE,
  email {{text}},
  role {{text}},
  created {{instant}} NOT NULL,
  created_by {{id}} REFERENCES people (id) ON DELETE CASCADE,
  expires {{instant}} NOT NULL,
  used_by {{id}} REFERENCES people (id) ON DELETE CASCADE,
  used {{instant}}
) {{strict}};

-- Asked for by the person; a code is there from when an administrator issued it.
CREATE TABLE password_resets (
  id {{id}} NOT NULL PRIMARY KEY,
  person {{id}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  asked {{instant}} NOT NULL,
  code_hash {{text}} UNIQUE,
  expires {{instant}}
) {{strict}};
CREATE INDEX password_resets_person ON password_resets (person);

CREATE TABLE people_groups (
  id {{id}} NOT NULL PRIMARY KEY,
  name {{text}} NOT NULL UNIQUE,
  title {{text}} NOT NULL,
  created {{instant}} NOT NULL
) {{strict}};
CREATE TABLE group_members (
  group_id {{id}} NOT NULL REFERENCES people_groups (id) ON DELETE CASCADE,
  person {{id}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  added {{instant}} NOT NULL,
  PRIMARY KEY (group_id, person)
) {{strict}};
CREATE INDEX group_members_person ON group_members (person);

CREATE TABLE grants (
  id {{id}} NOT NULL PRIMARY KEY,
  subject_kind {{text}} NOT NULL,
  subject_id {{text}} NOT NULL,
  object_kind {{text}} NOT NULL,
  object_id {{text}} NOT NULL,
  role {{text}} NOT NULL,
  expires {{instant}},
  created {{instant}} NOT NULL,
  UNIQUE (subject_kind, subject_id, object_kind, object_id, role)
) {{strict}};
CREATE INDEX grants_object ON grants (object_kind, object_id);

-- Failures to sign in, by account and by address; and requests for a reset, by account.
CREATE TABLE attempts (
  key {{text}} NOT NULL PRIMARY KEY,
  count {{int}} NOT NULL,
  last {{instant}} NOT NULL
) {{strict}};
CREATE INDEX attempts_last ON attempts (last);

CREATE TABLE settings (
  name {{text}} NOT NULL PRIMARY KEY,
  value {{text}} NOT NULL
) {{strict}};

-- The chain: hash = SHA-256 of the hash before and this entry's canonical JSON. The head is where it ends.
CREATE TABLE audit (
  seq {{int}} NOT NULL PRIMARY KEY,
  at {{instant}} NOT NULL,
  who {{id}},
  address {{text}} NOT NULL,
  what {{text}} NOT NULL,
  object_kind {{text}} NOT NULL,
  object_id {{text}} NOT NULL,
  details {{json}} NOT NULL,
  hash {{text}} NOT NULL
) {{strict}};
CREATE INDEX audit_who ON audit (who);
CREATE INDEX audit_what ON audit (what);
CREATE TABLE audit_head (
  one {{int}} NOT NULL PRIMARY KEY CHECK (one = 1),
  seq {{int}} NOT NULL,
  hash {{text}} NOT NULL
) {{strict}};
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '');

CREATE TABLE idempotency_keys (
  key {{text}} NOT NULL PRIMARY KEY,
  fingerprint {{text}} NOT NULL,
  since {{instant}} NOT NULL,
  done {{bool}} NOT NULL,
  status {{int}} NOT NULL,
  headers {{json}} NOT NULL,
  body {{bytes}} NOT NULL
) {{strict}};
CREATE INDEX idempotency_keys_since ON idempotency_keys (since);
