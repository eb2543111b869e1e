import type { Config } from '../../config/parse-config.ts';

export interface NatsProbe {
  readonly version: string;
  readonly maxPayloadBytes: number;
  /** null when JetStream answers, else why it does not. */
  readonly jetStreamProblem: string | null;
}

export interface ClickHouseProbe {
  readonly version: string;
  /** Of this version's migrations. */
  readonly pendingMigrations: number;
}

export interface ModelState {
  readonly name: string;
  readonly version: string;
  /** null when the file is there and has the manifest's hash. */
  readonly problem: string | null;
}

/** The built browser client of a folder. */
export interface ClientProbe {
  readonly state: 'current' | 'outdated' | 'missing';
  /** Whether the next start builds it where it is not current. */
  readonly builtAtStart: boolean;
}

/** Where a `framegate up` on this data folder can be reached. */
export interface RunningNode {
  readonly pid: number;
  readonly url: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly clickHouseUrl: string;
}

/** How the doctor touches the machine. Probes reject when there is no answer. */
export interface DoctorDeps {
  readonly nodeVersion: string;
  findProgram(name: string): string | null;
  /** Loads a package's native part in a process of its own; null when that went well, else why not. */
  loadPackage(name: string): Promise<string | null>;
  models(config: Config): Promise<readonly ModelState[]>;
  client(folder: string): Promise<ClientProbe>;
  isPortFree(port: number, host: string): Promise<boolean>;
  /** Bytes that a folder's file system has left, and why the folder can't be written to, if so. */
  folder(path: string): Promise<{ freeBytes: number; problem: string | null }>;
  findRunning(dataFolder: string): RunningNode | null;
  probeNats(config: Config, url: string): Promise<NatsProbe>;
  probeRedis(url: string): Promise<void>;
  probeClickHouse(config: Config, url: string): Promise<ClickHouseProbe>;
}
