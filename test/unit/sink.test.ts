import { describe, expect, it } from 'vitest';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { type BrokenRecord, createSink, type SinkOptions, type SinkStream } from '../../src/store/sink.ts';
import { sampleCapture, sampleFrame, sampleResult, sampleSessionEvents } from '../support/sample-records.ts';
import { captureMessage, createScriptedSource, framesMessage, message } from '../support/scripted-source.ts';

interface Insert {
  table: string;
  clause: string;
  bytes: Buffer;
}

async function setUp(options: Partial<SinkOptions> & { refuse?: (insert: Insert) => Error | null } = {}) {
  const source = createScriptedSource();
  const inserts: Insert[] = [];
  const dead: BrokenRecord[] = [];
  const rows = new Map<string, number>();
  const sink = createSink({
    source,
    store: {
      insertBytes: async (table, clause, bytes) => {
        const insert = { table, clause, bytes: Buffer.from(bytes) };
        inserts.push(insert);
        const error = options.refuse?.(insert);
        if (error) throw error;
      },
    },
    deadLetter: async (broken) => {
      dead.push(broken);
    },
    onInserted: (inserted) => rows.set(inserted.table, (rows.get(inserted.table) ?? 0) + inserted.rows),
    ...options,
  });
  await sink.start();
  return { source, sink, inserts, dead, rows };
}

const dataError = () =>
  new FramegateError('query-failed', 'cannot parse', { details: { clickhouseCode: 27 } });

