import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore } from '../../src/store/client.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type Migration, readMigrations } from '../../src/store/migration-files.ts';
import { withMigrationLock } from '../../src/store/migration-lock.ts';
import { missingTables } from '../../src/store/queries.ts';
import type { Store } from '../../src/store/types.ts';
import { startTestClickHouse, type TestClickHouse } from '../support/embedded-clickhouse.ts';

const RETENTION = { frameDays: 30, resultDays: 365, eventDays: 730 };
let server: TestClickHouse;
const stores: Store[] = [];

beforeAll(async () => {
  server = await startTestClickHouse();
});

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await server?.close();
});

function connect(database: string): Store {
  const store = createStore({ url: server.url, database });
  stores.push(store);
  return store;
}

const run = (database: string, options: Partial<Parameters<typeof migrate>[1]> = {}) =>
  migrate({ url: server.url, database }, { retention: RETENTION, ...options });

async function ttls(store: Store): Promise<Record<string, string>> {
  const rows = await store.query<{ name: string; ttl: string }>(
    `SELECT name, extract(engine_full, 'TTL (.*?)(?: SETTINGS|$)') AS ttl FROM system.tables
     WHERE database = {database:String} AND engine LIKE '%MergeTree'`,
    { database: store.database },
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.ttl]));
}

/** A migration that counts how often it ran. */
function counting(id: number, name: string): Migration {
  const template = `CREATE TABLE IF NOT EXISTS runs (name String) ENGINE = MergeTree ORDER BY name;
    INSERT INTO runs SELECT '${name}' FROM numbers(1) WHERE sleep(0.05) = 0;`;
  return { id, name, checksum: `checksum of ${name}`, template };
}

describe('migrations', () => {
  it('make every table once, in a database of any name', async () => {
    const first = await run('fg_once');
    expect(first.applied).toEqual((await readMigrations()).map((migration) => migration.name));
    expect(await missingTables(connect('fg_once'))).toEqual([]);
    expect(await run('fg_once')).toEqual({ applied: [], retention: [] });
  });

  it('run once, in order and one at a time, when several processes begin together', async () => {
    const migrations = [counting(1, 'a'), counting(2, 'b'), counting(3, 'c')];
    const reports = await Promise.all(Array.from({ length: 6 }, () => run('fg_together', { migrations })));
    expect(reports.flatMap((report) => report.applied)).toEqual(['a', 'b', 'c']);
    const rows = await connect('fg_together').query(
      'SELECT name, count() AS n FROM runs GROUP BY name ORDER BY name',
    );
    expect(rows).toEqual(
      [
        { name: 'a', n: 1 },
        { name: 'b', n: 1 },
        { name: 'c', n: 1 },
      ].map((row) => ({ ...row, n: row.n })),
    );
  });

  it('go on where a process was killed half-way', async () => {
    const broken: Migration = { ...counting(2, 'b'), template: 'SELECT throwIf(1);' };
    await expect(run('fg_half', { migrations: [counting(1, 'a'), broken] })).rejects.toMatchObject({
      code: 'query-failed',
    });
    const report = await run('fg_half', { migrations: [counting(1, 'a'), counting(2, 'b')] });
    expect(report.applied).toEqual(['b']);
  });

  it('refuse a database whose migrations were edited, or are newer', async () => {
    await run('fg_edited', { migrations: [counting(1, 'a'), counting(2, 'b')] });
    const edited = { ...counting(1, 'a'), checksum: 'another' };
    await expect(run('fg_edited', { migrations: [edited, counting(2, 'b')] })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('other contents'),
    });
    await expect(run('fg_edited', { migrations: [counting(1, 'a')] })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('newer framegate'),
    });
  });

  it('set the TTLs of the configuration, and change only those that differ', async () => {
    await run('fg_ttl');
    const store = connect('fg_ttl');
    expect(await ttls(store)).toMatchObject({
      frames_stored: 'toDateTime(received_at) + toIntervalDay(30)',
      frame_minutes: 'minute + toIntervalDay(365)',
      events_stored: 'toDateTime(at) + toIntervalDay(730)',
    });
    const changed = await run('fg_ttl', { retention: { ...RETENTION, frameDays: 7, eventDays: 0 } });
    expect(changed.retention).toEqual([
      { table: 'frames_stored', days: 7 },
      { table: 'events_stored', days: 0 },
    ]);
    expect(await ttls(store)).toMatchObject({
      frames_stored: 'toDateTime(received_at) + toIntervalDay(7)',
      events_stored: '',
    });
    expect(
      (await run('fg_ttl', { retention: { ...RETENTION, frameDays: 7, eventDays: 0 } })).retention,
    ).toEqual([]);
  });

  it('keep what was measured of bodies for ever by default, and what accounts did for as long as configured', async () => {
    await run('fg_body_ttl', { retention: { ...RETENTION, auditDays: 100 } });
    const store = connect('fg_body_ttl');
    const body = ['body_captures', 'capture_metrics', 'artifacts', 'labels', 'user_adjustments'];
    expect(await ttls(store)).toMatchObject({
      audit_logs_stored: 'toDateTime(timestamp) + toIntervalDay(100)',
      erasures_stored: 'toDateTime(finished_at) + toIntervalDay(100)',
      // A stream keeps nothing for longer than a third of it.
      erased_ids: 'erased_at + toIntervalDay(90)',
      users_stored: '',
      ...Object.fromEntries(body.map((table) => [`${table}_stored`, ''])),
    });
    const changed = await run('fg_body_ttl', { retention: { ...RETENTION, auditDays: 100, bodyDays: 400 } });
    expect(changed.retention).toEqual(body.map((table) => ({ table: `${table}_stored`, days: 400 })));
    expect(await ttls(store)).toMatchObject({
      erased_ids: 'erased_at + toIntervalDay(90)',
      user_adjustments_stored: 'toDateTime(created_at) + toIntervalDay(400)',
    });
  });

  it('say when there is no server', async () => {
    const refused = migrate({ url: 'http://127.0.0.1:9', database: 'x' }, { retention: RETENTION });
    await expect(refused).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
  });
});

