CREATE TABLE IF NOT EXISTS captures_stored {{on_cluster}}
(
    capture_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    node LowCardinality(String),
    subject String COMMENT 'of the token; empty for anonymous' CODEC(ZSTD(1)),
    profile LowCardinality(String),
    level LowCardinality(String),
    thresholds String COMMENT 'JSON' CODEC(ZSTD(3)),
    trigger LowCardinality(String),
    source LowCardinality(String),
    seq UInt64,
    captured_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    accepted_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    consent_store Bool,
    consent_training Bool,
    width UInt32,
    height UInt32,
    format LowCardinality(String),
    image_bytes UInt32,
    image_sha256 String CODEC(ZSTD(1)),
    quality Float32,
    check_value Map(LowCardinality(String), Float32),
    check_score Map(LowCardinality(String), Float32),
    check_status Map(LowCardinality(String), LowCardinality(String)),
    face_x Nullable(Float32),
    face_y Nullable(Float32),
    face_width Nullable(Float32),
    face_height Nullable(Float32),
    yaw_deg Nullable(Float32),
    pitch_deg Nullable(Float32),
    roll_deg Nullable(Float32),
    models Map(LowCardinality(String), LowCardinality(String)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_session_id session_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_accepted_at accepted_at TYPE minmax GRANULARITY 1
)
ENGINE = {{engine ReplacingMergeTree}}
PARTITION BY toYYYYMM(accepted_at)
ORDER BY capture_id;

CREATE VIEW IF NOT EXISTS captures {{on_cluster}} AS
SELECT * FROM captures_stored FINAL;

-- A capture that was analysed again by the same kind of analyzer keeps the later result.
CREATE TABLE IF NOT EXISTS results_stored {{on_cluster}}
(
    capture_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    kind LowCardinality(String),
    status LowCardinality(String),
    profile LowCardinality(String),
    finished_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    duration_ms Float32,
    attempt UInt16,
    result String COMMENT 'JSON in the shape of the analyzer; empty when it failed' CODEC(ZSTD(3)),
    error_code LowCardinality(String),
    error_message String CODEC(ZSTD(1)),
    analyzer LowCardinality(String),
    analyzer_version LowCardinality(String),
    code_version LowCardinality(String),
    models Map(LowCardinality(String), LowCardinality(String)) COMMENT 'name to version',
    model_sha256 Map(LowCardinality(String), LowCardinality(String)) COMMENT 'name to SHA-256 of the model file',
    thresholds String COMMENT 'JSON' CODEC(ZSTD(3)),
    seq UInt64,
    image_sha256 String CODEC(ZSTD(1)),
    measurement_count UInt32,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_session_id session_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_finished_at finished_at TYPE minmax GRANULARITY 1
)
ENGINE = {{engine ReplacingMergeTree(finished_at)}}
PARTITION BY toYYYYMM(finished_at)
ORDER BY (capture_id, kind);

CREATE VIEW IF NOT EXISTS results {{on_cluster}} AS
SELECT * FROM results_stored FINAL;

CREATE TABLE IF NOT EXISTS measurements_stored {{on_cluster}}
(
    capture_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    kind LowCardinality(String),
    profile LowCardinality(String),
    metric LowCardinality(String),
    region LowCardinality(String) COMMENT 'empty for the whole',
    value Nullable(Float64),
    unit LowCardinality(String),
    confidence Float32,
    model LowCardinality(String) COMMENT 'name@version of each model behind it, or analyzer@version where there is none',
    measured_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_capture_id capture_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{engine ReplacingMergeTree(measured_at)}}
PARTITION BY toYYYYMM(measured_at)
ORDER BY (kind, metric, region, capture_id);

CREATE VIEW IF NOT EXISTS measurements {{on_cluster}} AS
SELECT * FROM measurements_stored FINAL;

-- What a person changed about a measurement; the measurement itself stays as it was measured.
CREATE TABLE IF NOT EXISTS adjustments_stored {{on_cluster}}
(
    adjustment_id String CODEC(ZSTD(1)),
    capture_id String CODEC(ZSTD(1)),
    kind LowCardinality(String),
    metric LowCardinality(String),
    region LowCardinality(String),
    original_value Nullable(Float64),
    adjusted_value Nullable(Float64),
    unit LowCardinality(String),
    source LowCardinality(String),
    actor String CODEC(ZSTD(1)),
    notes String CODEC(ZSTD(3)),
    consent_training Bool,
    approved Nullable(Bool),
    approved_by String CODEC(ZSTD(1)),
    approved_at Nullable(DateTime64(3, 'UTC')),
    adjusted_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    updated_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(updated_at)}}
PARTITION BY toYYYYMM(adjusted_at)
ORDER BY (capture_id, adjustment_id, metric, region);

CREATE VIEW IF NOT EXISTS adjustments {{on_cluster}} AS
SELECT * FROM adjustments_stored FINAL;
