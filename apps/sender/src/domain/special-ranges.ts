/**
 * Networks in which no endpoint may be, with the names under which they are reported: the IANA registries of
 * special-purpose IPv4 and IPv6 addresses, multicast, what is left of retired plans, and public addresses at which a
 * cloud answers its own machines. The first that holds an address names it.
 *
 * Anycast services that are globally reachable (AS112, AMT, PCP, TURN) are among them: nobody's endpoint is there, and
 * some networks answer at these addresses themselves.
 */
export const specialRanges: readonly (readonly [cidr: string, name: string])[] = [
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'carrierGradeNat'],
  ['127.0.0.0/8', 'loopback'],
  // Azure's WireServer: certificates and settings of the machine that asks.
  ['168.63.129.16/32', 'cloudMetadata'],
  ['169.254.0.0/16', 'linkLocal'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'anycast'],
  ['192.52.193.0/24', 'anycast'],
  // 6to4 relays.
  ['192.88.99.0/24', 'reserved'],
  ['192.168.0.0/16', 'private'],
  ['192.175.48.0/24', 'anycast'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],

  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  // IPv4-compatible and IPv4-translated addresses among others.
  ['::/8', 'reserved'],
  ['100::/64', 'discard'],
  ['2001::/32', 'teredo'],
  ['2001:2::/48', 'benchmarking'],
  ['2001:10::/28', 'orchid'],
  ['2001:20::/28', 'orchid'],
  ['2001::/23', 'reserved'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4'],
  ['2620:4f:8000::/48', 'anycast'],
  ['3fff::/20', 'documentation'],
  // Returned by the 6bone in 2006 and never assigned again.
  ['3ffe::/16', 'reserved'],
  ['5f00::/16', 'segmentRouting'],
  ['fc00::/7', 'uniqueLocal'],
  ['fe80::/10', 'linkLocal'],
  ['fec0::/10', 'deprecatedSiteLocal'],
  ['ff00::/8', 'multicast'],
]
