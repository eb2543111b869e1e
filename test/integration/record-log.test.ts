import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBatchSource } from '../../src/bus/consume-batches.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createRecordLog } from '../../src/bus/record-log.ts';
import { trimAcknowledged } from '../../src/bus/trim-acknowledged.ts';
import type { TableRecord } from '../../src/protocol/body-captures.ts';
import { createStore } from '../../src/store/client.ts';
import { createErasures } from '../../src/store/erasures.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type BrokenRecord, createSink } from '../../src/store/sink.ts';
import type { Store } from '../../src/store/types.ts';
import { erasureRecord, recordsOf, userRecord } from '../support/body-records.ts';
import { startTestClickHouse, type TestClickHouse } from '../support/embedded-clickhouse.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { createSignalCount } from '../support/signal-count.ts';

describe.skipIf(natsServerMissing !== null)('the record log', () => {
  let nats: TestNatsServer;
  let clickHouse: TestClickHouse;
  let bus: Bus;
  let store: Store;

  beforeAll(async () => {
    [nats, clickHouse] = await Promise.all([
      startNatsServer({ maxPayloadBytes: 256 * 1024 }),
      startTestClickHouse(),
    ]);
    bus = await createBus({ servers: nats.url, name: 'test' });
    await ensureTopology(bus);
    const settings = { url: clickHouse.url, database: 'fg_record_log' };
    await migrate(settings, { retention: { frameDays: 0, resultDays: 0, eventDays: 0 } });
    store = createStore(settings);
  });
  afterAll(async () => {
    await bus?.close();
    await store?.close();
    await nats?.close();
    await clickHouse?.close();
  });

  const stored = async () => (await bus.nats.manager.streams.info('RECORDS')).state.messages;

  it('puts a record on the stream once, and does not let one that is too large take others with it', async () => {
    let dropped = 0;
    const log = createRecordLog(bus, { onDropped: (records) => (dropped += records) });
    const { table, recordId, row } = userRecord('u.1 ä');
    log.write(table, recordId, row);
    log.write(table, recordId, row);
    log.write('users', 'large', { id: 'large', consent_flags: 'x'.repeat(300_000) });
    log.write('users', 'next', userRecord('u2').row);
    await log.put(table, recordId, row);
    await log.close();
    expect(dropped).toBe(1);
    expect(await stored()).toBe(2);
    const found = await bus.nats.manager.streams.getMessage('RECORDS', {
      last_by_subj: 'framegate.records.users.u%2e1%20%c3%a4',
    });
    expect(found?.json<TableRecord>()).toEqual({ table, recordId, row });
    await bus.nats.manager.streams.purge('RECORDS');
  });

  it('reaches ClickHouse, and the stream keeps nothing of what is stored', async () => {
    const dead: BrokenRecord[] = [];
    const acked = createSignalCount<number>();
    const sink = createSink({
      source: createBatchSource(bus, {
        onEvent: (event) => {
          if (event.type === 'acked') for (let i = 0; i < event.messages; i++) acked.add(i);
        },
      }),
      store,
      erasures: createErasures({ store }),
      deadLetter: async (broken) => void dead.push(broken),
      maxBatchWaitMs: 20,
    });
    await sink.start();
    const log = createRecordLog(bus);
    const records = [
      ...recordsOf('ann', 'c1'),
      ...recordsOf('ben', 'c2'),
      erasureRecord('e1', 'user', 'ann', { capture_ids: ['c1'] }),
    ];
    for (const { table, recordId, row } of records) log.write(table, recordId, row);
    await log.close();
    await acked.reached(records.length);
    await sink.stop();
    expect(dead).toEqual([]);
    expect(await store.query('SELECT id FROM users')).toEqual([{ id: 'ben' }]);
    expect(await store.query('SELECT subject_id FROM erasures')).toEqual([{ subject_id: 'ann' }]);
    expect(await stored()).toBe(records.length);
    // Looks once more as it ends.
    await trimAcknowledged(bus, { everyMs: 60_000 }).stop();
    expect(await stored()).toBe(0);
  });
});
