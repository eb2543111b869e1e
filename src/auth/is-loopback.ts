import { isIPv4 } from 'node:net';

/** Whether only this machine reaches a server bound to the address. A name other than `localhost` counts as reachable. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}
