-- What people see: each record as it now stands. The geometry is made of the two
-- doubles, so that the log needs no PostGIS and the layers do.
CREATE TABLE reports (
  fid bigint PRIMARY KEY,
  id text NOT NULL UNIQUE,
  revision bigint NOT NULL,
  seq bigint NOT NULL,
  replaces bigint,
  recorded timestamptz NOT NULL,
  deleted boolean NOT NULL,
  lon double precision,
  lat double precision,
  stretch_part text,
  stretch_km_from double precision,
  stretch_km_to double precision,
  observed_start timestamptz NOT NULL,
  observed_end timestamptz NOT NULL,
  count_best bigint NOT NULL,
  count_min bigint NOT NULL,
  count_max bigint NOT NULL,
  unit text NOT NULL,
  direction text NOT NULL,
  relation text NOT NULL,
  published timestamptz,
  source text NOT NULL,
  source_ref text,
  status text NOT NULL,
  uncertainty_m double precision,
  "overlaps" text,
  tlp text,
  releasable_to text,
  geom geometry(Point, 4326) GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED
);
CREATE INDEX reports_geom ON reports USING gist (geom);

CREATE TABLE posts (
  fid bigint PRIMARY KEY,
  id text NOT NULL UNIQUE,
  revision bigint NOT NULL,
  seq bigint NOT NULL,
  replaces bigint,
  recorded timestamptz NOT NULL,
  deleted boolean NOT NULL,
  lon double precision,
  lat double precision,
  kind text NOT NULL,
  name text NOT NULL,
  agency text NOT NULL,
  part text NOT NULL,
  km_from double precision NOT NULL,
  km_to double precision NOT NULL,
  active_from timestamptz,
  active_to timestamptz,
  geom geometry(Point, 4326) GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED
);

CREATE TABLE sources (
  fid bigint PRIMARY KEY,
  id text NOT NULL UNIQUE,
  revision bigint NOT NULL,
  seq bigint NOT NULL,
  replaces bigint,
  recorded timestamptz NOT NULL,
  deleted boolean NOT NULL,
  agency text NOT NULL,
  country text,
  cadence text,
  unit text NOT NULL,
  caveat text,
  tlp text NOT NULL
);

-- Where each record of any kind stands, also of kinds without a table.
CREATE VIEW records AS
  SELECT DISTINCT ON (kind, fid) kind, id, fid, revision, seq, replaces, recorded, operation = 'retract' AS deleted
  FROM report_events ORDER BY kind, fid, revision DESC;
