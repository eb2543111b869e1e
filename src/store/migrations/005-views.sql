CREATE VIEW IF NOT EXISTS session_minutes {{on_cluster}} AS
SELECT
    minute, node, profile, level, verdict, hint, has_face, session_id,
    groupBitmapMerge(seqs) AS frames
FROM frame_minutes
GROUP BY minute, node, profile, level, verdict, hint, has_face, session_id;

CREATE VIEW IF NOT EXISTS frames_by_minute {{on_cluster}} AS
SELECT minute, node, profile, level, verdict, sum(m.frames) AS frames, uniqExact(m.session_id) AS sessions
FROM session_minutes AS m
GROUP BY minute, node, profile, level, verdict;

CREATE VIEW IF NOT EXISTS hints_by_minute {{on_cluster}} AS
SELECT minute, node, profile, level, hint, sum(m.frames) AS frames, uniqExact(m.session_id) AS sessions
FROM session_minutes AS m
WHERE hint != ''
GROUP BY minute, node, profile, level, hint;

-- Why frames did not pass: what people were told, a day at a time, and its share of that day's rejected frames.
CREATE VIEW IF NOT EXISTS reject_reasons {{on_cluster}} AS
SELECT
    toDate(minute) AS day, profile, hint AS reason,
    sum(m.frames) AS frames, uniqExact(m.session_id) AS sessions,
    sum(m.frames) / sum(sum(m.frames)) OVER (PARTITION BY toDate(minute), profile) AS share
FROM session_minutes AS m
WHERE verdict = 'adjust'
GROUP BY day, profile, reason;

CREATE VIEW IF NOT EXISTS latency_by_minute {{on_cluster}} AS
SELECT
    minute, node, profile, stage, sum(n) AS frames,
    round(quantileExactWeighted(0.5)(middle_ms, n), 3) AS p50_ms,
    round(quantileExactWeighted(0.9)(middle_ms, n), 3) AS p90_ms,
    round(quantileExactWeighted(0.95)(middle_ms, n), 3) AS p95_ms,
    round(quantileExactWeighted(0.99)(middle_ms, n), 3) AS p99_ms
FROM
(
    SELECT minute, node, profile, stage, pow(1.05, bucket - 0.5) AS middle_ms, groupBitmapMerge(frames) AS n
    FROM latency_minutes
    GROUP BY minute, node, profile, stage, bucket
)
GROUP BY minute, node, profile, stage;

CREATE VIEW IF NOT EXISTS latency_percentiles {{on_cluster}} AS
SELECT
    toStartOfHour(minute) AS hour, node, profile, stage, sum(n) AS frames,
    round(quantileExactWeighted(0.5)(middle_ms, n), 3) AS p50_ms,
    round(quantileExactWeighted(0.9)(middle_ms, n), 3) AS p90_ms,
    round(quantileExactWeighted(0.95)(middle_ms, n), 3) AS p95_ms,
    round(quantileExactWeighted(0.99)(middle_ms, n), 3) AS p99_ms
FROM
(
    SELECT minute, node, profile, stage, pow(1.05, bucket - 0.5) AS middle_ms, groupBitmapMerge(frames) AS n
    FROM latency_minutes
    GROUP BY minute, node, profile, stage, bucket
)
GROUP BY hour, node, profile, stage;

-- How far sessions came, a day at a time. Every step counts sessions, and reads only what repetition does not change.
CREATE VIEW IF NOT EXISTS funnel {{on_cluster}} AS
SELECT
    toDate(s.started_at) AS day, s.profile AS profile,
    count() AS sessions,
    countIf(f.face_seen > 0) AS face_seen,
    countIf(f.passed > 0) AS passed,
    countIf(r.requests > 0 OR c.accepted > 0) AS capture_requested,
    countIf(c.accepted > 0) AS capture_accepted,
    countIf(d.done > 0) AS result_done
FROM sessions AS s
LEFT JOIN
(
    SELECT session_id, max(has_face) AS face_seen, max(verdict = 'pass') AS passed
    FROM frame_minutes GROUP BY session_id
) AS f ON f.session_id = s.session_id
LEFT JOIN
(
    SELECT JSONExtractString(details, 'sessionId') AS session_id, uniqExact(entity_id) AS requests
    FROM events_stored WHERE entity = 'capture' AND event = 'requested' GROUP BY session_id
) AS r ON r.session_id = s.session_id
LEFT JOIN
(
    SELECT session_id, uniqExact(capture_id) AS accepted FROM captures_stored GROUP BY session_id
) AS c ON c.session_id = s.session_id
LEFT JOIN
(
    SELECT session_id, uniqExact(capture_id) AS done
    FROM results_stored WHERE status = 'done' GROUP BY session_id
) AS d ON d.session_id = s.session_id
GROUP BY day, profile;
