-- Results of uploads carry the ids that their callers follow them by; empty for live captures.
ALTER TABLE results_stored {{on_cluster}}
    ADD COLUMN IF NOT EXISTS job_id String CODEC(ZSTD(1)) AFTER image_sha256,
    ADD COLUMN IF NOT EXISTS request_id String COMMENT 'X-Request-Id' CODEC(ZSTD(1)) AFTER job_id,
    ADD COLUMN IF NOT EXISTS analysis_session_id String COMMENT 'X-Analysis-Session; empty where none was given' CODEC(ZSTD(1)) AFTER request_id,
    ADD COLUMN IF NOT EXISTS frame_seq String COMMENT 'X-Frame-Seq; empty where none was given' CODEC(ZSTD(1)) AFTER analysis_session_id,
    ADD INDEX IF NOT EXISTS by_request_id request_id TYPE bloom_filter(0.01) GRANULARITY 4;

-- A view has the columns that its table had when it was made.
CREATE OR REPLACE VIEW results {{on_cluster}} AS
SELECT * FROM results_stored FINAL;
