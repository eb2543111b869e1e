/**
 * Where a request comes from, as text. With proxies in front, the address that the outermost trusted one saw;
 * whatever stands before that in the header was written by the client and proves nothing.
 */
export function clientAddress(socketAddress: string, forwardedFor: string, trustedProxies: number): string {
  if (trustedProxies === 0) return socketAddress;
  const hops = forwardedFor
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  return hops.at(-trustedProxies) ?? socketAddress;
}

/** What one client can be told by: its IPv4 address, or the /64 that an IPv6 client may choose freely within. */
export function addressKey(address: string): string {
  const mapped = /^(?:0{0,4}:){0,5}:?ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (mapped !== null || !address.includes(':')) return address;
  const [head = '', tail] = address.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
