/** A process with a real gateway and session host; only the models, the bus and Redis are played. */
import { createGateway } from '../../../src/edge/gateway.ts';
import type { ResumeStore } from '../../../src/edge/ports.ts';
import { DEFAULT_SESSION_SETTINGS } from '../../../src/edge/session/settings.ts';
import { createSessionHost } from '../../../src/edge/session-host.ts';
import { systemClock } from '../../../src/edge/system-clock.ts';
import { systemIds } from '../../../src/edge/system-ids.ts';
import { resultOf, stubCoach } from '../../../test/support/stub-coach.ts';
import { createResidentReader } from '../collected-resident-bytes.ts';

/** What it says; `stats` is the answer to any message. */
export type GatewayReport =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'fault'; readonly reason: string }
  | {
      readonly type: 'stats';
      readonly residentBytes: number;
      readonly connections: number;
      readonly heldBytes: number;
    };

const tell = (report: GatewayReport) => process.send?.(report);
const silent = () => {};
const residentBytes = createResidentReader();
const logged = (fields: Record<string, unknown>, message: string) =>
  tell({ type: 'fault', reason: `${message}: ${String(fields.err)}` });

process.on('unhandledRejection', (thrown) => tell({ type: 'fault', reason: `unhandled: ${String(thrown)}` }));

/** Remembers nobody: what a store would keep must not look like a leak of the node's. */
const resume: ResumeStore = {
  save: async () => 'saved',
  claim: async () => null,
  remove: async () => {},
  onSuperseded: () => silent,
};

const host = createSessionHost({
  settings: {
    ...DEFAULT_SESSION_SETTINGS,
    node: 'fuzzed',
    models: { face: [], body: [], card: [] },
    coach: stubCoach,
  },
  analyser: {
    concurrency: 4,
    threads: 2,
    analyse: async (job) => resultOf(job.data[0] === 1 ? 'pass' : 'adjust'),
    close: async () => {},
  },
  authenticator: { verify: async () => ({ subject: 'fuzz', expiresAtMs: null }) },
  publisher: { publish: async () => ({ stream: 'CAPTURES', streamSeq: 1 }) },
  results: { subscribe: async () => silent, replay: async () => [] },
  resume,
  frameLog: { record: silent },
  eventLog: { record: silent },
  clock: systemClock,
  ids: systemIds,
  logger: { info: silent, warn: silent, error: logged },
});
const gateway = createGateway({
  host,
  anonymous: true,
  settings: {
    maxConnectionsPerAddress: 1000,
    maxPendingConnections: 1000,
    // All of it comes from one address.
    connectsPerAddressPerMinute: 10_000_000,
  },
  health: { node: 'fuzzed', warm: () => true, dependencies: [] },
  metrics: { contentType: 'text/plain', text: async () => '' },
  logger: { info: silent, error: logged },
});
const { port } = await gateway.listen('127.0.0.1', 0);
process.on('message', () => {
  const { connections, heldBytes } = host.stats();
  tell({ type: 'stats', residentBytes: residentBytes(), connections, heldBytes });
});
process.once('disconnect', () => process.exit());
tell({ type: 'ready', port });
