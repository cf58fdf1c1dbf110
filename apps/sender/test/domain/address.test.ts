import { expect, test } from 'vitest'
import { forbiddenRange, parseNetwork, type Network } from '../../src/domain/address.ts'

test.each([
  ['8.8.8.8', undefined],
  ['2606:4700::1111', undefined],
  ['::ffff:8.8.8.8', undefined],
  ['64:ff9b::8.8.8.8', undefined],
  ['127.0.0.1', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'linkLocal'],
  ['168.63.129.16', 'cloudMetadata'],
  ['168.63.129.17', undefined],
  ['100.64.0.1', 'carrierGradeNat'],
  ['0.0.0.0', 'unspecified'],
  ['198.18.0.1', 'benchmarking'],
  ['192.0.2.1', 'documentation'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['240.0.0.1', 'reserved'],
  ['::1', 'loopback'],
  ['::', 'unspecified'],
  ['fc00::1', 'uniqueLocal'],
  ['fe80::1', 'linkLocal'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['2002:7f00:1::', '6to4'],
  ['2001::1', 'teredo'],
  ['ff02::1', 'multicast'],
  ['fec0::1', 'deprecatedSiteLocal'],
  ['::7f00:1', 'reserved'],
  ['not an address', 'unrecognized'],
])('%s is in range %s', (address, range) => {
  expect(forbiddenRange(address, [])).toBe(range)
})

test('an allowed network permits its addresses, also inside IPv6 ones, and no others', () => {
  const allowed = ['10.0.0.0/8', 'fd00::/8']
    .map(parseNetwork)
    .filter((network): network is Network => network !== undefined)
  const judge = (address: string): string | undefined => forbiddenRange(address, allowed)
  expect([judge('10.9.9.9'), judge('::ffff:10.9.9.9'), judge('fd12::1')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect([judge('192.168.1.1'), judge('fc00::1')]).toEqual(['private', 'uniqueLocal'])
})

test('what is not CIDR notation is no network', () => {
  expect(['10.0.0.0', '10.0.0.0/33', 'x/8', ''].map(parseNetwork)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
