import { type TemplatedApp, type us_listen_socket, us_socket_local_port } from 'uWebSockets.js';
import { FramegateError } from '../protocol/framegate-error.ts';

/** Without it Linux lets a second process share the port unnoticed. The typings lack it, and the four-argument listen. */
const EXCLUSIVE_PORT = 1;

interface ExclusiveListener {
  listen(host: string, port: number, options: number, done: (socket: us_listen_socket | false) => void): void;
}

/** Port 0 takes a free one. Rejects with port-in-use. */
export function listenExclusively(app: TemplatedApp, host: string, port: number): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    (app as unknown as ExclusiveListener).listen(host, port, EXCLUSIVE_PORT, (socket) => {
      if (socket !== false) return resolve({ port: us_socket_local_port(socket) });
      reject(
        new FramegateError('port-in-use', `port ${port} of ${host} is not free`, { details: { host, port } }),
      );
    });
  });
}
