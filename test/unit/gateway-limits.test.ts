import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openFilesLimit, plainSocketRoom } from '../../src/cli/roles/plain-socket-room.ts';
import { createAddressBudgets } from '../../src/edge/gateway/address-budgets.ts';
import { spend, unspent } from '../../src/edge/gateway/rate-limit.ts';
import { createSocketGate } from '../../src/edge/gateway/socket-gate.ts';
import { createUpgradeGate } from '../../src/edge/gateway/upgrade-gate.ts';
import { createSubjectCounts } from '../../src/edge/subject-counts.ts';

const refused = (code: string) => expect.objectContaining({ code, retryable: true, retryAfterMs: 1000 });

describe('a rate limit', () => {
  it('gives its burst at once and the rest over time, and never more than the burst', () => {
    const limit = { perSecond: 2, burst: 3 };
    const spending = unspent(limit, 0);
    const taken = (atMs: number, amount = 1) => spend(spending, limit, amount, atMs);
    expect([taken(0), taken(0), taken(0), taken(0)]).toEqual([true, true, true, false]);
    expect([taken(499), taken(500), taken(500)]).toEqual([false, true, false]);
    expect([taken(60_000, 4), taken(60_000, 3), taken(60_000)]).toEqual([false, true, false]);
  });

  it('per address is forgotten when it is whole again, or when there are too many addresses', () => {
    let atMs = 0;
    const budgets = createAddressBudgets({ perSecond: 1, burst: 1 }, () => atMs, 100);
    for (let index = 0; index < 500; index++) expect(budgets.take(`a${index}`)).toBe(true);
    expect(budgets.size).toBe(100);
    expect(budgets.take('a499')).toBe(false);
    atMs = 2000;
    for (let index = 0; index < 60; index++) budgets.take('me');
    expect(budgets.size).toBe(1);
  });
});

describe('the socket gate', () => {
  const settings = {
    maxConnections: 2,
    maxPlainSockets: 3,
    connectsPerAddressPerMinute: 600,
    trustedProxies: 0,
  };
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('bounds the node’s sockets, and counts one that was closed politely for as long as it may linger', () => {
    const gate = createSocketGate(settings, () => 0);
    for (let index = 0; index < 5; index++) expect(gate.arrived(`10.0.0.${index}`)).toBe(true);
    expect(gate.arrived('10.0.0.9')).toBe(false);
    gate.left();
    gate.webSocketLeft(true);
    expect(gate.arrived('10.0.0.9')).toBe(false);
    gate.left();
    vi.advanceTimersByTime(16_000);
    expect(gate.arrived('10.0.0.9')).toBe(true);
    gate.webSocketLeft(false);
    expect(gate.open).toBe(4);
  });

  it('counts connections by the socket’s address, and requests on them', () => {
    let atMs = 0;
    const gate = createSocketGate(
      { ...settings, connectsPerAddressPerMinute: 60, maxPlainSockets: 1000 },
      () => atMs,
    );
    const arrivals = Array.from({ length: 13 }, () => gate.arrived('2001:db8::1'));
    expect(arrivals.filter(Boolean)).toHaveLength(12);
    // Its connection has been paid for.
    gate.upgradeAsked('2001:db8::2');
    expect(() => gate.requested('2001:db8::3')).toThrow(refused('rate-limited'));
    gate.requested('2001:db8:0:1::1');
    atMs = 1000;
    gate.requested('2001:db8::4');
  });

  it('behind a proxy counts upgrades by the client’s address, and the proxy’s own sockets by none', () => {
    const gate = createSocketGate(
      { ...settings, connectsPerAddressPerMinute: 60, trustedProxies: 1, maxPlainSockets: 1000 },
      () => 0,
    );
    for (let index = 0; index < 100; index++) expect(gate.arrived('10.0.0.1')).toBe(true);
    for (let index = 0; index < 12; index++) gate.upgradeAsked('203.0.113.7');
    expect(() => gate.upgradeAsked('203.0.113.7')).toThrow(refused('rate-limited'));
    gate.upgradeAsked('203.0.113.8');
  });
});

describe('places before hello', () => {
  const facts = { subprotocols: 'framegate.v1', version: '13', origin: '', host: 'node' };

  it('are taken from the one that has been silent for longest, of the same address if that has its share', () => {
    let atMs = 0;
    const gate = createUpgradeGate(
      { maxConnections: 100, maxConnectionsPerAddress: 100, maxPendingConnections: 4, allowedOrigins: [] },
      false,
      () => atMs,
    );
    const left: string[] = [];
    const admit = (address: string, name: string) => {
      const seat = gate.admit({ ...facts, address });
      seat.opened(() => {
        left.push(name);
        seat.leave();
      });
      return seat;
    };
    const speaking = admit('10.0.0.1', 'a');
    speaking.spoke();
    admit('10.0.0.2', 'b');
    admit('10.0.0.2', 'c');
    expect(() => admit('10.0.0.2', 'd')).toThrow(refused('rate-limited'));
    admit('10.0.0.3', 'e');
    expect(() => admit('10.0.0.4', 'f')).toThrow(refused('server-busy'));
    atMs = 1000;
    admit('10.0.0.4', 'f');
    expect(left).toEqual(['b']);
    admit('10.0.0.2', 'd');
    // Only one place of 10.0.0.2 was left, so that it had not its share; the node was full.
    expect(left).toEqual(['b', 'c']);
    expect(gate.connections).toBe(4);
  });
});

describe('the room for sockets', () => {
  it.each([
    [4096, null, 4096],
    [4096, 1_048_576, 4096],
    [4096, 4096, 2816],
    [4096, 1024, 16],
  ])('of %i wanted and %s files is %i', (wanted, files, room) => {
    expect(plainSocketRoom(wanted, 1024, files)).toBe(room);
  });

  it.skipIf(process.platform !== 'linux')('knows what this process may open', () => {
    expect(openFilesLimit()).toBeGreaterThan(0);
  });
});

describe('sessions of a subject', () => {
  it('are counted, and one that takes another’s place is let in', () => {
    const counts = createSubjectCounts<{ name: string }>(2);
    const [a, b, c, d] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }] as const;
    expect(counts.enter(a, 'sam', undefined)).toBe(true);
    expect(counts.enter(b, 'sam', undefined)).toBe(true);
    expect(counts.enter(c, 'sam', undefined)).toBe(false);
    expect(counts.enter(c, 'sam', a)).toBe(true);
    counts.leave(a);
    counts.leave(a);
    expect(counts.enter(d, 'sam', undefined)).toBe(false);
    counts.leave(b);
    expect(counts.enter(d, 'sam', undefined)).toBe(true);
    expect(counts.enter(a, 'kim', d)).toBe(true);
  });
});
