import ipaddr from 'ipaddr.js'
import { specialRanges } from './special-ranges.ts'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** A network in CIDR notation, parsed. */
export type Network = readonly [Address, number]

/**
 * Parses `10.0.0.0/8` or `fd00::/8`.
 *
 * @returns `undefined` when it is not CIDR notation, when bits beyond the prefix are set (`10.1.2.3/8` may have been
 * meant as one address), and for IPv4 addresses written as IPv6 ones, which are judged as IPv4.
 */
export function parseNetwork(cidr: string): Network | undefined {
  const [text = '', bits = '', ...rest] = cidr.split('/')
  const address = parseAddress(text)
  if (address === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined
  const length = Number(bits)
  if (length > (address.kind() === 'ipv4' ? 32 : 128) || embeddedIpv4(address) !== address) return undefined
  const hasBitsBeyond = address
    .toByteArray()
    .some((byte, index) => (byte & (0xff >> Math.min(8, Math.max(0, length - index * 8)))) !== 0)
  return hasBitsBeyond ? undefined : [address, length]
}

/**
 * Why an endpoint may not have `address`, or `undefined` if it may.
 *
 * Only globally reachable unicast addresses are allowed, and those in `allowed`. IPv4 addresses inside IPv6 ones are
 * judged as what they stand for if that is where packets go (mapped ones and those of NAT64), and are refused
 * otherwise.
 *
 * @param own this machine's addresses, as {@link canonicalAddress} writes them; refused unless allowed.
 * @returns the name of the range (see special-ranges.ts), `own`, `unassigned` for IPv6 addresses that no registry has
 * given out, or `unrecognized` for what is no address, or one with a zone.
 */
export function forbiddenRange(
  address: string,
  allowed: readonly Network[],
  own: ReadonlySet<string> = nothing,
): string | undefined {
  const parsed = parseAddress(address)
  if (parsed === undefined) return 'unrecognized'
  const judged = embeddedIpv4(parsed)
  if (allowed.some((network) => holds(network, judged))) return undefined
  const special = ranges.find(([network]) => holds(network, judged))
  if (special !== undefined) return special[1]
  if (own.has(judged.toString())) return 'own'
  return judged.kind() === 'ipv4' || holds(globalUnicast, judged) ? undefined : 'unassigned'
}

/** An address in the one spelling that {@link forbiddenRange} compares; `undefined` for what is none. */
export function canonicalAddress(address: string): string | undefined {
  const parsed = parseAddress(address)
  return parsed && embeddedIpv4(parsed).toString()
}

const nothing: ReadonlySet<string> = new Set()

const ranges = specialRanges.map(
  ([cidr, name]): readonly [Network, string] => [ipaddr.parseCIDR(cidr), name] as const,
)

// The only IPv6 block from which global addresses are assigned.
const globalUnicast: Network = ipaddr.parseCIDR('2000::/3')

const mapped: Network = ipaddr.parseCIDR('::ffff:0:0/96')
// RFC 6052. Its sibling for local use, 64:ff9b:1::/48, places IPv4 addresses as each network likes, so it is refused.
const nat64: Network = ipaddr.parseCIDR('64:ff9b::/96')

function embeddedIpv4(address: Address): Address {
  if (!holds(mapped, address) && !holds(nat64, address)) return address
  return new ipaddr.IPv4(address.toByteArray().slice(12))
}

function holds([network, bits]: Network, address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, bits)
}

// Strict: `127.1`, `0x7f.0.0.1` and `010.0.0.1` mean different addresses to different parsers, and a zone is not part of
// an address.
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)
    ? ipaddr.IPv6.parse(text)
    : undefined
}
