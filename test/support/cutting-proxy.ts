import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** Breaks every connection, as a link does that goes away. */
  cut(): void;
  /** Breaks every connection and refuses new ones until `open()`. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** A TCP proxy in front of a node, so that a test can take the client's link away. */
export async function startCuttingProxy(targetUrl: string): Promise<CuttingProxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A cut connection is what this is for.
    socket.on('error', () => {});
  };
  const server = createServer((client) => {
    keep(client);
    if (!isOpen) {
      client.resetAndDestroy();
      return;
    }
    const node = connect({ host: target.hostname, port: Number(target.port) });
    keep(node);
    client.pipe(node);
    node.pipe(client);
    client.on('close', () => node.destroy());
    node.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    shut() {
      isOpen = false;
      cut();
    },
    open() {
      isOpen = true;
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
