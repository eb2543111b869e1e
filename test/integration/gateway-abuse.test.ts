import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SESSION_TIMING } from '../../src/edge/session/settings.ts';
import { type AbusedEdge, startAbusedEdge, startGoodClient } from '../support/abused-edge.ts';
import { halfRequest, handshake, maskedFrame } from '../support/raw-websocket.ts';
import { until } from '../support/until.ts';
import { connectWire, HELLO, openSession, packed } from '../support/wire-client.ts';

/** Loopback has many addresses, on Linux without setting them up. */
const otherAddressMissing = process.platform === 'linux' ? null : 'only Linux has 127.0.0.2 by itself';
const ATTACKER = '127.0.0.2';

let edges: AbusedEdge[] = [];
let sockets: Socket[] = [];
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);

async function start(...options: Parameters<typeof startAbusedEdge>): Promise<AbusedEdge> {
  const edge = await startAbusedEdge(...options);
  edges.push(edge);
  return edge;
}

beforeEach(() => process.on('unhandledRejection', onUnhandled));

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const edge of edges) await edge.close();
  const faults = edges.flatMap((edge) => edge.faults);
  process.off('unhandledRejection', onUnhandled);
  [edges, sockets] = [[], []];
  expect(faults).toEqual([]);
  expect(unhandled.splice(0)).toEqual([]);
});

const openFiles = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

async function upgraded(port: number, from = '127.0.0.1'): Promise<Socket> {
  const { socket, status } = await handshake(port, {}, from);
  if (socket === null) throw new Error(`refused with ${status}`);
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

async function plain(port: number, text: string, from = '127.0.0.1'): Promise<Socket> {
  const socket = await halfRequest(port, text, from);
  sockets.push(socket);
  return socket;
}

async function ended(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
}

/** Also that the node is as empty afterwards as it was before. */
async function besideGoodClient(edge: AbusedEdge, attack: () => Promise<void>): Promise<void> {
  const filesBefore = openFiles();
  const good = await startGoodClient(edge.port);
  await attack();
  expect(await good.finish()).toBeGreaterThan(1);
  for (const socket of sockets) socket.destroy();
  await until(() => edge.gateway.connections === 0 && edge.host.stats().connections === 0, 5000);
  await until(() => openFiles() <= filesBefore + 2, 5000);
}

/** More than ten seconds' worth. */
const FLOOD = 6000;
const repeated = (frame: Buffer, count = FLOOD) => Buffer.concat(Array.from({ length: count }, () => frame));
const EMPTY = new Uint8Array(0);

describe('bytes after the handshake', () => {
  it.each([
    ['a flood of empty messages', repeated(maskedFrame(EMPTY))],
    ['a flood of text', repeated(maskedFrame(Buffer.from('hello'), 0x81))],
    ['text that is no UTF-8', maskedFrame(Buffer.from([0xff, 0xfe]), 0x81)],
    ['a continuation without a start', maskedFrame(new Uint8Array(3), 0x80)],
    ['a message that starts inside of another', repeated(maskedFrame(new Uint8Array(3), 0x02), 3)],
    ['a compressed message', maskedFrame(new Uint8Array(3), 0xc2)],
    ['an opcode that does not exist', maskedFrame(new Uint8Array(3), 0x83)],
    ['a ping in fragments', maskedFrame(new Uint8Array(3), 0x09)],
    ['a ping that is too long', maskedFrame(new Uint8Array(126), 0x89)],
    ['a close frame of one byte', maskedFrame(new Uint8Array([3]), 0x88)],
    [
      'a close frame with a code that may not be sent',
      maskedFrame(Buffer.from([1005 >> 8, 1005 & 255]), 0x88),
    ],
    ['a close frame of code 65535', maskedFrame(Buffer.from([255, 255]), 0x88)],
    ['a frame of 2⁶³ bytes', Buffer.from([0x82, 0xff, 0x80, ...new Uint8Array(11)])],
    [
      '20,000 fragments of one byte, beyond a hello',
      repeated(maskedFrame(new Uint8Array([1]), 0x00), 20_000),
    ],
  ])('%s ends that connection and touches no other', async (title, bytes) => {
    const edge = await start();
    await besideGoodClient(edge, async () => {
      const socket = await upgraded(edge.port);
      if (title.includes('fragments of one byte')) {
        socket.write(maskedFrame(new Uint8Array([1]), 0x02));
        socket.write(bytes);
        socket.write(maskedFrame(new Uint8Array([1]), 0x80));
      } else socket.write(bytes);
      await ended(socket);
    });
  });

  it.each([
    ['pings', 0x89],
    ['pongs that nobody asked for', 0x8a],
  ])('a flood of %s ends an open session', async (_what, first) => {
    const edge = await start();
    await besideGoodClient(edge, async () => {
      const socket = await upgraded(edge.port);
      socket.write(maskedFrame(packed(HELLO)));
      socket.write(repeated(maskedFrame(EMPTY, first)));
      await ended(socket);
    });
  });

  it('without a mask end that connection', async () => {
    const edge = await start();
    await besideGoodClient(edge, async () => {
      const unmasked = await upgraded(edge.port);
      unmasked.write(Buffer.concat([Buffer.from([0x82, 3, 1, 2, 3]), Buffer.alloc(64)]));
      await ended(unmasked);
    });
  });

  it('come faster than one connection may send: it is told so, and closed with 4429', async () => {
    const edge = await start({ gateway: { messagesPerSecond: 20 } });
    const client = await openSession(edge.port);
    for (let turn = 0; turn < 201; turn++) client.send({ type: 'capture', seq: 1 });
    expect(await client.closed).toBe(4429);
  });

  it('are more than one connection may send: it is closed with 4429', async () => {
    const edge = await start({ gateway: { maxMessageBytes: 100_000, messageBytesPerSecond: 50_000 } });
    const client = await openSession(edge.port);
    for (let turn = 0; turn < 9; turn++) client.sendRaw(new Uint8Array(90_000));
    expect(await client.closed).toBe(4429);
  });

  it('that drip into one large message end with the time for a hello', async () => {
    const edge = await start({ session: { timing: { ...DEFAULT_SESSION_TIMING, helloTimeoutMs: 300 } } });
    const socket = await upgraded(edge.port);
    const header = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x90, 0, 0, 1, 2, 3, 4]);
    socket.write(header);
    const drip = setInterval(() => socket.write(Buffer.alloc(1000)), 5);
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
    });
    await once(socket, 'end');
    clearInterval(drip);
    expect(bytes.includes(Buffer.from([4408 >> 8, 4408 & 255]))).toBe(true);
    expect(edge.gateway.connections).toBe(0);
  });
});

