import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEASURE_IDS } from '../../src/protocol/checks.ts';
import { createStore } from '../../src/store/client.ts';
import { migrate } from '../../src/store/migrate.ts';
import { readResults, readSummary } from '../../src/store/queries.ts';
import { type BrokenRecord, createSink } from '../../src/store/sink.ts';
import { runSql } from '../../src/store/sql-output.ts';
import type { Store } from '../../src/store/types.ts';
import { startTestClickHouse, type TestClickHouse } from '../support/embedded-clickhouse.ts';
import { frameJsonRow } from '../support/frame-json-row.ts';
import {
  SAMPLE_START_MS,
  sampleCapture,
  sampleFrame,
  sampleResult,
  sampleSessionEvents,
} from '../support/sample-records.ts';
import { captureMessage, createScriptedSource, framesMessage, message } from '../support/scripted-source.ts';

let server: TestClickHouse;

beforeAll(async () => {
  server = await startTestClickHouse();
});

afterAll(async () => {
  await server?.close();
});

async function setUp(database: string) {
  const settings = { url: server.url, database };
  await migrate(settings, { retention: { frameDays: 0, resultDays: 0, eventDays: 0 } });
  const store = createStore(settings);
  const source = createScriptedSource();
  const dead: BrokenRecord[] = [];
  const sink = createSink({
    source,
    store,
    deadLetter: async (broken) => {
      dead.push(broken);
    },
  });
  await sink.start();
  return { store, source, dead, sink };
}

/** Every number that people read: tables, rollups and views. */
async function everything(store: Store): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  const queries = {
    verdicts: 'SELECT verdict, count() AS n FROM frames GROUP BY verdict ORDER BY verdict',
    frames: 'SELECT * EXCEPT inserted_at FROM frames ORDER BY session_id, seq LIMIT 20',
    checks:
      'SELECT check_id, count() AS n, round(sum(score)) AS s FROM frame_checks GROUP BY check_id ORDER BY check_id',
    frameMinutes: 'SELECT * FROM frames_by_minute ORDER BY ALL',
    hintMinutes: 'SELECT * FROM hints_by_minute ORDER BY ALL',
    reasons: 'SELECT * FROM reject_reasons ORDER BY ALL',
    latencyMinutes: 'SELECT * FROM latency_by_minute ORDER BY ALL',
    latency: 'SELECT * FROM latency_percentiles ORDER BY ALL',
    funnel: 'SELECT * FROM funnel ORDER BY ALL',
    sessions: 'SELECT * EXCEPT nodes, arraySort(nodes) AS nodes FROM sessions ORDER BY session_id',
    captures: 'SELECT * EXCEPT inserted_at FROM captures ORDER BY capture_id',
    results: 'SELECT * EXCEPT inserted_at FROM results ORDER BY capture_id',
    measurements: 'SELECT * EXCEPT inserted_at FROM measurements ORDER BY ALL',
    events: 'SELECT * EXCEPT inserted_at FROM events ORDER BY event_id',
  };
  for (const [name, sql] of Object.entries(queries)) answers[name] = await store.query(sql);
  return answers;
}

/** Three sessions of 90 frames: two with a capture, one of them with a result. */
function messages() {
  const frames = ['s1', 's2', 's3'].flatMap((session) =>
    Array.from({ length: 90 }, (_, i) => sampleFrame(session, i + 1, { intervalMs: 1000 })),
  );
  return {
    METRICS: Array.from({ length: 9 }, (_, i) => framesMessage(frames.slice(i * 30, i * 30 + 30))),
    CAPTURES: [captureMessage(sampleCapture('c1', 's1')), captureMessage(sampleCapture('c2', 's2'))],
    RESULTS: [message(sampleResult('c1', 's1'))],
    EVENTS: [
      ...['s1', 's2', 's3'].flatMap(sampleSessionEvents),
      {
        ...sampleSessionEvents('s1')[0]!,
        eventId: 'requested-1',
        entity: 'capture',
        entityId: 'c1',
        event: 'requested',
        details: { sessionId: 's1', trigger: 'auto', seq: 3 },
      },
    ].map((event) => message(event)),
  };
}

const MERGED_TABLES = [
  'frames_stored',
  'frame_minutes',
  'latency_minutes',
  'sessions_stored',
  'events_stored',
  'captures_stored',
  'results_stored',
  'measurements_stored',
];
const STREAMS = ['METRICS', 'CAPTURES', 'RESULTS', 'EVENTS'] as const;

