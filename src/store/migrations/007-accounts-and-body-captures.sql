-- Accounts and body captures as they were over time; what they are now is in Redis. E-mail addresses and passwords
-- never come here.
CREATE TABLE IF NOT EXISTS users_stored {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    role LowCardinality(String),
    created_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    last_login Nullable(DateTime64(3, 'UTC')),
    consent_flags String COMMENT 'JSON' CODEC(ZSTD(1)),
    deleted Bool,
    revision UInt64 COMMENT 'the larger, the newer',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY id;

CREATE VIEW IF NOT EXISTS users {{on_cluster}} AS
SELECT * EXCEPT deleted FROM users_stored FINAL
WHERE NOT deleted;

CREATE TABLE IF NOT EXISTS body_captures_stored {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    status LowCardinality(String),
    created_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    updated_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    store_images Bool,
    source LowCardinality(String),
    revision UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_user_id user_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
PARTITION BY toYYYYMM(created_at)
ORDER BY id;

CREATE VIEW IF NOT EXISTS body_captures {{on_cluster}} AS
SELECT * FROM body_captures_stored FINAL;

CREATE TABLE IF NOT EXISTS capture_metrics_stored {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    capture_id String CODEC(ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    metrics_json String COMMENT 'original, which never changes, and current' CODEC(ZSTD(3)),
    skin_json String CODEC(ZSTD(3)),
    shape_json String CODEC(ZSTD(3)),
    quality_json String CODEC(ZSTD(3)),
    model_versions String COMMENT 'JSON' CODEC(ZSTD(3)),
    latest_adjustment_id Nullable(String),
    revision UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_user_id user_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (capture_id, id);

CREATE VIEW IF NOT EXISTS capture_metrics {{on_cluster}} AS
SELECT * FROM capture_metrics_stored FINAL;

CREATE TABLE IF NOT EXISTS artifacts_stored {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    capture_id String CODEC(ZSTD(1)),
    bucket_path String CODEC(ZSTD(1)),
    artifact_type LowCardinality(String),
    created_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    remove_at Nullable(DateTime64(3, 'UTC')) COMMENT 'when it is to go; NULL: with its capture',
    removed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'when it went',
    revision UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (capture_id, id);

CREATE VIEW IF NOT EXISTS artifacts {{on_cluster}} AS
SELECT * FROM artifacts_stored FINAL;

CREATE TABLE IF NOT EXISTS labels_stored {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    capture_id String CODEC(ZSTD(1)),
    labeler_id String CODEC(ZSTD(1)),
    measurements_json String CODEC(ZSTD(3)),
    approved Bool,
    notes String CODEC(ZSTD(3)),
    created_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    revision UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (capture_id, id);

CREATE VIEW IF NOT EXISTS labels {{on_cluster}} AS
SELECT * FROM labels_stored FINAL;

-- Append-only: an adjustment that somebody decides on gets another row.
CREATE TABLE IF NOT EXISTS user_adjustments_stored {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    capture_id String CODEC(ZSTD(1)),
    user_id String COMMENT 'who made it' CODEC(ZSTD(1)),
    original_metrics_json String CODEC(ZSTD(3)),
    adjusted_metrics_json String CODEC(ZSTD(3)),
    notes String CODEC(ZSTD(3)),
    source LowCardinality(String),
    approved Nullable(Bool) COMMENT 'NULL until somebody decides',
    approver_id Nullable(String),
    approved_at Nullable(DateTime64(3, 'UTC')),
    created_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    revision UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_user_id user_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{engine ReplacingMergeTree}}
ORDER BY (capture_id, id, revision);

CREATE VIEW IF NOT EXISTS user_adjustments_history {{on_cluster}} AS
SELECT * FROM user_adjustments_stored FINAL;

CREATE VIEW IF NOT EXISTS user_adjustments {{on_cluster}} AS
SELECT * FROM user_adjustments_stored FINAL
ORDER BY capture_id, id, revision DESC
LIMIT 1 BY capture_id, id;

-- One row a changed metric, as before, and what people changed about bodies.
CREATE OR REPLACE VIEW adjustments {{on_cluster}} AS
SELECT
    adjustment_id, capture_id, kind, metric, region, original_value, adjusted_value, unit, source, actor, notes,
    consent_training, approved, approved_by, approved_at, adjusted_at, updated_at, inserted_at
FROM adjustments_stored FINAL
UNION ALL
SELECT
    id AS adjustment_id, capture_id, 'body' AS kind, changed.1 AS metric, '' AS region,
    JSONExtract(original_metrics_json, changed.1, 'Nullable(Float64)') AS original_value,
    changed.2 AS adjusted_value, 'cm' AS unit, source, user_id AS actor, notes,
    false AS consent_training, approved, ifNull(approver_id, '') AS approved_by, approved_at,
    created_at AS adjusted_at, ifNull(approved_at, created_at) AS updated_at, inserted_at
FROM user_adjustments
ARRAY JOIN JSONExtractKeysAndValues(adjusted_metrics_json, 'Nullable(Float64)') AS changed;

CREATE TABLE IF NOT EXISTS audit_logs_stored {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    actor_id String COMMENT 'of an erased account erased: and the SHA-256 of its id' CODEC(ZSTD(1)),
    action LowCardinality(String),
    resource_type LowCardinality(String),
    resource_id String CODEC(ZSTD(1)),
    metadata String COMMENT 'JSON' CODEC(ZSTD(3)),
    timestamp DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_actor_id actor_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_resource_id resource_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{engine ReplacingMergeTree}}
PARTITION BY toYYYYMM(timestamp)
ORDER BY (toStartOfHour(timestamp), id);

CREATE VIEW IF NOT EXISTS audit_logs {{on_cluster}} AS
SELECT * FROM audit_logs_stored FINAL;

-- The proof that somebody was forgotten.
CREATE TABLE IF NOT EXISTS erasures_stored {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    subject_type LowCardinality(String),
    subject_id String CODEC(ZSTD(1)),
    requested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    finished_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    rows Map(LowCardinality(String), UInt64) COMMENT 'removed or made nameless, by table',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(finished_at)}}
ORDER BY id;

CREATE VIEW IF NOT EXISTS erasures {{on_cluster}} AS
SELECT * FROM erasures_stored FINAL;

-- Whose rows are not let in any more, however late they come. No stream keeps a message for longer than 30 days.
CREATE TABLE IF NOT EXISTS erased_ids {{on_cluster}}
(
    id String CODEC(ZSTD(1)),
    kind LowCardinality(String) COMMENT 'user, capture or session',
    erased_at DateTime('UTC') DEFAULT now()
)
ENGINE = {{engine ReplacingMergeTree(erased_at)}}
ORDER BY (id, kind)
TTL erased_at + toIntervalDay(90);
