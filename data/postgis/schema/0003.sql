-- What was written stays, also for the owner of the tables. Others are kept from
-- it by what they are granted.
CREATE FUNCTION report_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'report_events is append-only';
END $$;
CREATE TRIGGER report_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON report_events
  FOR EACH STATEMENT EXECUTE FUNCTION report_events_stay();

-- For analysts: what stands, and the questions that are asked of it most.
CREATE VIEW standing_reports AS SELECT * FROM reports WHERE NOT deleted;
CREATE VIEW standing_posts AS SELECT * FROM posts WHERE NOT deleted;

-- Unlike units are never added.
CREATE VIEW weekly_counts AS
  SELECT date_trunc('week', observed_start AT TIME ZONE 'UTC')::date AS week, source, unit, direction, relation,
    count(*) AS reports, sum(count_best) AS count_best, sum(count_min) AS count_min, sum(count_max) AS count_max
  FROM standing_reports WHERE status <> 'rejected'
  GROUP BY 1, 2, 3, 4, 5;

CREATE VIEW source_activity AS
  SELECT source, count(*) AS reports, max(observed_end) AS last_observed, max(recorded) AS last_recorded
  FROM standing_reports GROUP BY source;