describe('what the sink stores', () => {
  it('can be asked for by the plain names, and adds up', async () => {
    const { store, source, dead } = await setUp('fg_plain');
    const batches = messages();
    for (const stream of STREAMS) await source.deliver(stream, batches[stream]);
    expect(dead).toEqual([]);
    const answers = await everything(store);
    expect(answers.verdicts).toEqual([
      { verdict: 'adjust', n: expect.toSatisfy((n) => Number(n) === 180) },
      { verdict: 'pass', n: expect.toSatisfy((n) => Number(n) === 90) },
    ]);
    const frames = (
      await store.query<{ n: string; m: string }>(
        `SELECT toString((SELECT sum(frames) FROM frames_by_minute)) AS n,
              toString((SELECT sum(frames) FROM hints_by_minute)) AS m`,
      )
    )[0];
    expect(frames).toEqual({ n: '270', m: '180' });
    expect(answers.funnel).toEqual([expect.objectContaining({ profile: 'face-skin', day: '2025-06-02' })]);
    const [funnel] = answers.funnel as Record<string, unknown>[];
    expect(
      ['sessions', 'face_seen', 'passed', 'capture_requested', 'capture_accepted', 'result_done'].map(
        (step) => Number(funnel?.[step]),
      ),
    ).toEqual([3, 3, 3, 2, 2, 1]);
    expect(answers.reasons).toEqual([expect.objectContaining({ reason: 'come-closer', share: 1 })]);
    expect(answers.sessions).toEqual(
      ['s1', 's2', 's3'].map((id) =>
        expect.objectContaining({
          session_id: id,
          profile: 'face-skin',
          started_at: '2025-06-02 12:00:00.000',
          ended_at: '2025-06-02 12:00:09.000',
          end_reason: 'bye',
          nodes: ['edge-1', 'edge-2'],
          locale: 'de-DE',
          consent_store: true,
          consent_training: false,
        }),
      ),
    );
    expect(answers.measurements).toEqual([
      expect.objectContaining({ metric: 'eyes-open', region: '', value: null }),
      expect.objectContaining({
        metric: 'ita',
        region: 'forehead',
        value: 31.5,
        confidence: expect.closeTo(0.8),
      }),
      expect.objectContaining({ metric: 'sharpness', model: 'face-detector@1.0.0 face-mesh@1.0.0' }),
    ]);
    expect(await readResults(store, 'c1')).toEqual([
      {
        captureId: 'c1',
        kind: 'face-quality',
        status: 'done',
        finishedAtMs: SAMPLE_START_MS + 2000,
        result: { tone: { monk: 4, itaDeg: 31.5 }, note: 'é\n✓' },
        error: null,
      },
    ]);
    expect(await readSummary(store)).toEqual({ sessions: 3, frames: 270, captures: 2, results: 1 });
    await store.close();
  });

  it('joins results of uploads by the ids that their callers gave', async () => {
    const { store, source, dead } = await setUp('fg_uploads');
    const correlation = { requestId: 'request-1', analysisSessionId: 'visit-1', frameSeq: '3' };
    const upload = { ...sampleResult('job-1', 'visit-1'), profile: 'upload' as const, correlation };
    await source.deliver('RESULTS', [message(sampleResult('c1', 's1')), message(upload)]);
    expect(dead).toEqual([]);
    const rows = await store.query(
      `SELECT m.metric AS metric, r.job_id AS job_id, r.profile AS profile, r.frame_seq AS frame_seq
       FROM results AS r JOIN measurements AS m ON m.capture_id = r.capture_id
       WHERE r.request_id = 'request-1' AND r.analysis_session_id = 'visit-1' ORDER BY metric LIMIT 1`,
    );
    expect(rows).toEqual([{ metric: 'eyes-open', job_id: 'job-1', profile: 'upload', frame_seq: '3' }]);
    await store.close();
  });

  it('gives a frame back as it was', async () => {
    const { store, source } = await setUp('fg_frame');
    const whole = sampleFrame('s', 2);
    const bare = {
      ...sampleFrame('s', 3),
      face: null,
      faceCount: 0,
      checks: [],
      models: [],
      hint: 'no-face',
      verdict: 'error',
      errorCode: 'image-corrupt',
      node: 'k\u00f6ln-✓',
    };
    await source.deliver('METRICS', [framesMessage([whole, bare])]);
    const [stored, storedBare] = await store.query<Record<string, unknown>>(
      'SELECT * FROM frames ORDER BY seq',
    );
    const value = Object.fromEntries(
      whole.checks.flatMap(({ id, value: v }) => (v === null ? [] : [[id, expect.closeTo(v, 3)]])),
    );
    expect(stored).toMatchObject({
      session_id: 's',
      node: 'edge-1',
      verdict: 'adjust',
      hint: 'come-closer',
      received_at: '2025-06-02 12:00:00.200',
      check_value: value,
      check_score: Object.fromEntries(whole.checks.map(({ id, score }) => [id, score])),
      check_status: Object.fromEntries(whole.checks.map(({ id, status }) => [id, status])),
      yaw_deg: expect.closeTo(whole.face!.yawDeg, 4),
      frame_bytes: whole.frameBytes,
      models: { 'face-detector': '1.0.0', 'face-mesh': '1.0.0' },
    });
    expect(Object.keys(stored?.check_status as object)).toEqual([...MEASURE_IDS]);
    expect(stored?.check_value).not.toHaveProperty('motion');
    expect(storedBare).toMatchObject({
      node: 'köln-✓',
      verdict: 'error',
      error_code: 'image-corrupt',
      hint: 'no-face',
      yaw_deg: null,
      face_x: null,
      check_value: {},
      models: {},
    });

    // What any other client would insert as JSON is the same row.
    await store.command('CREATE TABLE as_json AS frames_stored');
    await store.insert('as_json', [frameJsonRow(whole)]);
    const same = 'SELECT * EXCEPT inserted_at FROM {table:Identifier} WHERE seq = 2';
    expect(await store.query(same, { table: 'as_json' })).toEqual(
      await store.query(same, { table: 'frames_stored' }),
    );
    await store.close();
  });

  it('changes no number when everything is delivered again, in other batches, at any time', async () => {
    const { store, source } = await setUp('fg_again');
    // As long as nothing is merged, every repetition is really there.
    for (const table of MERGED_TABLES) await store.command(`SYSTEM STOP MERGES ${table}`);
    const batches = messages();
    for (const stream of STREAMS) await source.deliver(stream, batches[stream]);
    const before = await everything(store);
    for (const stream of STREAMS) {
      await source.deliver(stream, batches[stream]);
      for (const single of [...batches[stream]].reverse()) await source.deliver(stream, [single]);
    }
    const stored = await store.query<{ n: string }>('SELECT toString(count()) AS n FROM frames_stored');
    expect(stored[0]?.n).toBe('810');
    expect(await everything(store)).toEqual(before);
    for (const table of MERGED_TABLES) {
      await store.command(`SYSTEM START MERGES ${table}`);
      await store.command(`OPTIMIZE TABLE ${table} FINAL`);
    }
    const [merged] = await store.query<{ n: string }>('SELECT toString(count()) AS n FROM frames_stored');
    expect(merged?.n).toBe('270');
    expect(await everything(store)).toEqual(before);
    await store.close();
  });

  it('keeps the later of two results of one kind', async () => {
    const { store, source } = await setUp('fg_later');
    const first = {
      ...sampleResult('c', 's'),
      status: 'failed',
      result: null,
      error: { code: 'x', message: 'y' },
    };
    const second = { ...sampleResult('c', 's'), finishedAtMs: first.finishedAtMs + 60_000, attempt: 2 };
    await source.deliver('RESULTS', [message(second)]);
    await source.deliver('RESULTS', [message(first)]);
    expect(await readResults(store, 'c')).toMatchObject([{ status: 'done', error: null }]);
    await store.close();
  });

  it('has percentiles within 2.5 % of the exact ones', async () => {
    const { store, source } = await setUp('fg_latency');
    const frames = Array.from({ length: 500 }, (_, i) => {
      const frame = sampleFrame('s', i + 1, { intervalMs: 100 });
      return { ...frame, timing: { ...frame.timing, totalMs: 5 + ((i * 97) % 500) / 10 } };
    });
    await source.deliver('METRICS', [framesMessage(frames)]);
    const [exact] = await store.query<{ p50: number; p99: number }>(
      'SELECT quantileExact(0.5)(total_ms) AS p50, quantileExact(0.99)(total_ms) AS p99 FROM frames',
    );
    const [rollup] = await store.query<{ p50_ms: number; p99_ms: number; frames: string }>(
      "SELECT * FROM latency_percentiles WHERE stage = 'total'",
    );
    expect(Number(rollup?.frames)).toBe(500);
    expect(Math.abs(rollup!.p50_ms / exact!.p50 - 1)).toBeLessThan(0.026);
    expect(Math.abs(rollup!.p99_ms / exact!.p99 - 1)).toBeLessThan(0.026);
    await store.close();
  });
});