describe('handshakes', () => {
  it.skipIf(otherAddressMissing !== null)(
    'that never end, from one address, leave room for the others',
    async () => {
      const edge = await start({ gateway: { connectsPerAddressPerMinute: 300, maxPlainSockets: 128 } });
      await besideGoodClient(edge, async () => {
        const flood = await Promise.all(
          Array.from({ length: 300 }, () =>
            plain(edge.port, 'GET /v1/stream HTTP/1.1\r\nHost: x\r\nX: ', ATTACKER),
          ),
        );
        const last = flood.at(-1) as Socket;
        await ended(last);
        expect(edge.socketsRefused()).toBeGreaterThan(200);
        (await openSession(edge.port)).close();
        // From the same address, when some time has passed: 5 a second.
        await until(async () => {
          try {
            (await upgraded(edge.port, ATTACKER)).destroy();
            return true;
          } catch {
            return false;
          }
        }, 5000);
      });
    },
  );

  it('are counted by the forwarded address behind a proxy, and what the client says beside it is not believed', async () => {
    const edge = await start({
      gateway: { connectsPerAddressPerMinute: 50, trustedProxies: 1, maxConnectionsPerAddress: 100 },
    });
    const knock = async (forwarded: string) => {
      const { status, socket } = await handshake(edge.port, { 'x-forwarded-for': forwarded });
      socket?.destroy();
      return status;
    };
    const statuses: number[] = [];
    for (let turn = 0; turn < 14; turn++) statuses.push(await knock(`10.0.0.${turn}, 203.0.113.7`));
    expect(statuses.filter((status) => status === 101).length).toBeLessThan(13);
    expect(statuses.at(-1)).toBe(429);
    expect(await knock('203.0.113.7, 203.0.113.8')).toBe(101);
    // The proxy's own health checks are requests without a forwarded address.
    expect((await fetch(`http://127.0.0.1:${edge.port}/livez`)).status).toBe(200);
  });

  it('of silent WebSockets from many addresses make way for those who speak', async () => {
    const edge = await start({
      gateway: { maxPendingConnections: 4, trustedProxies: 1 },
      anonymous: false,
    });
    const silent = await Promise.all(
      Array.from({ length: 4 }, async (_, index) => {
        const { socket } = await handshake(edge.port, { 'x-forwarded-for': `10.0.0.${index}` });
        sockets.push(socket as Socket);
        return socket as Socket;
      }),
    );
    const knock = () => handshake(edge.port, { 'x-forwarded-for': '203.0.113.7' });
    expect((await knock()).status).toBe(503);
    await until(async () => {
      const { status, socket } = await knock();
      if (socket !== null) sockets.push(socket);
      return status === 101;
    }, 5000);
    await Promise.race(silent.map(ended));
    expect(edge.gateway.connections).toBe(4);
  });

  it('that ask for nothing that there is cost no place', async () => {
    const edge = await start();
    await besideGoodClient(edge, async () => {
      for (let turn = 0; turn < 10; turn++) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => handshake(edge.port, { 'sec-websocket-protocol': 'other' })),
        );
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
      }
      expect(edge.gateway.connections).toBe(1);
    });
  });

  it.each([
    ['one header of 20 kB', `X: ${'a'.repeat(20_000)}\r\n`],
    ['500 headers', 'A: b\r\n'.repeat(500)],
    ['two lengths', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['a negative length', 'Content-Length: -1\r\n'],
  ])('with %s are ended', async (_title, header) => {
    const edge = await start();
    await besideGoodClient(edge, async () => {
      const socket = await plain(edge.port, `POST /nope HTTP/1.1\r\nHost: x\r\n${header}\r\n`);
      await ended(socket);
    });
  });
});

