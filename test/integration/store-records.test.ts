import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableRecord } from '../../src/protocol/body-captures.ts';
import { type KeptCapture, startCaptureSweep } from '../../src/store/capture-sweep.ts';
import { createStore } from '../../src/store/client.ts';
import { createErasures } from '../../src/store/erasures.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type BrokenRecord, createSink } from '../../src/store/sink.ts';
import type { Store } from '../../src/store/types.ts';
import {
  adjustmentRecord,
  auditRecord,
  bodyCaptureRecord,
  erasureRecord,
  labelRecord,
  RECORDED_MS,
  recordsOf,
  tableRecord,
  userRecord,
} from '../support/body-records.ts';
import { startTestClickHouse, type TestClickHouse } from '../support/embedded-clickhouse.ts';
import { sampleCapture, sampleFrame, sampleResult, sampleSessionEvents } from '../support/sample-records.ts';
import { captureMessage, createScriptedSource, framesMessage, message } from '../support/scripted-source.ts';

const RETENTION = { frameDays: 0, resultDays: 0, eventDays: 0 };
let server: TestClickHouse;

beforeAll(async () => {
  server = await startTestClickHouse();
});

afterAll(async () => {
  await server?.close();
});

async function setUp(database: string) {
  const settings = { url: server.url, database };
  await migrate(settings, { retention: RETENTION });
  const store = createStore(settings);
  const source = createScriptedSource();
  const dead: BrokenRecord[] = [];
  const late: Readonly<Record<string, number>>[] = [];
  const sink = createSink({
    source,
    store,
    erasures: createErasures({
      store,
      nowMs: () => RECORDED_MS + 9000,
      onLate: (rows) => late.push(rows),
    }),
    deadLetter: async (broken) => {
      dead.push(broken);
    },
  });
  await sink.start();
  const deliver = (...records: readonly TableRecord[]) =>
    source.deliver(
      'RECORDS',
      records.map((record) => ({ ...message(record), storedAtMs: RECORDED_MS })),
    );
  return { store, source, deliver, dead, late };
}

const TABLES = [
  'users',
  'body_captures',
  'capture_metrics',
  'artifacts',
  'labels',
  'user_adjustments',
  'user_adjustments_history',
  'adjustments',
  'audit_logs',
  'erasures',
];

async function everything(store: Store): Promise<Record<string, unknown[]>> {
  const answers: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    answers[table] = await store.query(`SELECT * EXCEPT inserted_at FROM ${table} ORDER BY ALL`);
  }
  return answers;
}

/** Rows that speak of an id, whatever the column, stored doubles included. */
async function mentions(store: Store, id: string): Promise<Record<string, number>> {
  const columns = await store.query<{ table: string; name: string }>(
    `SELECT table, name FROM system.columns
     WHERE database = {database:String} AND type IN ('String', 'Nullable(String)', 'LowCardinality(String)')
       AND table IN (SELECT name FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree')`,
    { database: store.database },
  );
  const found: Record<string, number> = {};
  for (const table of new Set(columns.map((column) => column.table))) {
    const condition = columns
      .filter((column) => column.table === table)
      .map(({ name }) => `position(ifNull(\`${name}\`, ''), {id:String}) > 0`)
      .join(' OR ');
    const [row] = await store.query<{ n: string }>(
      `SELECT toString(count()) AS n FROM ${table} WHERE ${condition}`,
      { id },
    );
    if (Number(row?.n) > 0) found[table] = Number(row?.n);
  }
  return found;
}

/** What the proof itself keeps: whose late rows are turned away, and who was forgotten. */
const PROOF = { erased_ids: 1, erasures_stored: 1 };

