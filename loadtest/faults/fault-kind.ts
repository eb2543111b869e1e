import type { Cluster, ClusterOptions } from '../cluster/types.ts';
import type { FaultRandom } from './fault-random.ts';

/** What a fault has in its hands. */
export interface FaultWorld {
  readonly cluster: Cluster;
  /** Decides whom it meets, and for how long. */
  readonly random: FaultRandom;
  /** Resolves after `ms`, sooner where the run is interrupted. */
  pause(ms: number): Promise<void>;
  /** One line of what is being done, for whoever repeats the round. */
  say(line: string): void;
}

/** What a fault needs around it; kinds with the same scene share one cluster. */
export interface FaultScene {
  readonly name: string;
  /** Over what a run has otherwise: two edges, one worker, one sink, one NATS server, ClickHouse. */
  readonly cluster?: Partial<ClusterOptions>;
  /** Once the cluster is up: what stands before the edges, for one. Clients use the URLs that it gives. */
  readonly prepare?: (cluster: Cluster) => Promise<PreparedScene>;
}

export interface PreparedScene {
  readonly edgeUrls: readonly string[];
  close(): Promise<void>;
}

export interface FaultKind {
  /** `kill-worker`, `stop-redis` … */
  readonly name: string;
  /** Absent: the plain one. */
  readonly scene?: FaultScene;
  /** Longest time that any session may be without an answer because of it, from the fault to a second after its end. */
  readonly guidanceGapMs: number;
  /** Does it, and resolves when everything that it took away is back. */
  inflict(world: FaultWorld): Promise<void>;
}
