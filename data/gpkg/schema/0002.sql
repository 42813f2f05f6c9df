-- Entries that overwrote others are found at once: what they say of those is needed
-- to check the chain.
CREATE INDEX report_events_redactions ON report_events (seq) WHERE operation = 'redact';
