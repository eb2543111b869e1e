import { greeting } from './greeting.ts';
import { type LocalServer, type StartOptions, startServer } from './start-server.ts';

export interface StartRedisOptions extends StartOptions {
  /** Path of redis-server. */
  readonly program: string;
  /** Default 6379. */
  readonly preferredPort?: number;
}

/**
 * A redis-server in `<dataFolder>/redis-server`, on loopback only. It keeps an append-only file, written once a
 * second: sessions should survive a restart of `up`, and no session is worth a disk write of its own.
 */
export function startRedis(options: StartRedisOptions): Promise<LocalServer> {
  return startServer(
    {
      name: 'redis-server',
      program: options.program,
      preferredPort: options.preferredPort ?? 6379,
      configText: ({ folder, pidFile, port }) => `# Written anew at every start.
bind 127.0.0.1
port ${port}
protected-mode yes
daemonize no
dir ${JSON.stringify(folder)}
pidfile ${JSON.stringify(pidFile)}
save ""
appendonly yes
appendfsync everysec
maxmemory 512mb
maxmemory-policy volatile-ttl
`,
      args: (configFile) => [configFile],
      probe: async (port) => {
        // -LOADING while the append-only file is read.
        const answer = await greeting({ host: '127.0.0.1', port }, 'PING\r\n', 1000);
        if (answer !== '+PONG') throw new Error(answer);
      },
      url: (port) => `redis://127.0.0.1:${port}`,
    },
    options,
  );
}
