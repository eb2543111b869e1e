import { createBus } from '../../src/bus/create-bus.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { createStore } from '../../src/store/client.ts';
import type { Cluster } from '../cluster/types.ts';

/** How often each capture occurs in the places that must have it once. */
export interface Evidence {
  /** Messages in RESULTS and rows in `results`, by `captureId/kind`. */
  readonly results: ReadonlyMap<string, number>;
  readonly resultRows: ReadonlyMap<string, number>;
  /** Rows in `captures`, by capture id. */
  readonly captureRows: ReadonlyMap<string, number>;
  /** Results that say that the analysis failed, as `captureId/kind`. */
  readonly failed: readonly string[];
  /** Messages in DEAD. */
  readonly deadLetters: number;
  /** Captures whose pixels are still kept: every consumer should have acknowledged them. */
  readonly capturesKept: number;
}

export interface Witness {
  /** Those of the captures that have a row in `captures`, and one in `results` of each of the kinds. Rejects while ClickHouse is away. */
  stored(captureIds: readonly string[]): Promise<string[]>;
  /** Everything that there is, at the end: once CAPTURES is empty, or after `timeoutMs`. */
  evidence(timeoutMs: number): Promise<Evidence>;
  close(): Promise<void>;
}

interface CountRow {
  readonly id: string;
  readonly rows: number;
}

/** @param kinds of results that each capture is to have */
export async function createWitness(cluster: Cluster, kinds: readonly string[]): Promise<Witness> {
  const store = createStore({ url: cluster.clickHouseUrl!, requestTimeoutMs: 4000 });
  const count = async (table: string, key: string) => {
    const rows = await store.query<CountRow>(
      `SELECT ${key} AS id, toUInt32(count()) AS rows FROM ${table} GROUP BY id`,
    );
    return new Map(rows.map(({ id, rows: found }) => [id, found]));
  };
  return {
    stored: async (captureIds) => {
      if (captureIds.length === 0) return [];
      const rows = await store.query<CountRow>(
        `SELECT capture_id AS id, toUInt32(1) AS rows FROM captures WHERE capture_id IN {ids:Array(String)}
         AND capture_id IN (
           SELECT capture_id FROM results WHERE capture_id IN {ids:Array(String)} AND kind IN {kinds:Array(String)}
           GROUP BY capture_id HAVING uniqExact(kind) = length({kinds:Array(String)})
         )`,
        { ids: captureIds, kinds },
      );
      return rows.map(({ id }) => id);
    },
    evidence: async (timeoutMs) => {
      const streams = await streamEvidence(cluster.natsUrl, timeoutMs);
      return {
        ...streams,
        captureRows: await count('captures', 'capture_id'),
        resultRows: await count('results', "concat(capture_id, '/', kind)"),
      };
    },
    close: () => store.close(),
  };
}

async function streamEvidence(
  natsUrl: string,
  timeoutMs: number,
): Promise<Pick<Evidence, 'results' | 'failed' | 'deadLetters' | 'capturesKept'>> {
  const bus = await createBus({ servers: natsUrl, name: 'witness' });
  try {
    const { manager, jetstream } = bus.nats;
    const deadlineMs = performance.now() + timeoutMs;
    let captures = await manager.streams.info('CAPTURES');
    while (captures.state.messages > 0 && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      captures = await manager.streams.info('CAPTURES');
    }
    const [found, dead] = await Promise.all(
      ['RESULTS', 'DEAD'].map((stream) => manager.streams.info(stream)),
    );
    const results = new Map<string, number>();
    const failed: string[] = [];
    const consumer = await jetstream.consumers.get('RESULTS');
    let left = found!.state.messages;
    const messages = left === 0 ? null : await consumer.consume();
    for await (const message of messages ?? []) {
      const { captureId, kind, status } = message.json<ResultRecord>();
      const key = `${captureId}/${kind}`;
      results.set(key, (results.get(key) ?? 0) + 1);
      if (status !== 'done') failed.push(key);
      left--;
      if (left === 0) break;
    }
    return {
      results,
      failed,
      deadLetters: dead!.state.messages,
      capturesKept: captures.state.messages,
    };
  } finally {
    await bus.close();
  }
}
