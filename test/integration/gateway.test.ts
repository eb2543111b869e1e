import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePort } from '../../src/cli/local-servers/free-port.ts';
import type { GatewaySettings } from '../../src/edge/gateway/gateway-settings.ts';
import { createGateway, type Gateway, type GatewayDeps } from '../../src/edge/gateway.ts';
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { createCodec } from '../../src/protocol/codec.ts';
import { SERVER_STRUCTURE_LIMITS } from '../../src/protocol/limits.ts';
import { createFakeSessionHost, type FakeSessionHost } from '../support/fake-session-host.ts';
import { halfRequest, handshake, maskedFrame, openStream } from '../support/raw-websocket.ts';
import { until } from '../support/until.ts';

interface Running {
  readonly gateway: Gateway;
  readonly port: number;
  readonly metrics: Metrics;
  readonly faults: unknown[];
}

const running: Running[] = [];
const sockets: Socket[] = [];

async function start(
  host: Pick<FakeSessionHost, 'accept'>,
  settings: Partial<GatewaySettings> = {},
  health: Partial<GatewayDeps['health']> = {},
  wantedPort = 0,
  anonymous = true,
): Promise<Running> {
  const metrics = createMetrics({ node: 'n1', version: '1' });
  const faults: unknown[] = [];
  const gateway = createGateway({
    host,
    settings,
    anonymous,
    health: { node: 'n1', warm: () => true, dependencies: [], ...health },
    metrics,
    observer: metrics.edge,
    logger: { info() {}, error: (fields) => faults.push(fields.err) },
  });
  const { port } = await gateway.listen('127.0.0.1', wantedPort);
  const started = { gateway, port, metrics, faults };
  running.push(started);
  return started;
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const { gateway, metrics } of running.splice(0)) {
    await gateway.close();
    metrics.close();
  }
});

const errorIn = (bytes: Uint8Array) => createCodec(SERVER_STRUCTURE_LIMITS).decode(bytes);

/** Echoes every message. */
const echoing = () =>
  createFakeSessionHost((event, connection) => {
    if (event.type === 'message') connection.send(event.bytes);
  });

async function answerOf(port: number, path: string, init?: RequestInit) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

