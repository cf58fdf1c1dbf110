import ipaddr from 'ipaddr.js'

/** A network in CIDR notation, parsed. */
export type Network = [ipaddr.IPv4 | ipaddr.IPv6, number]

/**
 * Parses `10.0.0.0/8` or `fd00::/8`.
 *
 * @returns `undefined` when it is not CIDR notation.
 */
export function parseNetwork(cidr: string): Network | undefined {
  return ipaddr.isValidCIDR(cidr) ? ipaddr.parseCIDR(cidr) : undefined
}

/**
 * Why an endpoint may not have `address`, or `undefined` if it may.
 *
 * Only globally reachable unicast addresses are allowed (IANA special-purpose registries, RFC 6890), and those in
 * `allowed`. IPv4 addresses inside IPv6 ones (mapped, NAT64) are judged as what they stand for.
 *
 * @returns the name of the special range, for example `private` or `linkLocal`.
 */
export function forbiddenRange(address: string, allowed: readonly Network[]): string | undefined {
  if (!ipaddr.isValid(address)) return 'unrecognized'
  const judged = unwrap(ipaddr.parse(address))
  const isAllowed = allowed.some(
    ([network, bits]) => network.kind() === judged.kind() && judged.match(network, bits),
  )
  if (isAllowed) return undefined
  const range = judged.range()
  if (range !== 'unicast') return range
  return judged.kind() === 'ipv4' || judged.match(GLOBAL_UNICAST, 3) ? undefined : 'unassigned'
}

// The only IPv6 block from which global addresses are assigned.
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::')

function unwrap(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv4) return address
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  // RFC 6052: 64:ff9b::/96 carries the IPv4 address in its last four bytes.
  if (address.range() === 'rfc6052') return new ipaddr.IPv4(address.toByteArray().slice(12))
  return address
}
