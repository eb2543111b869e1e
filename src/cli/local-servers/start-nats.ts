import { join } from 'node:path';
import { greeting } from './greeting.ts';
import { type LocalServer, type StartOptions, startServer } from './start-server.ts';

export interface StartNatsOptions extends StartOptions {
  /** Path of nats-server. */
  readonly program: string;
  readonly node: string;
  /** Default 24 MiB: room for stills of 10 MiB, and for jobs of an image and a segmentation map of 10 MiB each. */
  readonly maxPayloadBytes?: number;
  /** Default 4222. */
  readonly preferredPort?: number;
  /** Appended to the configuration file. */
  readonly config?: string;
}

/** A nats-server with JetStream in `<dataFolder>/nats-server`, on loopback only. */
export function startNats(options: StartNatsOptions): Promise<LocalServer> {
  const maxPayloadBytes = options.maxPayloadBytes ?? 24 * 1024 * 1024;
  return startServer(
    {
      name: 'nats-server',
      program: options.program,
      preferredPort: options.preferredPort ?? 4222,
      configText: ({ folder, pidFile, port }) => `# Written anew at every start.
listen: "127.0.0.1:${port}"
server_name: ${JSON.stringify(options.node)}
pid_file: ${JSON.stringify(pidFile)}
max_payload: ${maxPayloadBytes}
max_pending: ${maxPayloadBytes * 8}
jetstream { store_dir: ${JSON.stringify(join(folder, 'store'))} }
${options.config ?? ''}
`,
      args: (configFile) => ['-c', configFile],
      probe: async (port) => {
        await readNatsInfo({ host: '127.0.0.1', port }, 1000);
      },
      url: (port) => `nats://127.0.0.1:${port}`,
    },
    options,
  );
}

export interface NatsInfo {
  readonly version: string;
  readonly jetstream: boolean;
  readonly maxPayloadBytes: number;
}

/** What a NATS server says of itself to anyone who connects, before any authentication. */
export async function readNatsInfo(
  address: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<NatsInfo> {
  const line = await greeting(address, '', timeoutMs);
  if (!line.startsWith('INFO ')) throw new Error('this is not a NATS server');
  const info = JSON.parse(line.slice(5)) as { version?: string; jetstream?: boolean; max_payload?: number };
  return {
    version: info.version ?? 'unknown',
    jetstream: info.jetstream ?? false,
    maxPayloadBytes: info.max_payload ?? 0,
  };
}
