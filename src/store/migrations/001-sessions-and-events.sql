-- Names that people query (sessions, frames, …) are views; the rows are in *_stored.
--
-- NATS delivers at least once, so a row may be stored twice. Plain names have to count right all the same, on any
-- server and with any client's settings, so:
--   * a stored row's sorting key is its identity, and ReplacingMergeTree keeps one row a key;
--   * the plain name reads with FINAL, which holds before the engine has merged, too;
--   * what is kept per minute uses only states for which "the same row again" changes nothing (004).
-- Refused: tokens of inserted blocks (a redelivered row comes in another batch), asking before inserting (two sinks
-- race, replicas lag), `final = 1` in a user's profile (an analyst's own tool may have another one).
-- On several shards one identity has to stay on one shard: shard by session_id.

CREATE TABLE IF NOT EXISTS events_stored {{on_cluster}}
(
    event_id String CODEC(ZSTD(1)),
    entity LowCardinality(String),
    entity_id String CODEC(ZSTD(1)),
    event LowCardinality(String),
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    node LowCardinality(String),
    actor String CODEC(ZSTD(1)),
    details String CODEC(ZSTD(3)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX by_entity_id entity_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{engine ReplacingMergeTree}}
PARTITION BY toYYYYMM(at)
ORDER BY (toStartOfHour(at), entity, event_id);

CREATE VIEW IF NOT EXISTS events {{on_cluster}} AS
SELECT * FROM events_stored FINAL;

-- A session's row is the sum of its events: every column is a state for which order and repetition do not matter.
CREATE TABLE IF NOT EXISTS sessions_stored {{on_cluster}}
(
    session_id String CODEC(ZSTD(1)),
    profile SimpleAggregateFunction(max, String),
    level SimpleAggregateFunction(max, String),
    thresholds SimpleAggregateFunction(max, String),
    locale SimpleAggregateFunction(max, String),
    sdk SimpleAggregateFunction(max, String),
    camera SimpleAggregateFunction(max, String),
    screen SimpleAggregateFunction(max, String),
    actor SimpleAggregateFunction(max, String),
    consent_store SimpleAggregateFunction(max, UInt8),
    consent_training SimpleAggregateFunction(max, UInt8),
    nodes SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
    resumed_events SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
    started_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    ended_at SimpleAggregateFunction(max, Nullable(DateTime64(3, 'UTC'))),
    end_reason SimpleAggregateFunction(max, String),
    frames SimpleAggregateFunction(max, UInt64),
    captures SimpleAggregateFunction(max, UInt64),
    seen_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = {{engine AggregatingMergeTree}}
ORDER BY session_id;

CREATE VIEW IF NOT EXISTS sessions {{on_cluster}} AS
SELECT
    session_id, profile, level, started_at, ended_at, end_reason,
    dateDiff('millisecond', started_at, ended_at) AS duration_ms,
    frames, captures, length(resumed_events) AS resumes, nodes, actor, locale, sdk, camera, screen, thresholds,
    toBool(consent_store) AS consent_store, toBool(consent_training) AS consent_training
FROM sessions_stored FINAL;
