/** What runs under test, each process by itself, so that each can be watched, stopped and killed. */
export type ProcessKind = 'edge' | 'worker' | 'sink' | 'api' | 'nats' | 'redis' | 'clickhouse';

/** One program on one port that may end and come back. */
export interface ClusterProcess {
  /** `edge-1`, `nats-2`, `redis` … */
  readonly name: string;
  readonly kind: ProcessKind;
  /** Of the running process; null while it is down. */
  readonly pid: number | null;
  /** What it is reached at: http://, nats:// or redis://. It stays the same after a restart. */
  readonly url: string;
  /** Sends a signal to this process alone. SIGSTOP is undone by SIGCONT. */
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL, and resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and resolves with its exit code. */
  terminate(): Promise<number | null>;
  /** Starts it again on its port with its data; resolves when it is ready. Does nothing while it runs. */
  start(): Promise<void>;
}

export interface ClusterOptions {
  readonly edges: number;
  readonly workers: number;
  readonly sinks: number;
  /** Default none. */
  readonly apis?: number;
  /** 1, or 3 for a cluster with replicated streams. */
  readonly natsServers: number;
  /** False leaves ClickHouse and the sink out. */
  readonly clickHouse: boolean;
  /** FRAMEGATE_* settings of every role. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What node itself is given before the program, by process name (`edge-1`) or by kind: `--cpu-prof`, for one. */
  readonly nodeArguments?: Readonly<Record<string, readonly string[]>>;
  /** Appended to the configuration file of each nats-server. */
  readonly natsConfig?: string;
  /** The URL at which roles find a server instead of its own: that of a proxy before it, for one. */
  readonly through?: (server: 'nats' | 'redis' | 'clickhouse', url: string) => Promise<string>;
  /** One line of what is happening. */
  readonly say?: (line: string) => void;
}

/** Real servers and real roles on loopback, in a folder of their own that goes with them. */
export interface Cluster {
  readonly processes: readonly ClusterProcess[];
  of(kind: ProcessKind): readonly ClusterProcess[];
  /** Where sessions connect, one URL an edge. */
  readonly edgeUrls: readonly string[];
  /** Where backends call, one URL an api. */
  readonly apiUrls: readonly string[];
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly clickHouseUrl: string | null;
  /** Where the servers have their data, and `logs` with one file a process. */
  readonly folder: string;
  /** Ends everything that still runs, stopped processes too, and removes the folder. */
  close(): Promise<void>;
}
