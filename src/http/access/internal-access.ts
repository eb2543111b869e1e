import { createHash, timingSafeEqual } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { clientAddress } from '../client-address.ts';
import type { Access } from '../endpoint.ts';

export interface InternalAccessOptions {
  readonly environment: 'development' | 'production';
  /** Networks in CIDR notation; empty in development: private and loopback ones. */
  readonly allowedCidrs: readonly string[];
  readonly secret: string | null;
  readonly trustedProxies: number;
}

const PRIVATE_CIDRS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '::1/128', 'fc00::/7'];

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * For callers inside of an installation: the address has to be in an allowed network (else 403) and X-Internal-Secret
 * right (else 401). Throws config-invalid where production lacks either, or a network is none.
 */
export function createInternalAccess(options: InternalAccessOptions): Access {
  const { environment, secret } = options;
  if (environment === 'production' && (secret === null || options.allowedCidrs.length === 0)) {
    throw new FramegateError(
      'config-invalid',
      'FRAMEGATE_ENVIRONMENT=production needs FRAMEGATE_INTERNAL_SECRET and FRAMEGATE_ALLOWED_CIDRS',
    );
  }
  const networks = (options.allowedCidrs.length === 0 ? PRIVATE_CIDRS : options.allowedCidrs).map(networkOf);
  const secretHash = secret === null ? null : hashOf(secret);
  return {
    scheme: 'internal',
    admit: ({ headers, socketAddress }) => {
      const address = clientAddress(socketAddress, headers['x-forwarded-for'], options.trustedProxies);
      if (!isWithin(address, networks)) {
        throw new FramegateError('access-refused', 'this client address is not allowed here');
      }
      // Hashes are of one length and say nothing of how far a guess was right.
      if (secretHash !== null && !timingSafeEqual(hashOf(headers['x-internal-secret']), secretHash)) {
        throw new FramegateError('token-missing', 'X-Internal-Secret is missing or wrong');
      }
      return null;
    },
  };
}

function networkOf(text: string): Network {
  const [address = '', bits] = text.split('/');
  try {
    if (bits === undefined) {
      const single = ipaddr.parse(address);
      return [single, single.kind() === 'ipv4' ? 32 : 128];
    }
    return ipaddr.parseCIDR(text) as Network;
  } catch {
    throw new FramegateError(
      'config-invalid',
      `FRAMEGATE_ALLOWED_CIDRS: ${JSON.stringify(text)} is no network`,
    );
  }
}

function isWithin(text: string, networks: readonly Network[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  // ::ffff:10.0.0.1 is 10.0.0.1.
  const address = ipaddr.process(text);
  return networks.some(
    ([network, bits]) => address.kind() === network.kind() && address.match(network, bits),
  );
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
