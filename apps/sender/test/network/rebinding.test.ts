import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { preflight } from '../../src/api/endpoint-check.ts'
import { createAttempter } from '../../src/dispatch/attempter.ts'
import { parseNetwork } from '../../src/domain/address.ts'
import { createNetwork } from '../../src/network/open-connection.ts'
import { createResolver } from '../../src/network/resolver.ts'
import { claimedDelivery } from '../dispatch/support/claimed-delivery.ts'
import { type DnsServer, startDnsServer } from './support/dns-server.ts'

const PUBLIC = '93.184.215.14'

let inside: Server
let port = 0
let requests = 0
let dns: DnsServer

beforeEach(async () => {
  requests = 0
  inside = createServer((_request, response) => {
    requests += 1
    response.end('secret')
  }).listen(0, '127.0.0.1')
  await once(inside, 'listening')
  const address = inside.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterEach(async () => {
  inside.close()
  await dns.close()
})

test('a name that is public at creation and this machine at connect is refused there', async () => {
  dns = await startDnsServer((_name, family, times) => {
    if (family === 6) return { addresses: [] }
    return { addresses: [times === 0 ? PUBLIC : '127.0.0.1'] }
  })
  const resolveHost = createResolver({ servers: [dns.server] })
  const url = new URL(`http://rebind.example:${port}/`)
  const network = createNetwork({ allowedNetworks: [], resolveHost })
  expect(await preflight(url, { network, connects: false })).toMatchObject({ permitted: true, findings: [] })
  const attempter = createAttempter({
    allowedNetworks: [],
    resolveHost,
    timeoutMs: 5000,
    maxConnectionsPerOrigin: 1,
  })
  const result = await attempter.attempt(claimedDelivery(url.href))
  await attempter.close()
  expect(result).toMatchObject({
    outcome: 'ssrf_blocked',
    operatorDetail: expect.stringContaining('127.0.0.1'),
  })
  expect(requests).toBe(0)
})

test('the addresses that were judged are those that are connected to: the name is looked up once', async () => {
  const allowed = ['127.0.0.0/8'].map(parseNetwork).filter((network) => network !== undefined)
  // Judged as 127.0.0.1; a second look-up would lead to where nobody listens.
  dns = await startDnsServer((_name, family, times) => {
    if (family === 6) return { addresses: [] }
    return { addresses: [times === 0 ? '127.0.0.1' : '127.0.0.2'] }
  })
  const resolveHost = createResolver({ servers: [dns.server] })
  const attempter = createAttempter({
    allowedNetworks: allowed,
    resolveHost,
    timeoutMs: 5000,
    maxConnectionsPerOrigin: 1,
  })
  const result = await attempter.attempt(claimedDelivery(`http://rebind.example:${port}/`))
  await attempter.close()
  expect(result).toMatchObject({ outcome: 'succeeded', remoteAddress: '127.0.0.1' })
  expect(dns.questions).toEqual(['A rebind.example', 'AAAA rebind.example'])
})

test('a redirect to an inner address is not followed, and told without its query', async () => {
  dns = await startDnsServer(() => 'nxdomain')
  const allowed = ['127.0.0.0/8'].map(parseNetwork).filter((network) => network !== undefined)
  const redirecting = createServer((_request, response) => {
    response.writeHead(307, { location: `http://user:password@127.0.0.1:${port}/admin?token=abc#part` }).end()
  }).listen(0, '127.0.0.1')
  await once(redirecting, 'listening')
  const address = redirecting.address()
  const from = typeof address === 'object' && address !== null ? address.port : 0
  const attempter = createAttempter({ allowedNetworks: allowed, timeoutMs: 5000, maxConnectionsPerOrigin: 1 })
  const result = await attempter.attempt(claimedDelivery(`http://127.0.0.1:${from}/`))
  await attempter.close()
  redirecting.close()
  expect(result).toMatchObject({
    outcome: 'redirect',
    httpStatus: 307,
    detail: `The endpoint redirects to http://127.0.0.1:${port}/admin?…; redirects are not followed. Change the subscription’s URL to where it now is.`,
  })
  expect(requests).toBe(0)
})
