import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FramegateError } from '../../protocol/framegate-error.ts';

/** Systems cut the path of a Unix socket off at about this length. */
const MAX_SOCKET_PATH = 100;

export interface DataFolderClaim {
  /** The folder's absolute path. */
  readonly folder: string;
  release(): Promise<void>;
}

/**
 * Makes the folder and holds it for this process until `release` or the process's end, however abrupt: the claim is
 * a listening Unix socket, which nobody answers for once its process is gone. A lock file would outlive it.
 * Rejects with data-folder-in-use.
 */
export async function claimDataFolder(dataFolder: string): Promise<DataFolderClaim> {
  await mkdir(dataFolder, { recursive: true });
  const folder = await realpath(dataFolder);
  const path = socketPath(folder);
  const server = await listen(path).catch(async (thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EADDRINUSE') throw thrown;
    if (await answers(path)) {
      throw new FramegateError(
        'data-folder-in-use',
        `another framegate runs on ${folder}: stop that one, or set FRAMEGATE_DATA_FOLDER to another folder`,
        {
          details: { folder },
        },
      );
    }
    await rm(path, { force: true });
    return listen(path);
  });
  server.unref();
  return {
    folder,
    async release() {
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

function socketPath(folder: string): string {
  const inside = join(folder, 'in-use.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH) return inside;
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `framegate-${hash}.sock`);
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  await once(server, 'listening');
  return server;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
