import { describe, expect, it } from 'vitest';
import { createUpgradeGate } from '../../src/edge/gateway/upgrade-gate.ts';
import { addressKey, clientAddress } from '../../src/http/client-address.ts';

const facts = { address: '10.0.0.1', subprotocols: 'framegate.v1', version: '13', origin: '', host: 'node' };
const settings = {
  maxConnections: 3,
  maxConnectionsPerAddress: 2,
  maxPendingConnections: 12,
  allowedOrigins: [],
};

describe('the upgrade gate', () => {
  it('gives each place back exactly once', () => {
    const gate = createUpgradeGate({ ...settings, maxPendingConnections: 1 }, false);
    const seat = gate.admit(facts);
    expect(() => gate.admit(facts)).toThrow(expect.objectContaining({ code: 'server-busy' }));
    seat.leave();
    seat.leave();
    seat.settle();
    expect(gate.connections).toBe(0);
    gate.admit(facts);
    expect(() => gate.admit(facts)).toThrow(expect.objectContaining({ code: 'server-busy' }));
  });

  it('counts one IPv6 client by its /64', () => {
    const gate = createUpgradeGate(settings, false);
    gate.admit({ ...facts, address: '2001:db8:0:1::1' });
    gate.admit({ ...facts, address: '2001:0db8:0000:0001:ffff:0000:0000:0002' });
    expect(() => gate.admit({ ...facts, address: '2001:db8:0:1:aaaa::3' })).toThrow(
      expect.objectContaining({ code: 'rate-limited' }),
    );
    gate.admit({ ...facts, address: '2001:db8:0:2::1' });
  });

  it('keeps places before hello for other addresses', () => {
    const gate = createUpgradeGate(
      { ...settings, maxConnections: 100, maxConnectionsPerAddress: 50, maxPendingConnections: 4 },
      false,
    );
    const first = gate.admit(facts);
    gate.admit(facts);
    expect(() => gate.admit(facts)).toThrow(
      expect.objectContaining({ code: 'rate-limited', retryable: true }),
    );
    gate.admit({ ...facts, address: '10.0.0.2' });
    first.settle();
    gate.admit(facts);
    expect(() => gate.admit(facts)).toThrow(expect.objectContaining({ code: 'rate-limited' }));
    first.leave();
    expect(() => gate.admit(facts)).toThrow(expect.objectContaining({ code: 'rate-limited' }));
  });

  it.each([
    ['http://localhost:3000', 'localhost:8080', true],
    ['http://127.0.0.1:8080', '127.0.0.1:8080', true],
    ['http://[::1]:8080', '[::1]:8080', true],
    ['', 'node', true],
    ['https://app.example', 'localhost:8080', true],
    ['https://evil.example', 'localhost:8080', false],
    ['http://evil.example:8080', 'evil.example:8080', false],
    ['http://localhost.evil.example', 'localhost:8080', false],
    ['null', 'localhost:8080', false],
  ])(
    'takes pages of this machine and listed ones where no token is needed: %j at %s',
    (origin, host, taken) => {
      const gate = createUpgradeGate({ ...settings, allowedOrigins: [] }, true);
      const listing = createUpgradeGate({ ...settings, allowedOrigins: ['https://app.example'] }, true);
      const asked = () =>
        (origin === 'https://app.example' ? listing : gate).admit({ ...facts, origin, host });
      if (taken) asked();
      else expect(asked).toThrow(expect.objectContaining({ code: 'origin-refused' }));
    },
  );

  it('tells a crowd to come back and a wrong request not to', () => {
    const gate = createUpgradeGate({ ...settings, maxConnections: 0 }, false);
    expect(() => gate.admit(facts)).toThrow(expect.objectContaining({ retryable: true, retryAfterMs: 1000 }));
    expect(() => gate.admit({ ...facts, subprotocols: '' })).toThrow(
      expect.objectContaining({ code: 'subprotocol-required', retryable: false }),
    );
  });
});

describe('clientAddress', () => {
  it('believes only what trusted proxies have added', () => {
    expect(clientAddress('10.0.0.9', '1.2.3.4', 0)).toBe('10.0.0.9');
    expect(clientAddress('10.0.0.9', 'made-up, 1.2.3.4', 1)).toBe('1.2.3.4');
    expect(clientAddress('10.0.0.9', 'made-up, 1.2.3.4, 10.0.0.8', 2)).toBe('1.2.3.4');
    expect(clientAddress('10.0.0.9', '', 1)).toBe('10.0.0.9');
  });
});

describe('addressKey', () => {
  it('keeps IPv4 whole, also inside IPv6', () => {
    expect(addressKey('10.0.0.1')).toBe('10.0.0.1');
    const mapped = '0000:0000:0000:0000:0000:ffff:0a00:0001';
    expect(addressKey(mapped)).toBe(mapped);
  });
});