describe('the sink', () => {
  it('makes one insert a table of a whole batch of messages', async () => {
    const { source, inserts, rows } = await setUp();
    const frames = Array.from({ length: 100 }, (_, i) => sampleFrame('s', i + 1));
    await source.deliver('METRICS', [framesMessage(frames.slice(0, 40)), framesMessage(frames.slice(40))]);
    expect(inserts.map((insert) => insert.table)).toEqual(['frames_stored']);
    expect(inserts[0]?.clause).toMatch(/^\(session_id, seq, .*\) FORMAT RowBinary$/);
    expect(rows.get('frames_stored')).toBe(100);
  });

  it('takes a METRICS message that is one JSON array, too', async () => {
    const { source, rows, dead } = await setUp();
    await source.deliver('METRICS', [message([sampleFrame('s', 1), sampleFrame('s', 2)])]);
    expect([rows.get('frames_stored'), dead.length]).toEqual([2, 0]);
  });

  it('splits what is more than an insert should have', async () => {
    const { source, inserts, rows } = await setUp({ maxBatchRows: 50 });
    const batch = Array.from({ length: 12 }, (_, i) =>
      framesMessage(Array.from({ length: 10 }, (_, j) => sampleFrame('s', 1 + i * 10 + j))),
    );
    await source.deliver('METRICS', batch);
    expect(inserts.length).toBe(3);
    expect(rows.get('frames_stored')).toBe(120);
  });

  it('stores a result after its measurements, so that a result that is seen is complete', async () => {
    const { source, inserts, rows } = await setUp();
    await source.deliver('RESULTS', [message(sampleResult('c', 's'))]);
    expect(inserts.map((insert) => insert.table)).toEqual(['measurements_stored', 'results_stored']);
    expect(rows.get('measurements_stored')).toBe(3);
  });

  it('reads a capture from its header and asks for no payload', async () => {
    const { source, rows } = await setUp();
    expect(source.options('CAPTURES').map((options) => options.headersOnly)).toEqual([true]);
    await source.deliver('CAPTURES', [captureMessage(sampleCapture('c', 's'))]);
    expect(rows.get('captures_stored')).toBe(1);
  });

  it('makes both an event and its session of a session event', async () => {
    const { source, rows } = await setUp();
    await source.deliver(
      'EVENTS',
      sampleSessionEvents('s').map((event) => message(event)),
    );
    expect([rows.get('events_stored'), rows.get('sessions_stored')]).toEqual([3, 3]);
  });

  it.each([
    ['not JSON', '{"sessionId":', /not JSON/],
    ['a wrong type', JSON.stringify({ ...sampleFrame('s', 1), seq: 'one' }), /^seq: /],
    ['a missing field', JSON.stringify({ ...sampleFrame('s', 1), timing: undefined }), /^timing/],
    [
      'a number that no column holds',
      JSON.stringify({ ...sampleFrame('s', 1), width: 2 ** 40 }),
      /frames_stored/,
    ],
    ['a clock far ahead', JSON.stringify({ ...sampleFrame('s', 1), receivedAtMs: 9e12 }), /not near now/],
    ['a clock at zero', JSON.stringify({ ...sampleFrame('s', 1), receivedAtMs: 0 }), /not near now/],
  ])('puts %s with the dead letters and stores the rest', async (_, poison, reason) => {
    const { source, dead, rows } = await setUp();
    const good = JSON.stringify(sampleFrame('s', 2));
    await source.deliver('METRICS', [message(`${good}\n${poison}\n${good}\n`)]);
    expect(rows.get('frames_stored')).toBe(2);
    expect(dead).toEqual([expect.objectContaining({ stream: 'METRICS', record: poison })]);
    expect(dead[0]?.reason).toMatch(reason);
  });

  it('finds rows that ClickHouse refuses, and stores all others', async () => {
    const { source, dead, rows } = await setUp({
      refuse: ({ bytes }) => (bytes.includes('poison') ? dataError() : null),
    });
    const events = Array.from({ length: 100 }, (_, i) => ({
      ...sampleSessionEvents('s')[0]!,
      entity: 'node',
      eventId: i === 13 || i === 77 ? `poison-${i}` : `e-${i}`,
    }));
    await source.deliver(
      'EVENTS',
      events.map((event) => message(event)),
    );
    expect(rows.get('events_stored')).toBe(98);
    expect(dead.map((broken) => JSON.parse(broken.record).eventId)).toEqual(['poison-13', 'poison-77']);
  });

  it.each([
    ['away', new FramegateError('store-unavailable', 'no answer', { retryable: true })],
    [
      'without the table',
      new FramegateError('query-failed', 'unknown table', { details: { clickhouseCode: 60 } }),
    ],
    [
      'wrong about the password',
      new FramegateError('query-failed', 'refused', { details: { clickhouseCode: 516 } }),
    ],
  ])(
    'keeps everything when ClickHouse is %s: nothing is acknowledged, nothing is buried',
    async (_, error) => {
      let attempts = 0;
      const { source, dead, rows } = await setUp({ refuse: () => (++attempts <= 2 ? error : null) });
      const batch = [framesMessage([sampleFrame('s', 1), sampleFrame('s', 2)])];
      await expect(source.deliver('METRICS', batch)).rejects.toMatchObject({ retryable: true });
      await expect(source.deliver('METRICS', batch)).rejects.toMatchObject({ retryable: true });
      await source.deliver('METRICS', batch);
      expect([rows.get('frames_stored'), dead.length]).toEqual([2, 0]);
    },
  );

  it('acknowledges nothing while the dead letters cannot be written', async () => {
    const { source } = await setUp({
      deadLetter: async () => {
        throw new FramegateError('bus-unavailable', 'no answer', { retryable: true });
      },
    });
    await expect(source.deliver('METRICS', [message('nonsense')])).rejects.toMatchObject({
      code: 'bus-unavailable',
    });
  });

  it('resolves only when the insert has returned', async () => {
    let returned: () => void = () => undefined;
    const source = createScriptedSource();
    const sink = createSink({
      source,
      store: {
        insertBytes: () =>
          new Promise((resolve) => {
            returned = resolve;
          }),
      },
      deadLetter: async () => undefined,
    });
    await sink.start();
    let acknowledged = false;
    const delivery = source.deliver('METRICS', [framesMessage([sampleFrame('s', 1)])]).then(() => {
      acknowledged = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(acknowledged).toBe(false);
    returned();
    await delivery;
    expect(acknowledged).toBe(true);
  });

  it('stops every consumer', async () => {
    const { source, sink } = await setUp();
    await sink.stop();
    expect(source.stopped).toBe(6);
  });

  it('lets rows that somebody looks for wait half as long as the others', async () => {
    const { source } = await setUp({ maxBatchWaitMs: 1000 });
    const waitMs = (stream: SinkStream) => source.options(stream)[0]?.maxWaitMs;
    expect([waitMs('CAPTURES'), waitMs('RESULTS'), waitMs('RECORDS')]).toEqual([500, 500, 500]);
    expect([waitMs('METRICS'), waitMs('EVENTS')]).toEqual([1000, 1000]);
  });
});
