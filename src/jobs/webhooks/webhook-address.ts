import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { FramegateError } from '../../protocol/framegate-error.ts';

export interface WebhookAddressRules {
  /** Hosts that may be told whatever their address is, over plain http too: `hooks.example.org`, `127.0.0.1:9000`. */
  readonly allowedHosts: readonly string[];
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export interface WebhookTarget {
  readonly url: URL;
  /** The address to connect to; resolving again could give another one. */
  readonly address: string;
}

const MAX_URL_CHARACTERS = 2048;
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');
/** What a cloud's machines reach by an address that looks public: Azure's wire server. */
const METADATA_ADDRESSES: readonly string[] = ['168.63.129.16'];

/**
 * Decides whether a webhook may go to a URL, and to which address. A service that posts wherever it is told to would
 * otherwise reach what stands behind its firewall: clouds' metadata, this machine, the network that it is in.
 * Rejects with webhook-refused.
 */
export async function webhookTarget(text: string, rules: WebhookAddressRules): Promise<WebhookTarget> {
  const url = text.length <= MAX_URL_CHARACTERS && URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw refused('it is no https URL');
  if (url.username !== '' || url.password !== '') throw refused('it carries a password');
  const isListed = rules.allowedHosts.includes(url.host) || rules.allowedHosts.includes(url.hostname);
  if (url.protocol === 'http:' && !isListed) throw refused('it is not https');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await addressesOf(host, rules.resolve ?? resolveAll);
  // One private address among several is enough: which one is connected to would be the resolver's choice.
  if (!isListed && !addresses.every(isPublic)) throw refused('its host is in a private network');
  return { url, address: addresses[0]! };
}

async function addressesOf(
  host: string,
  resolve: (host: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (ipaddr.isValid(host)) return [host];
  const addresses = await resolve(host).catch(() => []);
  if (addresses.length === 0) throw refused('its host has no address', true);
  return addresses;
}

async function resolveAll(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** Whether an address belongs to the internet at large. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // ::ffff:10.0.0.1 is 10.0.0.1.
  const parsed = ipaddr.process(address);
  // What else ipaddr.js calls unicast, as ::127.0.0.1, is not given out to anybody.
  if (parsed.kind() === 'ipv6' && !parsed.match(GLOBAL_IPV6)) return false;
  return parsed.range() === 'unicast' && !METADATA_ADDRESSES.includes(parsed.toString());
}

function refused(why: string, retryable = false): FramegateError {
  return new FramegateError('webhook-refused', `the webhook address is not taken: ${why}`, { retryable });
}
