-- The GeoPackage, the log and the layers that people see. FORMAT.md says what
-- every table and column holds.
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;

CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude and latitude in degrees on WGS 84');

CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);

CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);

CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);

CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
INSERT INTO meta VALUES ('application', 'frontierwatch');

CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  applied DATETIME NOT NULL
);

CREATE TABLE report_events (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  fid INTEGER NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  operation TEXT NOT NULL,
  replaces INTEGER,
  recorded DATETIME NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  body TEXT NOT NULL,
  chain BLOB NOT NULL
);
CREATE TRIGGER report_events_no_update BEFORE UPDATE ON report_events
BEGIN SELECT RAISE(ABORT, 'report_events is append-only'); END;
CREATE TRIGGER report_events_no_delete BEFORE DELETE ON report_events
BEGIN SELECT RAISE(ABORT, 'report_events is append-only'); END;
CREATE TRIGGER report_events_next BEFORE INSERT ON report_events
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM report_events)
BEGIN SELECT RAISE(ABORT, 'report_events takes the next seq only'); END;

CREATE TABLE reports (
  fid INTEGER PRIMARY KEY,
  geom POINT,
  id TEXT(64) NOT NULL UNIQUE,
  stretch_part TEXT,
  stretch_km_from DOUBLE,
  stretch_km_to DOUBLE,
  observed_start DATETIME NOT NULL,
  observed_end DATETIME NOT NULL,
  count_best INTEGER NOT NULL,
  count_min INTEGER NOT NULL,
  count_max INTEGER NOT NULL,
  unit TEXT NOT NULL,
  direction TEXT NOT NULL,
  relation TEXT NOT NULL,
  published DATETIME,
  source TEXT NOT NULL,
  source_ref TEXT,
  status TEXT NOT NULL,
  uncertainty_m DOUBLE,
  overlaps TEXT,
  tlp TEXT,
  releasable_to TEXT,
  revision INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  replaces INTEGER,
  recorded DATETIME NOT NULL,
  deleted BOOLEAN NOT NULL
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
  VALUES ('reports', 'features', 'reports', 'what sources say happened, each as it now stands', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('reports', 'geom', 'POINT', 4326, 0, 0);

CREATE TABLE posts (
  fid INTEGER PRIMARY KEY,
  geom POINT,
  id TEXT(64) NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  agency TEXT NOT NULL,
  part TEXT NOT NULL,
  km_from DOUBLE NOT NULL,
  km_to DOUBLE NOT NULL,
  active_from DATETIME,
  active_to DATETIME,
  revision INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  replaces INTEGER,
  recorded DATETIME NOT NULL,
  deleted BOOLEAN NOT NULL
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
  VALUES ('posts', 'features', 'posts', 'guarding presence beside the ports of entry', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('posts', 'geom', 'POINT', 4326, 0, 0);

CREATE TABLE sources (
  fid INTEGER PRIMARY KEY,
  id TEXT(64) NOT NULL UNIQUE,
  agency TEXT NOT NULL,
  country TEXT,
  cadence TEXT,
  unit TEXT NOT NULL,
  caveat TEXT,
  tlp TEXT NOT NULL,
  revision INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  replaces INTEGER,
  recorded DATETIME NOT NULL,
  deleted BOOLEAN NOT NULL
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
  VALUES ('sources', 'attributes', 'sources', 'who reports');

-- Records of kinds that have no layer of their own.
CREATE TABLE records (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  fid INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  replaces INTEGER,
  recorded DATETIME NOT NULL,
  deleted BOOLEAN NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