describe('records of history', () => {
  it('arrive in their tables, times and JSON as people query them', async () => {
    const { store, deliver, dead } = await setUp('fg_records');
    await deliver(...recordsOf('u1', 'c1'));
    expect(dead).toEqual([]);
    const stored = await everything(store);
    expect(stored.users).toEqual([
      expect.objectContaining({
        id: 'u1',
        role: 'user',
        created_at: '2025-06-02 12:00:00.000',
        last_login: null,
      }),
    ]);
    expect(stored.body_captures).toMatchObject([
      { id: 'c1', user_id: 'u1', store_images: true, status: 'queued' },
    ]);
    expect(stored.capture_metrics).toMatchObject([
      { capture_id: 'c1', skin_json: 'null', latest_adjustment_id: null },
    ]);
    expect(stored.artifacts).toMatchObject([
      { bucket_path: 'raw-captures/c1/front.jpg', remove_at: '2025-06-02 12:00:01.000', removed_at: null },
    ]);
    expect(stored.labels).toMatchObject([{ labeler_id: 'labeler', approved: true }]);
    expect(stored.audit_logs).toMatchObject([
      {
        actor_id: 'u1',
        action: 'capture.read',
        metadata: '{"from":"here"}',
        timestamp: '2025-06-02 12:00:00.000',
      },
    ]);
    expect(stored.adjustments).toMatchObject([
      {
        kind: 'body',
        metric: 'waist_circumference_cm',
        original_value: 75,
        adjusted_value: 76.5,
        actor: 'u1',
      },
    ]);
    await store.close();
  });

  it('change no count when they are delivered again, and a later state wins in any order', async () => {
    const { store, deliver } = await setUp('fg_records_again');
    const records = [
      ...recordsOf('u1', 'c1'),
      bodyCaptureRecord('c1', 'u1', { status: 'done', revision: 3 }),
      bodyCaptureRecord('c1', 'u1', { status: 'processing', revision: 2 }),
    ];
    await deliver(...records);
    const before = await everything(store);
    await deliver(...[...records].reverse());
    for (const record of records) await deliver(record);
    const after = await everything(store);
    expect(after).toEqual(before);
    expect(after.body_captures).toMatchObject([{ status: 'done' }]);
    await store.close();
  });

  it('of an account are ordered by when the stream got them', async () => {
    const { store, source } = await setUp('fg_records_users');
    const at = (storedAtMs: number, role: string) => ({ ...message(userRecord('u1', { role })), storedAtMs });
    await source.deliver('RECORDS', [at(RECORDED_MS + 2, 'admin')]);
    await source.deliver('RECORDS', [at(RECORDED_MS + 1, 'user')]);
    expect(await store.query('SELECT role FROM users')).toEqual([{ role: 'admin' }]);
    await store.close();
  });

  it('keep every revision of an adjustment', async () => {
    const { store, deliver } = await setUp('fg_records_history');
    const decided = {
      approved: true,
      approver_id: 'tailor',
      approved_at_ms: RECORDED_MS + 60_000,
      revision: 2,
    };
    await deliver(adjustmentRecord('a1', 'c1', 'u1', decided), adjustmentRecord('a1', 'c1', 'u1'));
    await store.command('OPTIMIZE TABLE user_adjustments_stored FINAL');
    expect(await store.query('SELECT approved, approver_id FROM user_adjustments')).toEqual([
      { approved: true, approver_id: 'tailor' },
    ]);
    expect(
      await store.query('SELECT approved, approver_id FROM user_adjustments_history ORDER BY revision'),
    ).toEqual([
      { approved: null, approver_id: null },
      { approved: true, approver_id: 'tailor' },
    ]);
    await store.close();
  });

  it('that cannot be stored end with the dead letters, with the reason, and hold up nothing', async () => {
    const { store, deliver, dead } = await setUp('fg_records_broken');
    await deliver(
      tableRecord('users', { id: 'u1' }),
      auditRecord('a1', 'u1', { timestamp_ms: 5 }),
      erasureRecord('e1', 'user', 'anonymous'),
      userRecord('u2'),
    );
    expect(dead.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('role'),
      'time 5 is not near now',
      expect.stringContaining('nobody in particular'),
    ]);
    expect(await store.query('SELECT id FROM users')).toEqual([{ id: 'u2' }]);
    await store.close();
  });
});

