-- Bodies of reports may be overwritten, by a transaction that writes an entry which
-- says so (redact), and nothing else may ever be changed.
ALTER TABLE report_events DROP CONSTRAINT report_events_operation_check;
ALTER TABLE report_events ADD CONSTRAINT report_events_operation_check CHECK (operation IN ('create', 'correct', 'retract', 'redact'));

-- Entries that overwrote others are found at once: what they say of those is needed
-- to check the chain.
CREATE INDEX report_events_redactions ON report_events (seq) WHERE operation = 'redact';

DROP TRIGGER report_events_stay ON report_events;
CREATE TRIGGER report_events_stay BEFORE DELETE OR TRUNCATE ON report_events
  FOR EACH STATEMENT EXECUTE FUNCTION report_events_stay();

CREATE FUNCTION report_events_bodies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE same report_events := NEW;
BEGIN
  same.body := OLD.body;
  IF same IS DISTINCT FROM OLD OR OLD.kind <> 'report' OR OLD.operation NOT IN ('create', 'correct') THEN
    RAISE EXCEPTION 'report_events is append-only';
  END IF;
  IF NOT EXISTS (SELECT FROM report_events e WHERE e.kind = OLD.kind AND e.id = OLD.id AND e.operation = 'redact'
      AND e.revision > OLD.revision AND e.seq > (SELECT pos FROM feed_head)) THEN
    RAISE EXCEPTION 'report_events is append-only: a body is overwritten together with an entry that says so';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER report_events_bodies BEFORE UPDATE ON report_events
  FOR EACH ROW EXECUTE FUNCTION report_events_bodies();

-- A record is gone when it was taken back, or nothing is left of what it said.
CREATE OR REPLACE VIEW records AS
  SELECT DISTINCT ON (kind, fid) kind, id, fid, revision, seq, replaces, recorded,
    (SELECT o.operation = 'retract' OR o.kind = 'report' AND o.body = '' FROM report_events o
      WHERE o.kind = e.kind AND o.id = e.id AND o.operation <> 'redact' ORDER BY o.revision DESC LIMIT 1) AS deleted
  FROM report_events e ORDER BY kind, fid, revision DESC;