describe('trouble', () => {
  it('a row that ClickHouse itself refuses ends with the dead letters, and only that one', async () => {
    const { store, source, dead } = await setUp('fg_poison');
    // A column that a newer release made stricter than this one's schema.
    await store.command('ALTER TABLE events_stored ADD CONSTRAINT strict CHECK 1');
    await store.command("ALTER TABLE captures_stored MODIFY COLUMN source Enum8('still' = 1)");
    const captures = Array.from({ length: 20 }, (_, i) => ({
      ...sampleCapture(`c${i}`, 's'),
      source: i === 7 ? 'frame' : 'still',
    }));
    await source.deliver('CAPTURES', captures.map(captureMessage));
    expect(dead.map((broken) => (JSON.parse(broken.record) as { captureId: string }).captureId)).toEqual([
      'c7',
    ]);
    expect((await readSummary(store)).captures).toBe(19);
    await store.close();
  });

  it('a store killed in the middle costs no row and doubles none', async () => {
    const { store, source, dead } = await setUp('fg_killed');
    const batches = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: 5 }, (_, j) =>
        framesMessage(Array.from({ length: 100 }, (_, k) => sampleFrame('s', 1 + i * 500 + j * 100 + k))),
      ),
    );
    let tries = 0;
    let restarted: Promise<void> | null = null;
    for (const [i, batch] of batches.entries()) {
      // The fourth batch is under way while the server dies, and it stays away for a while.
      if (i === 4) restarted = server.kill().then(() => server.restart());
      tries += await source.deliverUntilAcked('METRICS', batch, async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
      });
    }
    await restarted;
    expect(tries).toBeGreaterThan(batches.length);
    expect(dead).toEqual([]);
    const [counts] = await store.query<Record<string, string>>(
      `SELECT toString(count()) AS frames, toString(uniqExact(seq)) AS seqs,
              toString((SELECT sum(frames) FROM frames_by_minute)) AS rollup FROM frames`,
    );
    expect(counts).toEqual({ frames: '6000', seqs: '6000', rollup: '6000' });
    await store.close();
  });
});