describe('an upgrade', () => {
  it('speaks framegate.v1, and says so', async () => {
    const { port } = await start(createFakeSessionHost());
    const answer = await handshake(port, { 'sec-websocket-protocol': 'other, framegate.v1' });
    sockets.push(answer.socket as Socket);
    expect(answer).toMatchObject({ status: 101, headers: { 'sec-websocket-protocol': 'framegate.v1' } });
    expect(answer.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it.each([
    ['no subprotocol', { 'sec-websocket-protocol': undefined }, 400, 'subprotocol-required'],
    ['another subprotocol', { 'sec-websocket-protocol': 'framegate.v10' }, 400, 'subprotocol-required'],
    ['another version', { 'sec-websocket-version': '8' }, 426, 'upgrade-required'],
    ['no key', { 'sec-websocket-key': undefined }, 426, 'upgrade-required'],
    ['a page of another origin', { origin: 'https://evil.example' }, 403, 'origin-refused'],
  ])('with %s is refused', async (_what, headers, status, code) => {
    const host = createFakeSessionHost();
    const { port, gateway } = await start(host, { allowedOrigins: ['https://app.example'] });
    const answer = await handshake(port, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code, retryable: false } });
    expect(gateway.connections).toBe(0);
  });

  it('of an allowed page or of no page passes', async () => {
    const { port } = await start(createFakeSessionHost(), { allowedOrigins: ['https://app.example'] });
    for (const origin of ['https://app.example', 'https://APP.example', undefined]) {
      const { status, socket } = await handshake(port, { origin });
      sockets.push(socket as Socket);
      expect(status).toBe(101);
    }
  });

  it('of the node’s own page passes, whatever other origins are listed', async () => {
    const settings = { allowedOrigins: ['https://app.example'] };
    const { port } = await start(createFakeSessionHost(), settings, {}, 0, false);
    const knocks = [
      [`http://127.0.0.1:${port}`, undefined, 101],
      ['https://edge.example', 'Edge.example', 101],
      ['https://edge.example', 'edge.example:8443', 403],
      ['null', 'edge.example', 403],
    ] as const;
    for (const [origin, host, expected] of knocks) {
      const { status, socket } = await handshake(port, { origin, ...(host !== undefined && { host }) });
      if (socket !== null) sockets.push(socket);
      expect(status, origin).toBe(expected);
    }
  });

  it('hands over address, token and whether none is needed', async () => {
    const host = createFakeSessionHost();
    const { port } = await start(host, { trustedProxies: 1 });
    const { socket } = await handshake(port, {
      authorization: 'Bearer abc.def.ghi',
      'x-forwarded-for': '1.1.1.1, 9.9.9.9',
    });
    sockets.push(socket as Socket);
    expect((await host.accepted(0)).context).toEqual({
      remoteAddress: '9.9.9.9',
      anonymous: true,
      token: 'abc.def.ghi',
    });
  });
});

describe('messages', () => {
  it('come and go unchanged, as copies of the socket’s own buffer', async () => {
    const host = echoing();
    const { port } = await start(host);
    const client = await openStream(port);
    const messages = [1, 2, 3].map((value) => new Uint8Array(5000).fill(value));
    for (const message of messages) client.send(message);
    for (const message of messages) expect(await client.next()).toEqual(message);
    // Long after the handler has returned the host's bytes are still what was sent.
    const { events } = await host.accepted(0);
    expect(events.map((event) => event.type === 'message' && event.bytes[4999])).toEqual([1, 2, 3]);
  });

  it('as text are told to the host, without their content', async () => {
    const host = createFakeSessionHost();
    const { port } = await start(host);
    (await openStream(port)).send('{"type":"hello"}');
    const { saw, events } = await host.accepted(0);
    await saw('text');
    expect(events).toEqual([{ type: 'text' }]);
  });

  it('before hello are limited to the bytes of a hello', async () => {
    const host = createFakeSessionHost();
    const { port } = await start(host);
    const client = await openStream(port);
    client.send(new Uint8Array(17 * 1024));
    expect(errorIn(await client.next())).toMatchObject({ type: 'error', code: 'payload-too-large' });
    expect(await client.closed).toEqual({ code: 4413, reason: 'message-too-large' });
    const { saw, events } = await host.accepted(0);
    await saw('close');
    expect(events).toEqual([{ type: 'close' }]);
  });

  it('that are a little too large close with a code, and absurd ones just close', async () => {
    const { port } = await start(echoing(), { maxMessageBytes: 20_000 });
    const client = await openStream(port);
    client.send(new Uint8Array(10));
    await client.next();
    client.send(new Uint8Array(20_000));
    expect(await client.next()).toHaveLength(20_000);
    client.send(new Uint8Array(20_001));
    expect(errorIn(await client.next())).toMatchObject({ type: 'error', code: 'payload-too-large' });
    expect(await client.closed).toMatchObject({ code: 4413 });

    const absurd = await openStream(port);
    absurd.send(new Uint8Array(1_000_000));
    expect(await absurd.closed).toMatchObject({ code: 1006 });
  });

  it('in pieces that arrive byte by byte are one message', async () => {
    const host = createFakeSessionHost();
    const { port } = await start(host);
    const { socket } = await handshake(port);
    sockets.push(socket as Socket);
    socket?.setNoDelay(true);
    for (const byte of maskedFrame(new Uint8Array([7, 8, 9]))) socket?.write(Buffer.from([byte]));
    expect(await (await host.accepted(0)).saw('message')).toMatchObject({ bytes: new Uint8Array([7, 8, 9]) });
  });
});

describe('closing', () => {
  it('by the host reaches the client with code and reason, behind what was sent', async () => {
    const host = createFakeSessionHost((event, connection) => {
      if (event.type !== 'message') return;
      connection.send(new Uint8Array([1]));
      connection.close(CLOSE_CODES.unauthorized.code, 'token-expired');
      connection.close(1000, 'a second time');
      expect(connection.send(new Uint8Array([2]))).toBe('dropped');
    });
    const { port, gateway, faults } = await start(host);
    const client = await openStream(port);
    client.send(new Uint8Array([0]));
    expect(await client.next()).toEqual(new Uint8Array([1]));
    expect(await client.closed).toEqual({ code: 4401, reason: 'token-expired' });
    await (await host.accepted(0)).saw('close');
    expect(gateway.connections).toBe(0);
    expect(faults).toEqual([]);
  });

  it('is not told to the host in the middle of its own call', async () => {
    const order: string[] = [];
    const host = createFakeSessionHost((event, connection) => {
      if (event.type === 'message') {
        connection.close(1000, 'bye');
        order.push('closed');
      } else order.push(event.type);
    });
    const { port } = await start(host);
    const client = await openStream(port);
    client.send(new Uint8Array([0]));
    await client.closed;
    await (await host.accepted(0)).saw('close');
    expect(order).toEqual(['closed', 'close']);
  });

  it('leaves a connection that every call can still be made on', async () => {
    const host = createFakeSessionHost();
    const { port } = await start(host);
    const client = await openStream(port);
    const { connection, saw } = await host.accepted(0);
    client.socket.close(1000, 'done');
    await saw('close');
    expect(connection.send(new Uint8Array([1]))).toBe('dropped');
    expect(connection.bufferedBytes()).toBe(0);
    connection.close(1000, 'late');
  });

  it('is what a fault of the host costs, and no more', async () => {
    const host = createFakeSessionHost((event) => {
      if (event.type === 'message') throw new Error('a bug');
    });
    const { port, faults } = await start(host);
    const [faulty, healthy] = [await openStream(port), await openStream(port)];
    faulty.send(new Uint8Array([1]));
    expect(await faulty.closed).toEqual({ code: 4500, reason: 'internal' });
    expect(faults).toMatchObject([{ message: 'a bug' }]);
    healthy.send('still there');
    await (await host.accepted(1)).saw('text');
  });
});

describe('a client that never reads', () => {
  it('is cut off when too much waits for it, and what waited is freed', async () => {
    const chunk = new Uint8Array(256 * 1024);
    const outcomes: string[] = [];
    const host = createFakeSessionHost((event, connection) => {
      if (event.type !== 'message') return;
      while (outcomes.at(-1) !== 'dropped') outcomes.push(connection.send(chunk));
    });
    const { port, gateway } = await start(host, { maxBackpressureBytes: 1024 * 1024 });
    const { socket } = await handshake(port);
    sockets.push(socket as Socket);
    socket?.pause();
    socket?.write(maskedFrame(new Uint8Array([1])));
    const { saw, connection } = await host.accepted(0);
    await saw('close');
    expect([...new Set(outcomes)]).toEqual(['sent', 'buffered', 'dropped']);
    expect(connection.bufferedBytes()).toBe(0);
    expect(gateway.connections).toBe(0);
    // What the kernel had still comes; what the gateway had kept does not.
    let receivedBytes = 0;
    socket?.on('data', (data: Buffer) => {
      receivedBytes += data.length;
    });
    const ended = new Promise((resolve) => socket?.once('close', resolve));
    socket?.on('error', () => {});
    socket?.resume();
    await ended;
    const takenBytes = outcomes.filter((outcome) => outcome !== 'dropped').length * chunk.length;
    expect(receivedBytes).toBeLessThan(takenBytes);
  });

  it.each([
    ['is cut off at once when it is closed as too slow', CLOSE_CODES['too-slow'].code, false],
    ['gets all that was sent, and the close frame, when it is closed for another reason', 4503, true],
  ])('%s', async (_title, code, getsAll) => {
    let takenBytes = 0;
    const host = createFakeSessionHost((event, connection) => {
      if (event.type !== 'message') return;
      const chunk = new Uint8Array(256 * 1024);
      do takenBytes += chunk.length;
      while (connection.send(chunk) === 'sent');
      connection.close(code, 'reason');
    });
    const { port } = await start(host);
    const { socket } = await handshake(port);
    sockets.push(socket as Socket);
    socket?.pause();
    socket?.write(maskedFrame(new Uint8Array([1])));
    await (await host.accepted(0)).saw('close');
    let receivedBytes = 0;
    let tail = Buffer.alloc(0);
    socket?.on('data', (data: Buffer) => {
      receivedBytes += data.length;
      tail = Buffer.concat([tail, data]).subarray(-10);
    });
    socket?.on('error', () => {});
    const ended = new Promise((resolve) => socket?.once('close', resolve));
    socket?.resume();
    await ended;
    expect(receivedBytes > takenBytes).toBe(getsAll);
    expect(tail.equals(Buffer.from([0x88, 8, code >> 8, code & 255, ...Buffer.from('reason')]))).toBe(
      getsAll,
    );
  });

  it('that reads again is told to the host as drained', async () => {
    const host = createFakeSessionHost((event, connection) => {
      if (event.type !== 'message') return;
      // Until the kernel's own buffers are full.
      while (connection.send(new Uint8Array(256 * 1024)) === 'sent');
    });
    const { port } = await start(host);
    const { socket } = await handshake(port);
    sockets.push(socket as Socket);
    socket?.pause();
    socket?.write(maskedFrame(new Uint8Array([1])));
    const { saw, connection } = await host.accepted(0);
    await saw('message');
    expect(connection.bufferedBytes()).toBeGreaterThan(0);
    socket?.resume();
    await saw('drain');
  });
});

describe('heartbeats', () => {
  it('measure the round trip and keep a silent client', async () => {
    const host = createFakeSessionHost();
    const { port, gateway } = await start(host, { heartbeatMs: 20, idleTimeoutMs: 100 });
    await openStream(port);
    const { saw, events } = await host.accepted(0);
    expect((await saw('round-trip')).roundTripMs).toBeGreaterThanOrEqual(0);
    await expect.poll(() => events.length, { timeout: 5000 }).toBeGreaterThan(10);
    expect(gateway.connections).toBe(1);
  });

  it('end a client that does not answer', async () => {
    const host = createFakeSessionHost();
    const { port } = await start(host, { heartbeatMs: 20, idleTimeoutMs: 60 });
    const { socket } = await handshake(port);
    sockets.push(socket as Socket);
    // The raw client never answers a ping. Its close frame: 0x88, length, 4441.
    const received: Buffer[] = [];
    socket?.on('data', (chunk: Buffer) => received.push(chunk));
    await (await host.accepted(0)).saw('close');
    await once(socket as Socket, 'end');
    const bytes = Buffer.concat(received);
    expect(bytes.includes(Buffer.from([0x88, 6, 4441 >> 8, 4441 & 255]))).toBe(true);
  });
});

describe('caps', () => {
  it('on one address answer 429, and the place is free again after a close', async () => {
    const host = createFakeSessionHost();
    const { port, metrics } = await start(host, { maxConnectionsPerAddress: 2 });
    const [first] = [await openStream(port), await openStream(port)];
    const refused = await handshake(port);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: 'rate-limited', retryable: true } });
    first?.socket.close();
    await (await host.accepted(0)).saw('close');
    await openStream(port);
    expect(await metrics.text()).toContain(
      'framegate_upgrades_refused_total{code="rate-limited",node="n1"} 1',
    );
  });

  it('on all connections answer 503', async () => {
    const { port } = await start(createFakeSessionHost(), { maxConnections: 1 });
    await openStream(port);
    const refused = await handshake(port);
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: 'server-busy' } });
  });

  it('on connections without a hello count only those the host has not answered', async () => {
    const { port } = await start(echoing(), { maxPendingConnections: 1 });
    const client = await openStream(port);
    expect((await handshake(port)).status).toBe(503);
    client.send(new Uint8Array([1]));
    await client.next();
    const second = await handshake(port);
    sockets.push(second.socket as Socket);
    expect(second.status).toBe(101);
  });

  it('on sockets forget those that were WebSockets and have gone', async () => {
    const host = createFakeSessionHost();
    const { port } = await start(host, { maxConnections: 2 });
    for (let i = 0; i < 140; i++) {
      const { socket } = await handshake(port);
      socket?.destroy();
      await (await host.accepted(i)).saw('close');
    }
    expect((await answerOf(port, '/livez')).status).toBe(200);
  });

  it('on sockets hold against handshakes that never end, and these take no place of a WebSocket', async () => {
    const { port } = await start(createFakeSessionHost(), { maxConnections: 2, maxPlainSockets: 128 });
    const slow = await Promise.all(
      Array.from({ length: 100 }, () => halfRequest(port, 'GET /v1/stream HTTP/1.1\r\nHost: x\r\n')),
    );
    sockets.push(...slow);
    await openStream(port);
    const flood = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const socket = await halfRequest(port, '');
        sockets.push(socket);
        return socket;
      }),
    );
    // 2 WebSockets and 128 spare sockets are taken; the rest is closed on arrival.
    const last = flood.at(-1) as Socket;
    if (!last.closed) await once(last, 'close');
    for (const socket of [...slow, ...flood]) socket.destroy();
    await expect
      .poll(() =>
        answerOf(port, '/livez').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });
});

