import { assert, constantFrom, integer, property, tuple } from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { forbiddenRange, parseNetwork } from '../../src/domain/address.ts'

/** Every row of IANA's registries of special-purpose addresses, and of the multicast registries. */
const registry = [
  '0.0.0.0/8',
  '0.0.0.0/32',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.0.0/29',
  '192.0.0.8/32',
  '192.0.0.9/32',
  '192.0.0.10/32',
  '192.0.0.170/32',
  '192.0.0.171/32',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.88.99.2/32',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '255.255.255.255/32',
  '::1/128',
  '::/128',
  '64:ff9b:1::/48',
  '100::/64',
  '100:0:0:1::/64',
  '2001::/23',
  '2001::/32',
  '2001:1::1/128',
  '2001:1::2/128',
  '2001:1::3/128',
  '2001:2::/48',
  '2001:3::/32',
  '2001:4:112::/48',
  '2001:10::/28',
  '2001:20::/28',
  '2001:30::/28',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  '::/8',
]

/** First and last address of a network. */
function bounds(cidr: string): readonly [string, string] {
  const [address, bits] = ipaddr.parseCIDR(cidr)
  const bytes = address.toByteArray()
  const last = bytes.map((byte, index) => byte | (0xff >> Math.min(8, Math.max(0, bits - index * 8))))
  return [ipaddr.fromByteArray(bytes).toString(), ipaddr.fromByteArray(last).toString()]
}

test.each(registry.filter((cidr) => cidr !== '::/8'))(
  '%s is forbidden from its first address to its last',
  (cidr) => {
    expect(bounds(cidr).map((address) => forbiddenRange(address, []))).not.toContain(undefined)
  },
)

test('of ::/8, mapped addresses and those of NAT64 stand for others; the rest is forbidden', () => {
  expect(
    ['::2', '0:1::', 'ff:ffff::1', '::5db8:d70e', '::ffff:0:5db8:d70e'].map((address) =>
      forbiddenRange(address, []),
    ),
  ).toEqual(Array.from({ length: 5 }, () => 'reserved'))
  expect(['::ffff:8.8.8.8', '64:ff9b::8.8.8.8'].map((address) => forbiddenRange(address, []))).toEqual([
    undefined,
    undefined,
  ])
})

const special = registry.filter((cidr) => !cidr.includes(':'))

/** An address in one of the special IPv4 networks. */
const specialIpv4 = tuple(constantFrom(...special), integer({ min: 0, max: 0xffff_ffff })).map(
  ([cidr, random]) => {
    const [address, bits] = ipaddr.parseCIDR(cidr)
    const base = address.toByteArray().reduce((value, byte) => value * 256 + byte, 0)
    const host = bits === 32 ? 0 : random % 2 ** (32 - bits)
    return base + host
  },
)

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

const spellings: readonly ((value: number) => string)[] = [
  dotted,
  (value) => String(value),
  (value) => `0x${value.toString(16)}`,
  (value) => `0${value.toString(8)}`,
  (value) =>
    dotted(value)
      .split('.')
      .map((part) => `0x${Number(part).toString(16)}`)
      .join('.'),
  (value) =>
    dotted(value)
      .split('.')
      .map((part) => `0${Number(part).toString(8)}`)
      .join('.'),
  (value) => `${Math.floor(value / 2 ** 24)}.${value % 2 ** 24}`,
  (value) => `${dotted(value)}.`,
  (value) => dotted(value).replaceAll(/\d/g, (digit) => `%3${digit}`),
  (value) =>
    dotted(value)
      .replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
      .replaceAll('.', '。'),
  (value) => `[::ffff:${dotted(value)}]`,
  (value) => `[::${dotted(value)}]`,
  (value) => `[::ffff:0:${dotted(value)}]`,
  (value) => `[64:ff9b::${dotted(value)}]`,
  (value) => `[64:ff9b:1::${dotted(value)}]`,
  (value) => `[2002:${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}::1]`,
]

describe('any special IPv4 address', () => {
  test('is forbidden in any spelling that a URL may have, and inside any IPv6 one', () => {
    assert(
      property(specialIpv4, constantFrom(...spellings), (value, spell) => {
        const { hostname } = new URL(`http://${spell(value)}/`)
        expect(forbiddenRange(hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, ''), [])).toBeDefined()
      }),
      { numRuns: 2000 },
    )
  })
})

test('this machine’s own addresses are forbidden unless their network is allowed', () => {
  const own = new Set(['93.184.215.14', '2606:4700::1111'])
  const allowed = ['93.184.215.0/24'].map(parseNetwork).filter((network) => network !== undefined)
  const judge = (address: string): string | undefined => forbiddenRange(address, [], own)
  expect(['93.184.215.14', '::ffff:93.184.215.14', '2606:4700:0::1111', '93.184.215.15'].map(judge)).toEqual([
    'own',
    'own',
    'own',
    undefined,
  ])
  expect(forbiddenRange('93.184.215.14', allowed, own)).toBeUndefined()
})

test.each([
  '10.1.2.3/8',
  '::ffff:10.0.0.0/104',
  '64:ff9b::a00:0/104',
  '0x0a.0.0.0/8',
  '10.0.0.0/08x',
  'fe80::%eth0/10',
  '10/8',
])('%s is not taken for a network', (cidr) => {
  expect(parseNetwork(cidr)).toBeUndefined()
})

test.each(['10.0.0.0/8', '10.1.2.3/32', '0.0.0.0/0', 'fd00::/8', '::1/128', '::/0'])(
  '%s is a network',
  (cidr) => {
    expect(parseNetwork(cidr)).toBeDefined()
  },
)