describe('framegate sql', () => {
  it('writes tables for people, any format for tools, and refuses with the code', async () => {
    const { store, source } = await setUp('fg_sql');
    await source.deliver('METRICS', [framesMessage([sampleFrame('s', 1), sampleFrame('s', 3)])]);
    const { Writable } = await import('node:stream');
    const print = async (sql: string, format?: string): Promise<string> => {
      let printed = '';
      const output = new Writable({
        highWaterMark: 1,
        write(chunk: Buffer, _, done) {
          printed += chunk.toString();
          setImmediate(done);
        },
      });
      await runSql(store, sql, { format, output });
      await new Promise<void>((resolve) => output.end(resolve));
      return printed;
    };
    const sql = 'SELECT verdict, count() AS frames FROM frames GROUP BY verdict ORDER BY verdict';
    expect(await print(sql)).toMatch(/ ┌─verdict─┬─frames─┐\n.*│ adjust +│ +1 │\n.*│ pass +│ +1 │\n +└/);
    expect(await print(sql, 'CSVWithNames')).toBe('"verdict","frames"\n"adjust",1\n"pass",1\n');
    expect(await print(`${sql} FORMAT TSV`, 'JSON')).toBe('adjust\t1\npass\t1\n');
    expect((await print('SELECT number FROM numbers(200000)', 'TSV')).split('\n').length).toBe(200_001);
    await expect(print('SELECT * FROM nowhere')).rejects.toMatchObject({
      code: 'query-failed',
      message: expect.stringContaining('nowhere'),
      details: { clickhouseCode: 60 },
    });
    await store.close();
  });
});