describe('an erasure', () => {
  /** Two accounts with everything that ClickHouse may know of them. */
  async function setUpTwo(database: string) {
    const parts = await setUp(database);
    const { source, deliver } = parts;
    for (const [user, body] of [
      ['user-a', 'body-a'],
      ['user-b', 'body-b'],
    ] as const) {
      const session = `session-${user}`;
      const live = `live-${user}`;
      await deliver(...recordsOf(user, body));
      await source.deliver('METRICS', [framesMessage([sampleFrame(session, 1), sampleFrame(session, 2)])]);
      await source.deliver('CAPTURES', [captureMessage({ ...sampleCapture(live, session), subject: user })]);
      await source.deliver('RESULTS', [
        message(sampleResult(live, session)),
        message(sampleResult(`job-${user}`, `job-${user}`)),
      ]);
      await source.deliver(
        'EVENTS',
        sampleSessionEvents(session).map((event) => message({ ...event, actor: user })),
      );
      await parts.store.insert('adjustments_stored', [
        {
          adjustment_id: `old-${body}`,
          capture_id: `live-${user}`,
          metric: 'ita',
          adjusted_at: 0,
          updated_at: 0,
        },
      ]);
    }
    return parts;
  }

  it('of an account removes it from every table, and leaves everybody else as they were', async () => {
    const { store, deliver, dead } = await setUpTwo('fg_erase_user');
    const ids = ['user-a', 'body-a', 'session-user-a', 'live-user-a', 'job-user-a'];
    const others = ['user-b', 'body-b', 'session-user-b', 'live-user-b', 'job-user-b'];
    const counted = async (list: readonly string[]) => Promise.all(list.map((id) => mentions(store, id)));
    const before = await counted(others);
    // That the comparison below looks at all tables that know people.
    expect(new Set((await counted(ids)).flatMap((tables) => Object.keys(tables)))).toEqual(
      new Set(
        [
          ...['users', 'body_captures', 'capture_metrics', 'artifacts', 'labels', 'user_adjustments'],
          ...[
            'audit_logs',
            'frames',
            'captures',
            'results',
            'measurements',
            'adjustments',
            'events',
            'sessions',
          ],
        ]
          .map((name) => `${name}_stored`)
          .concat('frame_minutes'),
      ),
    );
    await deliver(
      auditRecord('audit-2', 'admin', { resource_type: 'user', resource_id: 'user-a' }),
      adjustmentRecord('other', 'body-b', 'user-a', { approver_id: 'user-a' }),
      labelRecord('other', 'body-b', 'user-a'),
      erasureRecord('e1', 'user', 'user-a', { capture_ids: ['body-a', 'job-user-a'] }),
    );
    expect(dead).toEqual([]);
    const [user, body, ...rest] = await counted(ids);
    expect(user).toEqual({ ...PROOF, erased_ids: 4 });
    // The audit trail says that this capture was read, not by whom.
    expect(body).toEqual({ erased_ids: 1, audit_logs_stored: 1 });
    expect(rest).toEqual(rest.map(() => ({ erased_ids: 1 })));
    const afterwards = await counted(others);
    expect(afterwards[1]).toEqual({ ...before[1], user_adjustments_stored: 2, labels_stored: 2 });
    expect([afterwards[0], ...afterwards.slice(2)]).toEqual([before[0], ...before.slice(2)]);

    const pseudonym = `erased:${createHash('sha256').update('user-a').digest('hex')}`;
    expect(
      await store.query('SELECT id, actor_id, action, resource_id, metadata FROM audit_logs ORDER BY id'),
    ).toEqual([
      expect.objectContaining({ id: 'audit-2', actor_id: 'admin', resource_id: pseudonym, metadata: '{}' }),
      expect.objectContaining({ actor_id: pseudonym, action: 'capture.read', metadata: '{}' }),
      expect.objectContaining({ actor_id: 'user-b', metadata: '{"from":"here"}' }),
    ]);
    expect(await store.query("SELECT user_id, approver_id FROM user_adjustments WHERE id = 'other'")).toEqual(
      [{ user_id: pseudonym, approver_id: pseudonym }],
    );
    expect(await store.query("SELECT labeler_id FROM labels WHERE id = 'other'")).toEqual([
      { labeler_id: pseudonym },
    ]);
    expect(await store.query('SELECT * EXCEPT inserted_at FROM erasures')).toEqual([
      {
        id: 'e1',
        subject_type: 'user',
        subject_id: 'user-a',
        requested_at: '2025-06-02 12:00:05.000',
        finished_at: '2025-06-02 12:00:09.000',
        rows: expect.objectContaining({ users: expect.toSatisfy((n) => Number(n) === 1) }),
      },
    ]);
    await store.close();
  });

  it('of a capture removes its rows only, those in the same batch too', async () => {
    const { store, deliver, late } = await setUp('fg_erase_capture');
    await deliver(
      ...recordsOf('u1', 'c1'),
      ...recordsOf('u1', 'c2'),
      erasureRecord('e1', 'capture', 'c1'),
      ...recordsOf('u2', 'c3'),
    );
    const stored = await everything(store);
    const captures = (rows: unknown[] | undefined) =>
      rows?.map((row) => (row as { capture_id: string }).capture_id);
    for (const table of ['capture_metrics', 'artifacts', 'labels', 'user_adjustments', 'adjustments'])
      expect([table, captures(stored[table])]).toEqual([table, ['c2', 'c3']]);
    expect(stored.users).toHaveLength(2);
    expect(stored.body_captures).toMatchObject([{ id: 'c2' }, { id: 'c3' }]);
    // They were there before it, and it found them; none came behind it.
    expect(stored.erasures).toMatchObject([{ rows: { body_captures: expect.anything() } }]);
    expect(late).toEqual([]);
    await store.close();
  });

  it('of more ids than one statement takes reaches the last of them', async () => {
    const { store, source, deliver } = await setUp('fg_erase_many');
    const many = (count: number) => Array.from({ length: count }, () => randomUUID());
    await deliver(...recordsOf('u1', 'the-last'));
    await source.deliver('METRICS', [framesMessage([sampleFrame('s1', 1), sampleFrame('s2', 1)])]);
    const ids = { capture_ids: [...many(2500), 'the-last'], session_ids: [...many(1500), 's1'] };
    await deliver(erasureRecord('e1', 'user', 'u2', ids));
    expect(Object.keys(await mentions(store, 'the-last')).sort()).toEqual([
      'audit_logs_stored',
      'erased_ids',
    ]);
    expect(await store.query('SELECT session_id FROM frames')).toEqual([{ session_id: 's2' }]);
    await store.close();
  });

  it('that is delivered again changes nothing, its proof included', async () => {
    const { store, deliver, late } = await setUp('fg_erase_again');
    const erasure = erasureRecord('e1', 'user', 'u1', { capture_ids: ['c1'] });
    await deliver(...recordsOf('u1', 'c1'), ...recordsOf('u2', 'c2'), erasure);
    const before = await everything(store);
    await deliver(erasure);
    await deliver(erasure, erasure);
    expect(await everything(store)).toEqual(before);
    expect(late).toEqual([]);
    await store.close();
  });

  it('stays done: whatever comes late of the erased is gone when its batch is acknowledged', async () => {
    const { store, source, deliver, late } = await setUpTwo('fg_erase_late');
    await deliver(erasureRecord('e1', 'user', 'user-a', { capture_ids: ['body-a', 'job-user-a'] }));
    const gone = await mentions(store, 'user-a');
    await deliver(...recordsOf('user-a', 'body-a'), bodyCaptureRecord('body-new', 'user-a'));
    await source.deliver('METRICS', [
      framesMessage([sampleFrame('session-user-a', 3), sampleFrame('session-x', 1)]),
    ]);
    await source.deliver('CAPTURES', [
      captureMessage({ ...sampleCapture('live-new', 'session-new'), subject: 'user-a' }),
    ]);
    await source.deliver('RESULTS', [message(sampleResult('job-user-a', 'visit'))]);
    // Of a session that only the rows above have told of.
    await source.deliver('METRICS', [framesMessage([sampleFrame('session-new', 1)])]);
    await source.deliver('EVENTS', [
      message({ ...sampleSessionEvents('session-late')[0]!, actor: 'user-a' }),
    ]);
    expect(late.length).toBe(6);
    expect({ ...(await mentions(store, 'user-a')), erased_ids: 0 }).toEqual({ ...gone, erased_ids: 0 });
    for (const id of ['live-new', 'session-new', 'body-new', 'visit'])
      expect(Object.keys(await mentions(store, id)).filter((table) => table !== 'erased_ids')).toEqual([]);
    expect(await mentions(store, 'session-x')).toEqual({ frames_stored: 1, frame_minutes: 1 });
    await store.close();
  });

  it('takes a capture that is still in its stream with it, whose rows will never come', async () => {
    const { store, deliver } = await setUpTwo('fg_erase_kept');
    await deliver(erasureRecord('e1', 'user', 'user-a'));
    const kept = (captureId: string, streamSeq: number): KeptCapture => ({
      captureId,
      streamSeq,
      profile: 'face-skin',
      isDelivered: true,
      again: 0,
      message: captureMessage({}),
    });
    const removed: string[] = [];
    const sweep = startCaptureSweep({
      shelf: {
        oldest: async () => [kept('live-user-a', 1), kept('live-user-b', 2)],
        remove: async ({ captureId }) => {
          removed.push(captureId);
          return true;
        },
        putBack: async () => {},
        result: async () => null,
        bury: async () => {},
      },
      store,
      sink: { take: async () => {} },
      kindsOf: () => ['never'],
      everyMs: 3_600_000,
    });
    await sweep.sweep();
    await sweep.stop();
    expect(removed).toEqual(['live-user-a']);
    await store.close();
  });
});
