-- What inserts need: no id twice, and a report is found by place and by time.
ALTER TABLE reports ADD PRIMARY KEY (seq);
CREATE UNIQUE INDEX reports_id ON reports (id);
CREATE INDEX reports_geom ON reports USING gist (geom);
CREATE INDEX reports_time ON reports (observed_start DESC);