describe('the migration lock', () => {
  const table = 'lock_test.turns';

  beforeAll(async () => {
    const store = connect('default');
    await store.command('CREATE DATABASE IF NOT EXISTS lock_test');
    await store.command(
      `CREATE TABLE ${table} (owner String, ticket UInt32, version UInt64, expires_at DateTime64(3))
       ENGINE = ReplacingMergeTree(version) ORDER BY owner`,
    );
  });

  it('lets one in at a time, and everyone in the end', async () => {
    const store = connect('default');
    let inside = 0;
    let most = 0;
    let done = 0;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withMigrationLock(store, { table, pollMs: 5 }, async () => {
          inside++;
          most = Math.max(most, inside);
          await store.query('SELECT sleep(0.02)');
          inside--;
          done++;
        }),
      ),
    );
    expect([most, done]).toEqual([1, 8]);
  });

  it('passes on from a holder that died, once its lease is over, and from one that fails at once', async () => {
    const store = connect('default');
    await store.command(`INSERT INTO ${table} SELECT 'dead', 1, 1, now64(3) + toIntervalMillisecond(400)`);
    const startedMs = performance.now();
    await withMigrationLock(store, { table, pollMs: 5 }, async () => undefined);
    expect(performance.now() - startedMs).toBeGreaterThan(250);
    const fails = withMigrationLock(store, { table }, async () => {
      throw new Error('no');
    });
    await expect(fails).rejects.toThrow('no');
    await withMigrationLock(store, { table, waitMs: 1000 }, async () => undefined);
  });

  it('gives up on a holder that takes too long', async () => {
    const store = connect('default');
    await store.command(`INSERT INTO ${table} SELECT 'long', 1, 2, now64(3) + toIntervalSecond(2)`);
    const tooLong = withMigrationLock(store, { table, pollMs: 5, waitMs: 50 }, async () => undefined);
    await expect(tooLong).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
  });
});
