-- A materialised view sees what is inserted, redelivered rows included, so sums and quantile sketches would drift.
-- These rollups hold sets instead: a bitmap of the seq numbers, to which adding a number again adds nothing. The
-- numbers of one session are almost consecutive, so a minute's bitmap is a few dozen bytes; counts are exact.
CREATE TABLE IF NOT EXISTS frame_minutes {{on_cluster}}
(
    minute DateTime('UTC') CODEC(Delta, ZSTD(1)),
    node LowCardinality(String),
    profile LowCardinality(String),
    level LowCardinality(String),
    verdict LowCardinality(String),
    hint LowCardinality(String),
    has_face Bool,
    session_id String CODEC(ZSTD(1)),
    seqs AggregateFunction(groupBitmap, UInt32)
)
ENGINE = {{engine AggregatingMergeTree}}
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, node, profile, level, verdict, hint, has_face, session_id);

CREATE MATERIALIZED VIEW IF NOT EXISTS frame_minutes_from_frames {{on_cluster}} TO frame_minutes AS
SELECT
    toStartOfMinute(received_at) AS minute, node, profile, level, verdict, hint,
    face_count > 0 AS has_face, session_id,
    groupBitmapState(toUInt32(seq)) AS seqs
FROM frames_stored
GROUP BY minute, node, profile, level, verdict, hint, has_face, session_id;

-- Latency as a histogram of such sets. Bucket b holds 1.05^(b-1) .. 1.05^b ms, so a percentile is within 2.5 %. A
-- member is the session's hash and the seq: two sessions of one hash in the same minute, node and bucket could only
-- hide frames of equal seq from each other, which a percentile does not notice.
CREATE TABLE IF NOT EXISTS latency_minutes {{on_cluster}}
(
    minute DateTime('UTC') CODEC(Delta, ZSTD(1)),
    node LowCardinality(String),
    profile LowCardinality(String),
    stage LowCardinality(String),
    bucket Int16,
    frames AggregateFunction(groupBitmap, UInt64)
)
ENGINE = {{engine AggregatingMergeTree}}
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, node, profile, stage, bucket);

CREATE MATERIALIZED VIEW IF NOT EXISTS latency_minutes_from_frames {{on_cluster}} TO latency_minutes AS
SELECT
    toStartOfMinute(received_at) AS minute, node, profile, stage,
    toInt16(ceil(log(greatest(latency_ms, 0.01)) / log(1.05))) AS bucket,
    groupBitmapState(bitOr(bitShiftLeft(toUInt64(xxHash32(session_id)), 32), bitAnd(seq, 4294967295))) AS frames
FROM frames_stored
ARRAY JOIN
    ['queue', 'decode', 'infer', 'total'] AS stage,
    [queue_ms, decode_ms, infer_ms, total_ms] AS latency_ms
WHERE verdict IN ('pass', 'adjust')
GROUP BY minute, node, profile, stage, bucket;