describe('HTTP beside the stream', () => {
  it('says live, ready and what the dependencies do', async () => {
    let warm = false;
    let nats = true;
    const { port } = await start(
      createFakeSessionHost(),
      {},
      {
        warm: () => warm,
        keepMs: 0,
        checkTimeoutMs: 50,
        detail: () => ({ sessions: 0 }),
        dependencies: [
          {
            name: 'nats',
            required: true,
            check: () => (nats ? Promise.resolve('2.9.10') : Promise.reject(new Error('away'))),
          },
          // Never answers.
          { name: 'redis', required: false, check: () => new Promise(() => {}) },
        ],
      },
    );
    expect((await answerOf(port, '/livez')).status).toBe(200);
    const warming = await answerOf(port, '/readyz');
    expect(warming.status).toBe(503);
    expect(JSON.parse(warming.text)).toMatchObject({ status: 'warming' });
    warm = true;
    const ready = await answerOf(port, '/readyz');
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toEqual({
      status: 'degraded',
      node: 'n1',
      sessions: 0,
      dependencies: {
        nats: { status: 'ok', required: true, detail: '2.9.10' },
        redis: { status: 'down', required: false, detail: 'no answer within 50 ms' },
      },
    });
    nats = false;
    const away = await answerOf(port, '/readyz');
    expect(away.status).toBe(503);
    expect(JSON.parse(away.text)).toMatchObject({ status: 'unavailable' });
  });

  it('gives metrics in Prometheus’s format', async () => {
    const { port } = await start(echoing());
    const client = await openStream(port);
    client.send(new Uint8Array([1, 2, 3]));
    await client.next();
    const { headers, text } = await answerOf(port, '/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('framegate_connections_opened_total{node="n1"} 1');
    expect(text).toContain('framegate_received_bytes_total{node="n1"} 3');
  });

  it.each([
    ['GET', '/nope', 404, 'not-found'],
    ['GET', '/livez/', 404, 'not-found'],
    ['POST', '/nope', 404, 'not-found'],
    ['POST', '/livez', 405, 'method-not-allowed'],
    ['DELETE', '/metrics', 405, 'method-not-allowed'],
    ['GET', '/v1/stream', 426, 'upgrade-required'],
    ['POST', '/v1/stream', 405, 'method-not-allowed'],
  ])('answers %s %s with %i and a JSON envelope', async (method, path, status, code) => {
    const { port } = await start(createFakeSessionHost());
    const answer = await answerOf(port, path, {
      method,
      ...(method === 'POST' && { body: 'x'.repeat(100_000) }),
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code, retryable: false } });
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  it('answers HEAD with the length and no body, and goes on with the next request', async () => {
    const { port } = await start(createFakeSessionHost());
    const requests = [
      ['HEAD', '/livez', 200],
      ['HEAD', '/nope', 404],
      ['GET', '/livez', 200],
    ] as const;
    const socket = await halfRequest(
      port,
      requests.map(([method, path]) => `${method} ${path} HTTP/1.1\r\nHost: node\r\n\r\n`).join(''),
    );
    sockets.push(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await until(() => text.endsWith('}'), 5000);
    const answers = text.split(/(?=HTTP\/1\.1 )/);
    expect(answers.map((answer) => Number(answer.split(' ')[1]))).toEqual(
      requests.map(([, , status]) => status),
    );
    for (const answer of answers.slice(0, 2)) {
      expect(answer).toMatch(/content-length: [1-9]/i);
      expect(answer.split('\r\n\r\n')[1]).toBe('');
    }
  });

  it('survives a client that leaves before its answer', async () => {
    let release: (detail: string) => void = () => {};
    let asked: () => void = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { port, faults } = await start(
      createFakeSessionHost(),
      {},
      {
        checkTimeoutMs: 5000,
        dependencies: [
          {
            name: 'nats',
            required: false,
            check: () => {
              asked();
              return new Promise((resolve) => {
                release = resolve;
              });
            },
          },
        ],
      },
    );
    const gone = await halfRequest(port, 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await isAsked;
    gone.destroy();
    await answerOf(port, '/livez');
    release('2.9');
    expect((await answerOf(port, '/readyz')).status).toBe(200);
    expect(faults).toEqual([]);
  });
});

describe('draining', () => {
  it('refuses newcomers, says so on /readyz, and ends when the last client has left', async () => {
    const host = createFakeSessionHost();
    const { port, gateway } = await start(host);
    await openStream(port);
    const drained = gateway.drain();
    const refused = await handshake(port);
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: 'server-draining', retryable: true } });
    const ready = await answerOf(port, '/readyz');
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text)).toMatchObject({ status: 'draining' });
    expect((await answerOf(port, '/livez')).status).toBe(200);
    (await host.accepted(0)).connection.close(CLOSE_CODES.draining.code, 'draining');
    await drained;
    expect(gateway.connections).toBe(0);
  });

  it('closes those as draining who do not leave in time', async () => {
    const { port, gateway } = await start(createFakeSessionHost(), { drainTimeoutMs: 30 });
    const client = await openStream(port);
    await gateway.drain();
    expect(await client.closed).toEqual({ code: 4503, reason: 'draining' });
  });
});

describe('listening', () => {
  it('fails on a port that is taken, also by another gateway', async () => {
    const port = await findFreePort();
    // Not port 0, which would let nobody in by itself.
    await start(createFakeSessionHost(), {}, {}, port);
    const second = createGateway({
      host: createFakeSessionHost(),
      anonymous: true,
      health: { node: 'n2', warm: () => true, dependencies: [] },
      metrics: { contentType: 'text/plain', text: async () => '' },
      logger: { info() {}, error() {} },
    });
    await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'port-in-use' });
    await second.close();
  });

  it('ends with close, which frees the port and tells the host', async () => {
    const host = createFakeSessionHost();
    const { port, gateway } = await start(host);
    const client = await openStream(port);
    await gateway.close();
    await gateway.close();
    await (await host.accepted(0)).saw('close');
    expect(await client.closed).toMatchObject({ code: 1006 });
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
  });
});
