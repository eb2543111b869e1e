-- A week is one partition: an outage's backlog touches few of them, and a week's end is dropped whole by the TTL.
-- Both clocks come from the record, so a redelivered row falls into the same partition and FINAL need not look across.
CREATE TABLE IF NOT EXISTS frames_stored {{on_cluster}}
(
    session_id String CODEC(ZSTD(1)),
    seq UInt64 CODEC(Delta, ZSTD(1)),
    node LowCardinality(String),
    profile LowCardinality(String),
    level LowCardinality(String),
    captured_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    verdict LowCardinality(String),
    hint LowCardinality(String) COMMENT 'empty where no hint was given',
    error_code LowCardinality(String) COMMENT 'empty unless verdict is error',
    dwell Float32,
    check_ids Array(LowCardinality(String)),
    check_values Array(Float32) COMMENT 'NaN where it could not be assessed',
    check_scores Array(Float32),
    check_statuses Array(Enum8('pass' = 1, 'adjust' = 2, 'fail' = 3, 'unknown' = 4)),
    face_count UInt16,
    face_x Nullable(Float32),
    face_y Nullable(Float32),
    face_width Nullable(Float32),
    face_height Nullable(Float32),
    yaw_deg Nullable(Float32),
    pitch_deg Nullable(Float32),
    roll_deg Nullable(Float32),
    width UInt32,
    height UInt32,
    format LowCardinality(String),
    frame_bytes UInt32,
    queue_ms Float32,
    decode_ms Float32,
    infer_ms Float32,
    total_ms Float32,
    models Map(LowCardinality(String), LowCardinality(String)) COMMENT 'name to version',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_session_id session_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{engine ReplacingMergeTree}}
PARTITION BY toMonday(received_at)
ORDER BY (toStartOfHour(received_at), session_id, seq)
SETTINGS ttl_only_drop_parts = 0;

-- check_value holds only the checks that could be assessed: check_value['yaw'] of any other is 0, as for every map.
CREATE VIEW IF NOT EXISTS frames {{on_cluster}} AS
SELECT
    session_id, seq, node, profile, level, captured_at, received_at, verdict, hint, error_code, dwell,
    mapFilter((id, value) -> NOT isNaN(value), mapFromArrays(check_ids, check_values)) AS check_value,
    mapFromArrays(check_ids, check_scores) AS check_score,
    mapFromArrays(check_ids, arrayMap(status -> toString(status), check_statuses)) AS check_status,
    face_count, face_x, face_y, face_width, face_height, yaw_deg, pitch_deg, roll_deg,
    width, height, format, frame_bytes, queue_ms, decode_ms, infer_ms, total_ms, models, inserted_at
FROM frames_stored FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE VIEW IF NOT EXISTS frame_checks {{on_cluster}} AS
SELECT
    session_id, seq, received_at, node, profile, level, verdict,
    check_id, if(isNaN(check_value), NULL, check_value) AS value, check_score AS score, toString(check_status) AS status
FROM frames_stored FINAL
ARRAY JOIN
    check_ids AS check_id, check_values AS check_value, check_scores AS check_score, check_statuses AS check_status
SETTINGS do_not_merge_across_partitions_select_final = 1;