describe('connections', () => {
  it('that are reset, half-closed or dropped leave nothing', async () => {
    const edge = await start();
    await besideGoodClient(edge, async () => {
      for (let turn = 0; turn < 10; turn++) {
        const some = await Promise.all(Array.from({ length: 15 }, () => upgraded(edge.port)));
        for (const [index, socket] of some.entries()) {
          if (index % 3 === 0) socket.resetAndDestroy();
          else if (index % 3 === 1) socket.end();
          else socket.end(maskedFrame(packed(HELLO)).subarray(0, 40));
          socket.resume();
        }
        await Promise.all(some.map(ended));
      }
    });
  });

  it('with forged tokens are refused one by one, and the good one beside them is not', async () => {
    const edge = await start();
    await besideGoodClient(edge, async () => {
      for (let turn = 0; turn < 10; turn++) {
        const codes = await Promise.all(
          Array.from({ length: 10 }, async (_, index) => {
            const client = await connectWire(edge.port);
            client.send({ ...HELLO, token: `forged-${turn}-${index}` });
            return client.closed;
          }),
        );
        expect(new Set(codes)).toEqual(new Set([4401]));
      }
    });
  });

  it('that claim one session all at once: one of them has it', async () => {
    const edge = await start();
    await besideGoodClient(edge, async () => {
      const { welcome } = await openSession(edge.port);
      const { sessionId, resumeToken } = welcome;
      const claimants = await Promise.all(Array.from({ length: 20 }, () => connectWire(edge.port)));
      const codes: number[] = [];
      for (const client of claimants) {
        client.send({ ...HELLO, resume: { sessionId, resumeToken, lastSeq: 0 } });
        client.closed.then((code) => codes.push(code)).catch(() => {});
      }
      await until(() => codes.length >= 19, 5000);
      expect(new Set(codes)).toEqual(new Set([4409]));
      expect(edge.host.stats().sessions).toBe(2);
      for (const client of claimants) client.close();
    });
  });
});

describe('HTTP', () => {
  it('requests behind one that is still being answered end the connection, and nothing else', async () => {
    const body = new Uint8Array(20 * 1024 * 1024);
    const big = {
      method: 'GET',
      path: '/big',
      handle: () => ({ status: 200, contentType: 'text/plain', body }),
    } as const;
    const edge = await start({ routes: [big] });
    await besideGoodClient(edge, async () => {
      for (let turn = 0; turn < 10; turn++) {
        const socket = await halfRequest(edge.port, '');
        sockets.push(socket);
        socket.pause();
        socket.write('GET /big HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
        await ended(socket);
      }
      expect((await fetch(`http://127.0.0.1:${edge.port}/livez`)).status).toBe(200);
    });
  });

  it('requests beyond what an address may make are answered 429, and end their connection', async () => {
    const edge = await start({ gateway: { connectsPerAddressPerMinute: 50 } });
    const socket = await plain(edge.port, '');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20));
    await ended(socket);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(9);
    expect(statuses.at(-1)).toBe(429);
    expect(text).toContain('rate-limited');
  });

  it.each([
    ['localhost:8080', 200],
    ['127.0.0.1', 200],
    ['[::1]:8080', 200],
    ['edge.example', 200],
    ['rebound.example', 403],
    ['127.0.0.1.rebound.example', 403],
  ])('of a node without tokens is told under the name %s: %i', async (name, status) => {
    const edge = await start({ gateway: { allowedOrigins: ['https://edge.example'] } });
    for (const path of ['/metrics', '/readyz']) {
      const socket = await plain(edge.port, `GET ${path} HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      expect(chunk.toString()).toContain(`HTTP/1.1 ${status} `);
    }
  });
});
