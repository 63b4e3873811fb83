/**
 * By what an address counts in limits: IPv4 as it is, IPv6 by its first 64 bits, which one client has to
 * itself (RFC 6177, RFC 4291 2.5.4). Null for an address that is not known.
 */
export function addressKey(address: string): string | null {
  if (address === 'unknown') return null;
  const text = address.replace(/%.*$/, '');
  // URL has the one parser of IPv6 there is everywhere (WHATWG URL, host parsing).
  if (!text.includes(':') || !URL.canParse(`http://[${text}]`)) return text;
  const groups = groupsOf(new URL(`http://[${text}]`).hostname.slice(1, -1));
  const [high = 0, low = 0] = groups.slice(6);
  // IPv4, as a socket for both families shows it (RFC 4291 2.5.5.2).
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of an IPv6 address as URL writes it: without dots, `::` once at most. */
function groupsOf(address: string): number[] {
  const [before = [], after] = address
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  if (after === undefined) return before;
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
