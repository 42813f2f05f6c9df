-- Place and time in one, read in the order of time too; counts of a segment from
-- the index alone.
CREATE INDEX reports_geom_time ON reports USING gist (geom, observed_start);
CREATE INDEX reports_segment_time ON reports (segment, observed_start) INCLUDE (count_best);
CREATE INDEX segments_geom ON segments USING gist (geom);
