import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCaptureShelf } from '../../src/bus/capture-shelf.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { publishWithAck } from '../../src/bus/publish-with-ack.ts';
import { createResultPublisher } from '../../src/bus/result-publisher.ts';
import type { DurableName } from '../../src/bus/types.ts';
import { BUS_HEADERS } from '../../src/protocol/bus-messages.ts';
import type { ProfileName } from '../../src/protocol/checks.ts';
import { resultKindsOfProfile } from '../../src/protocol/result-kinds.ts';
import {
  type CaptureSweep,
  type CaptureSweepOptions,
  startCaptureSweep,
} from '../../src/store/capture-sweep.ts';
import { resultRecord } from '../support/bus-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';

const PIXELS = Buffer.from('pixels');
/** Those that read CAPTURES. */
const READERS: readonly DurableName[] = [
  'worker-face-quality',
  'worker-skin',
  'worker-face-contours',
  'worker-body-view',
  'sink-captures',
];

describe.skipIf(natsServerMissing !== null)(
  'captures that are through, and those that were lost track of',
  () => {
    let server: TestNatsServer;
    let bus: Bus;
    /** What ClickHouse has: `<capture id> capture`, `<capture id> <kind of result>`. */
    const stored = new Set<string>();
    const taken: string[] = [];
    const failures: unknown[] = [];

    beforeAll(async () => {
      server = await startNatsServer();
      bus = await createBus({ servers: server.url, name: 'test' });
      await ensureTopology(bus);
    });
    afterAll(async () => {
      await bus?.close();
      await server?.close();
    });
    beforeEach(async () => {
      stored.clear();
      taken.length = 0;
      failures.length = 0;
      for (const stream of ['CAPTURES', 'RESULTS', 'DEAD']) await bus.nats.manager.streams.purge(stream);
    });

    const put = (captureId: string, profile: ProfileName = 'face-skin') =>
      publishWithAck(bus, {
        stream: 'CAPTURES',
        subject: `framegate.captures.${profile}.s1`,
        messageId: `${captureId}-${performance.now()}`,
        data: PIXELS,
        headers: { [BUS_HEADERS.capture]: JSON.stringify({ captureId }) },
      });
    const storeRows = (captureId: string, ...whats: readonly string[]) => {
      for (const what of whats) stored.add(`${captureId} ${what}`);
    };
    /** As a worker and a sink that died with the server: both were given everything, and nobody knows of it. */
    const deliverToAll = async (readers = READERS) => {
      for (const durable of readers) {
        const consumer = await bus.nats.jetstream.consumers.get('CAPTURES', durable);
        const { num_pending } = await consumer.info();
        let left = num_pending;
        if (left === 0) continue;
        for await (const message of await consumer.fetch({ max_messages: left, expires: 5000 })) {
          message.ack();
          left--;
          if (left === 0) break;
        }
      }
      await bus.nats.connection.flush();
    };
    const messages = async (stream: string) => (await bus.nats.manager.streams.info(stream)).state.messages;

    async function withSweep(
      options: Partial<CaptureSweepOptions>,
      use: (sweep: CaptureSweep) => Promise<void>,
    ) {
      const sweep = startCaptureSweep({
        shelf: createCaptureShelf(bus),
        store: {
          query: async <Row>() =>
            [...stored].map((text) => {
              const [id, what] = text.split(' ');
              return { id, what };
            }) as Row[],
        },
        sink: {
          take: async (stream, message) => {
            taken.push(`${stream} ${message.streamSeq}`);
          },
        },
        kindsOf: resultKindsOfProfile,
        everyMs: 3_600_000,
        overdueMs: 0,
        onFailure: (error) => failures.push(error),
        ...options,
      });
      try {
        await use(sweep);
      } finally {
        await sweep.stop();
      }
      expect(failures).toEqual([]);
    }

    it('leaves the stream when the row and every result of its profile are stored, and not before', async () => {
      await put('whole');
      await put('half');
      await put('outlines', 'face-contour');
      await put('none');
      storeRows('whole', 'capture', 'face-quality', 'skin', 'face-contours');
      storeRows('half', 'capture', 'face-quality', 'face-contours');
      storeRows('outlines', 'capture', 'face-quality');
      await withSweep({ overdueMs: 60_000 }, async (sweep) => {
        await deliverToAll();
        await sweep.sweep();
        expect(await messages('CAPTURES')).toBe(3);
        storeRows('half', 'skin');
        await sweep.sweep();
        expect(await messages('CAPTURES')).toBe(2);
        storeRows('outlines', 'face-contours');
        await sweep.sweep();
        expect(await messages('CAPTURES')).toBe(1);
      });
    });

    it('one that nobody analysed comes again with its pixels, a few times, and then goes to the dead letters', async () => {
      await put('lost');
      stored.add('lost capture');
      await withSweep({}, async (sweep) => {
        for (let again = 1; again <= 3; again++) {
          await deliverToAll();
          await sweep.sweep();
          await sweep.sweep();
          const message = await bus.nats.manager.streams.getMessage('CAPTURES', {
            last_by_subj: 'framegate.captures.face-skin.s1',
          });
          expect(Buffer.from(message!.data)).toEqual(PIXELS);
          expect(message!.header.get(BUS_HEADERS.again)).toBe(String(again));
          expect(await messages('CAPTURES')).toBe(1);
        }
        await deliverToAll();
        await sweep.sweep();
        await sweep.sweep();
      });
      expect(await messages('CAPTURES')).toBe(0);
      expect(await messages('DEAD')).toBe(1);
    });

    it('one that is still to be delivered is left alone, however long that takes', async () => {
      await put('waiting');
      await withSweep({}, async (sweep) => {
        await sweep.sweep();
        await sweep.sweep();
      });
      expect(await messages('CAPTURES')).toBe(1);
      expect(taken).toEqual([]);
    });

    it('one that an analyzer has not been given yet is left alone, whatever the others have', async () => {
      await put('queued');
      storeRows('queued', 'capture', 'face-quality', 'face-contours');
      await withSweep({}, async (sweep) => {
        await deliverToAll(READERS.filter((durable) => durable !== 'worker-skin'));
        await sweep.sweep();
        await sweep.sweep();
        const { messages: kept, last_seq } = (await bus.nats.manager.streams.info('CAPTURES')).state;
        const [capture] = await createCaptureShelf(bus).oldest(1);
        expect({ kept, isNewest: capture!.streamSeq === last_seq, again: capture!.again }).toEqual({
          kept: 1,
          isNewest: true,
          again: 0,
        });
        await deliverToAll();
        await sweep.sweep();
        await sweep.sweep();
        expect((await createCaptureShelf(bus).oldest(1))[0]).toMatchObject({ captureId: 'queued', again: 1 });
      });
    });

    it('one that is not for an analyzer does not wait for it', async () => {
      await put('outlines', 'face-contour');
      storeRows('outlines', 'capture', 'face-quality');
      await withSweep({}, async (sweep) => {
        await deliverToAll();
        await sweep.sweep();
        await sweep.sweep();
      });
      const [capture] = await createCaptureShelf(bus).oldest(1);
      expect(capture).toMatchObject({ captureId: 'outlines', profile: 'face-contour', again: 1 });
    });

    it('rows that are missing are stored from what the streams hold', async () => {
      const captured = await put('stored');
      const published: number[] = [];
      for (const kind of resultKindsOfProfile('face-skin')) {
        const result = resultRecord('stored', { sessionId: 's1', kind });
        published.push((await createResultPublisher(bus).publish(result)).streamSeq);
      }
      await withSweep({}, async (sweep) => {
        await deliverToAll();
        await sweep.sweep();
        await sweep.sweep();
      });
      expect(taken).toEqual([
        `CAPTURES ${captured.streamSeq}`,
        ...published.map((streamSeq) => `RESULTS ${streamSeq}`),
      ]);
      expect(await messages('CAPTURES')).toBe(1);
    });
  },
);
