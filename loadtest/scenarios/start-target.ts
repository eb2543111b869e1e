import { readFileSync } from 'node:fs';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import type { Cluster } from '../cluster/types.ts';
import type { Scenario, ScenarioOptions } from './scenario.ts';

/** Beside sessions: the inference threads' pipes, servers, the report. */
const SPARE_FILES = 1000;

/** Throws where this many sessions cannot be open at once. */
export function ensureOpenFiles(sessions: number, most = mostOpenFiles()): void {
  if (sessions + SPARE_FILES <= most) return;
  throw new FramegateError(
    'usage',
    `${sessions} sessions need ${sessions + SPARE_FILES} open files, this shell allows ${most}: ulimit -n ${sessions + SPARE_FILES}`,
  );
}

function mostOpenFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const text = /Max open files +(\S+)/.exec(limits)?.[1];
    return text === 'unlimited' || text === undefined ? Number.POSITIVE_INFINITY : Number(text);
  } catch {
    // Not Linux: the socket that is one too many says so itself.
    return Number.POSITIVE_INFINITY;
  }
}

const SPARE_PLACES = 256;

export interface TargetOptions {
  readonly options: ScenarioOptions;
  readonly needs: Scenario['needs'];
  /** For node, before the edge's program: the profiler. */
  readonly nodeArguments: readonly string[];
  readonly say: (line: string) => void;
}

/** Real servers and roles for the run, with the limits of an edge that all clients reach from one address. */
export function startTarget({ options, needs, nodeArguments, say }: TargetOptions): Promise<Cluster> {
  // Some come back before their old connection is seen to be gone.
  const places = String(options.sessions + SPARE_PLACES);
  return startCluster({
    ...needs,
    // Some of the mix have themselves captured.
    workers: options.mix ? Math.max(1, needs.workers) : needs.workers,
    edges: options.edges,
    natsServers: 1,
    say,
    settings: {
      FRAMEGATE_MAX_SESSIONS: places,
      FRAMEGATE_MAX_CONNECTIONS: places,
      FRAMEGATE_MAX_CONNECTIONS_PER_ADDRESS: places,
      FRAMEGATE_MAX_PENDING_CONNECTIONS: places,
      FRAMEGATE_MAX_CONNECTS_PER_ADDRESS: '10000000',
    },
    ...(nodeArguments.length > 0 && { nodeArguments: { edge: nodeArguments } }),
  });
}
