-- The log. Plain SQL: nothing here that only PostgreSQL has. FORMAT.md says what
-- every table and column holds.
CREATE TABLE meta (
  key text PRIMARY KEY,
  value text NOT NULL
);
INSERT INTO meta VALUES ('application', 'frontierwatch');

CREATE TABLE report_events (
  seq bigint PRIMARY KEY,
  kind text NOT NULL,
  fid bigint NOT NULL,
  id text NOT NULL,
  revision bigint NOT NULL,
  operation text NOT NULL CHECK (operation IN ('create', 'correct', 'retract')),
  replaces bigint,
  recorded timestamptz NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  body text NOT NULL,
  chain bytea NOT NULL,
  UNIQUE (kind, id, revision)
);

-- One row: where the log ends. Who appends locks it, so that appends come one
-- after the other and positions have no gaps.
CREATE TABLE feed_head (
  one bigint PRIMARY KEY CHECK (one = 1),
  pos bigint NOT NULL,
  recorded timestamptz,
  chain bytea NOT NULL
);
INSERT INTO feed_head VALUES (1, 0, NULL, '\x00000000000000000000000000000000');

-- The newest fid of each kind.
CREATE TABLE feed_kinds (
  kind text PRIMARY KEY,
  fid bigint NOT NULL
);
