import { describe, expect, it, test } from 'vitest';
import { createInternalAccess, type InternalAccessOptions } from '../../src/http/access/internal-access.ts';
import { READ_HEADERS, type RequestHeaders } from '../../src/http/route.ts';

const SECRET = 'sixteen letters or more';

function admits(
  options: Partial<InternalAccessOptions>,
  socketAddress: string,
  given: Partial<RequestHeaders> = {},
): string {
  const access = createInternalAccess({
    environment: 'development',
    allowedCidrs: [],
    secret: null,
    trustedProxies: 0,
    ...options,
  });
  const none = Object.fromEntries(READ_HEADERS.map((name) => [name, ''])) as unknown as RequestHeaders;
  try {
    access.admit({ headers: { ...none, ...given }, socketAddress }) as unknown;
    return 'admitted';
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

describe('addresses', () => {
  test.each([
    ['127.0.0.1', 'admitted'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', 'admitted'],
    ['10.1.2.3', 'admitted'],
    ['172.31.0.1', 'admitted'],
    ['172.32.0.1', 'access-refused'],
    ['192.168.7.7', 'admitted'],
    ['fd00::7', 'admitted'],
    ['::ffff:10.0.0.1', 'admitted'],
    ['0000:0000:0000:0000:0000:ffff:0a00:0001', 'admitted'],
    ['::ffff:8.8.8.8', 'access-refused'],
    ['8.8.8.8', 'access-refused'],
    ['2001:db8::1', 'access-refused'],
    ['', 'access-refused'],
    ['not an address', 'access-refused'],
  ])('%s without a list in development is %s', (address, outcome) => {
    expect(admits({}, address)).toBe(outcome);
  });

  test.each([
    ['203.0.113.255', 'admitted'],
    ['203.0.114.0', 'access-refused'],
    ['198.51.100.7', 'admitted'],
    ['198.51.100.8', 'access-refused'],
    ['2001:db8:1::9', 'admitted'],
    ['2001:db8:2::9', 'access-refused'],
    ['127.0.0.1', 'access-refused'],
  ])('%s with a list is %s', (address, outcome) => {
    const allowedCidrs = ['203.0.113.0/24', '198.51.100.7', '2001:db8:1::/48'];
    expect(admits({ allowedCidrs }, address)).toBe(outcome);
  });

  it('of proxies count only as many as are trusted; what a client wrote before them proves nothing', () => {
    const forwarded = { 'x-forwarded-for': '10.0.0.1, 8.8.8.8' };
    expect(admits({}, '127.0.0.1', forwarded)).toBe('admitted');
    expect(admits({ trustedProxies: 1 }, '127.0.0.1', forwarded)).toBe('access-refused');
    expect(admits({ trustedProxies: 1 }, '127.0.0.1', { 'x-forwarded-for': '8.8.8.8, 10.0.0.1' })).toBe(
      'admitted',
    );
  });

  test.each(['10.0.0.0/33', 'intranet', '10.0.0.0/8/8', ''])('%j is no network', (cidr) => {
    expect(() => admits({ allowedCidrs: [cidr] }, '10.0.0.1')).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
  });
});

describe('the secret', () => {
  const options = { secret: SECRET };

  test.each([
    ['', 'token-missing'],
    [SECRET.slice(0, -1), 'token-missing'],
    [`${SECRET}!`, 'token-missing'],
    [SECRET.toUpperCase(), 'token-missing'],
    [SECRET, 'admitted'],
  ])('%j is %s', (given, outcome) => {
    expect(admits(options, '127.0.0.1', { 'x-internal-secret': given })).toBe(outcome);
  });

  it('does not help an address that is not allowed, which learns nothing of it', () => {
    expect(admits(options, '8.8.8.8', { 'x-internal-secret': SECRET })).toBe('access-refused');
    expect(admits(options, '8.8.8.8')).toBe('access-refused');
  });
});

test.each<[string, Partial<InternalAccessOptions>]>([
  ['a secret', { allowedCidrs: ['10.0.0.0/8'] }],
  ['networks', { secret: SECRET }],
  ['both', {}],
])('production without %s does not start', (_, options) => {
  expect(() => admits({ environment: 'production', ...options }, '10.0.0.1')).toThrow(
    expect.objectContaining({ code: 'config-invalid' }),
  );
});
