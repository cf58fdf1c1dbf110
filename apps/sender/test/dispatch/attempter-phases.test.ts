import { once } from 'node:events'
import { createServer, connect, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Attempter, createAttempter, type AttempterOptions } from '../../src/dispatch/attempter.ts'
import { parseNetwork } from '../../src/domain/address.ts'
import { MASK } from '../../src/domain/custom-headers.ts'
import type { Phases } from '../../src/domain/outcome.ts'
import { eventually } from '../support/eventually.ts'
import { createCertificates, type Certificates } from './support/certificates.ts'
import { claimedDelivery } from './support/claimed-delivery.ts'
import { answer, type RawServer, type RawServerOptions, startRawServer } from './support/raw-server.ts'

const SLOW_MS = 300
const loopback = ['127.0.0.0/8', '::1/128'].map(parseNetwork).filter((network) => network !== undefined)
const defaults = getCACertificates()

let certificates: Certificates
let attempters: Attempter[] = []
let servers: { close(): unknown }[] = []

beforeAll(() => {
  certificates = createCertificates()
  setDefaultCACertificates([...defaults, certificates.authority])
})
afterAll(() => setDefaultCACertificates(defaults))
beforeEach(() => {
  attempters = []
  servers = []
})
afterEach(async () => {
  await Promise.all(attempters.map(async (attempter) => await attempter.close()))
  await Promise.all(servers.map(async (server) => await server.close()))
})

function create(options: Partial<AttempterOptions> = {}): Attempter {
  const attempter = createAttempter({
    timeoutMs: 5000,
    maxConnectionsPerOrigin: 100,
    allowedNetworks: loopback,
    ...options,
  })
  attempters.push(attempter)
  return attempter
}

async function start(options: RawServerOptions): Promise<RawServer> {
  const server = await startRawServer(options)
  servers.push(server)
  return server
}

/** What is written by whatever is called, after a while. */
function later(act: () => void): void {
  setTimeout(act, SLOW_MS)
}

async function resolveSlowly(): Promise<readonly string[]> {
  await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
  return ['127.0.0.1']
}

/** Names of the phases that took about as long as the slow one, and whether no other did. */
function slowOnes(phases: Phases | undefined): readonly string[] {
  return Object.entries(phases ?? {})
    .filter(([, ms]) => ms >= SLOW_MS - 5)
    .map(([name]) => name)
}

/** A port of this machine that leads to another, whose bytes are held back for a while at first. */
async function startSlowRelay(port: number): Promise<number> {
  const relay = createServer((socket) => {
    const other = connect(port, '127.0.0.1')
    socket.on('error', () => other.destroy()).on('close', () => other.destroy())
    other.on('error', () => socket.destroy())
    socket.pipe(other)
    later(() => other.pipe(socket))
  }).listen(0, '127.0.0.1')
  await once(relay, 'listening')
  servers.push(relay)
  const address = relay.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('the phases of an attempt tell where its time went', () => {
  test('in the look-up of the name', async () => {
    const server = await start({ onRequest: (socket) => socket.write(answer(200)) })
    const { phases } = await create({ resolveHost: resolveSlowly }).attempt(
      claimedDelivery(`http://slow.example:${server.port}/`),
    )
    expect(Object.keys(phases ?? {}).toSorted()).toEqual(['bodyMs', 'connectMs', 'dnsMs', 'firstByteMs'])
    expect(slowOnes(phases)).toEqual(['dnsMs'])
  })

  test('in the handshake', async () => {
    const server = await start({
      tls: certificates.trusted,
      onRequest: (socket) => socket.write(answer(200)),
    })
    const port = await startSlowRelay(server.port)
    const { phases, outcome } = await create().attempt(claimedDelivery(`https://127.0.0.1:${port}/`))
    expect(outcome).toBe('succeeded')
    expect(Object.keys(phases ?? {}).toSorted()).toEqual(['bodyMs', 'connectMs', 'firstByteMs', 'tlsMs'])
    expect(slowOnes(phases)).toEqual(['tlsMs'])
  })

  test.each<[string, string, (socket: Socket) => void]>([
    ['before the first byte', 'firstByteMs', (socket) => later(() => socket.write(answer(200)))],
    [
      'between the first byte and the rest of the head',
      'bodyMs',
      (socket) => {
        socket.write('HTTP/1.1 200')
        later(() => socket.write(' OK\r\ncontent-length: 0\r\n\r\n'))
      },
    ],
    [
      'in the body',
      'bodyMs',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na')
        later(() => socket.write('b'))
      },
    ],
  ])('%s', async (_name, phase, onRequest) => {
    const server = await start({ onRequest })
    const result = await create().attempt(claimedDelivery(server.url))
    expect(slowOnes(result.phases)).toEqual([phase])
    const sum = Object.values(result.phases ?? {}).reduce((total, ms) => total + ms, 0)
    expect(sum).toBeLessThanOrEqual(result.durationMs + 1)
  })

  test('without name, connection and handshake when the connection was kept', async () => {
    const server = await start({
      tls: certificates.trusted,
      onRequest: (socket) => socket.write(answer(200)),
    })
    const attempter = create()
    await attempter.attempt(claimedDelivery(server.url))
    const { phases, remoteAddress } = await attempter.attempt(claimedDelivery(server.url))
    expect(Object.keys(phases ?? {}).toSorted()).toEqual(['bodyMs', 'firstByteMs'])
    expect([remoteAddress, server.accepted]).toEqual(['127.0.0.1', 1])
  })

  test('also when no answer came, up to where it got', async () => {
    const server = await start({ onRequest: (socket) => socket.resetAndDestroy() })
    const result = await create().attempt(claimedDelivery(server.url))
    expect(result).toMatchObject({ outcome: 'reset', remoteAddress: '127.0.0.1' })
    expect(Object.keys(result.phases ?? {})).toEqual(['connectMs'])
  })
})

describe('a timeout says where the attempt was stuck:', () => {
  test.each<[string, () => Promise<[string, Partial<AttempterOptions>]>]>([
    [
      'looking up the name',
      async () => ['http://slow.example/', { resolveHost: () => new Promise(() => {}) }],
    ],
    ['in the TLS handshake', async () => [(await start({})).url.replace('http:', 'https:'), {}]],
    ['waiting for the first byte of the answer', async () => [(await start({})).url, {}]],
  ])('%s', async (stuck, prepare) => {
    const [url, options] = await prepare()
    const result = await create({ ...options, timeoutMs: 200 }).attempt(claimedDelivery(url))
    expect(result).toMatchObject({
      outcome: 'timeout',
      detail: `No complete answer within 200 ms: stuck ${stuck}.`,
    })
  })

  test('waiting for a connection', async () => {
    const server = await start({})
    const attempter = create({ maxConnectionsPerOrigin: 1 })
    const first = attempter.attempt(claimedDelivery(server.url))
    const second = await attempter.attempt(claimedDelivery(server.url, { timeoutMs: 200 }))
    expect(second).toMatchObject({
      outcome: 'timeout',
      detail: expect.stringMatching(/waiting for a connection\.$/),
    })
    attempter.cancelAll()
    await first
  })

  test.each([
    [5000, 200],
    [100, 400],
  ])('a delivery’s own time counts instead of %i ms: %i ms', async (timeoutMs, own) => {
    const server = await start({})
    const url = server.url.replace('http:', 'https:')
    const result = await create({ timeoutMs }).attempt(claimedDelivery(url, { timeoutMs: own }))
    expect(result).toMatchObject({ outcome: 'timeout', detail: expect.stringContaining(`within ${own} ms`) })
    expect(result.durationMs).toBeGreaterThanOrEqual(own - 2)
    await eventually(() => server.open === 0)
  })
})

describe('the headers', () => {
  const custom = {
    'x-tenant': 'acme',
    authorization: 'Bearer very-secret',
    'content-type': 'text/plain',
    'x-complywise-signature': 'forged',
    'webhook-id': 'forged',
    'user-agent': 'forged',
  }

  test('of the customer are sent, override none of the sender’s, and are recorded as they went, credentials masked', async () => {
    const server = await start({ onRequest: (socket) => socket.write(answer(200)) })
    const delivery = claimedDelivery(server.url, { headers: custom })
    const { requestHeaders } = await create().attempt(delivery)
    const [head = ''] = server.requests[0]?.split('\r\n\r\n') ?? []
    const sent = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: (.*)/s).slice(0, 2))
    expect(head).not.toContain('forged')
    expect(Object.fromEntries(sent)).toMatchObject({
      'x-tenant': 'acme',
      authorization: 'Bearer very-secret',
      'content-type': 'application/json',
      'webhook-id': delivery.eventId,
    })
    // Nothing twice, nothing more and nothing less.
    expect(
      Object.entries({ ...requestHeaders, authorization: 'Bearer very-secret' })
        .map((pair) => pair.join(': '))
        .toSorted(),
    ).toEqual(head.split('\r\n').slice(1).toSorted())
    expect(requestHeaders?.['authorization']).toBe(MASK)
    expect(JSON.stringify(requestHeaders)).not.toContain('very-secret')
  })

  test('that cannot be sent make the attempt internal, and nothing is written', async () => {
    const server = await start({ onRequest: (socket) => socket.write(answer(200)) })
    const attempter = create()
    const result = await attempter.attempt(claimedDelivery(server.url, { headers: { 'x-a': 'b\r\nx-c: d' } }))
    expect(result.outcome).toBe('internal')
    expect(result).not.toHaveProperty('requestHeaders')
    expect(server.requests).toEqual([])
    await eventually(() => server.open === 0)
  })
})

describe('a connection that was kept', () => {
  test('and that the server closed since is not used: the attempt opens another and succeeds', async () => {
    let first: Socket | undefined
    const server = await start({
      onRequest: (socket) => {
        first ??= socket
        socket.write(answer(200))
      },
    })
    const attempter = create()
    for (const end of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
      first = undefined
      expect(await attempter.attempt(claimedDelivery(server.url))).toMatchObject({ outcome: 'succeeded' })
      if (first !== undefined) end(first)
      // The end is on its way, and nobody has read of it.
      await new Promise((resolve) => setImmediate(resolve))
      expect(await attempter.attempt(claimedDelivery(server.url))).toMatchObject({ outcome: 'succeeded' })
    }
    expect(server.requests).toHaveLength(4)
  })

  test('and that the server closes when it sees the next request fails that attempt: it may have been acted upon', async () => {
    const server = await start({
      onRequest: (socket) =>
        server.requests.length === 1 ? socket.write(answer(200)) : socket.resetAndDestroy(),
    })
    const attempter = create()
    const outcomes = [
      await attempter.attempt(claimedDelivery(server.url)),
      await attempter.attempt(claimedDelivery(server.url)),
    ]
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['succeeded', 'reset'])
    expect(server.requests).toHaveLength(2)
  })

  test('is closed after the idle time that the server gives it', async () => {
    const server = await start({
      onRequest: (socket) => socket.write(answer(200, ['keep-alive: timeout=1'])),
    })
    expect(await create().attempt(claimedDelivery(server.url))).toMatchObject({ outcome: 'succeeded' })
    await eventually(() => server.open === 0)
  })

  test('is not used again once it was said to be closed', async () => {
    const server = await start({ onRequest: (socket) => socket.write(answer(200, ['connection: close'])) })
    const attempter = create()
    const results = [
      await attempter.attempt(claimedDelivery(server.url)),
      await attempter.attempt(claimedDelivery(server.url)),
    ]
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded'])
    expect(server.accepted).toBe(2)
  })
})

test('an answer that comes before the request was read whole counts', async () => {
  const server = await start({
    onConnection: (socket) => {
      socket.pause()
      socket.end(answer(413, ['connection: close'], 'too large'))
    },
  })
  const body = Buffer.alloc(4_000_000, 0x20)
  const result = await create().attempt(claimedDelivery(server.url, { body }))
  expect(result).toMatchObject({ outcome: 'http_413', httpStatus: 413 })
})

test('connections beyond the limit of an origin wait for one, and are served in turn', async () => {
  const server = await start({ onRequest: (socket) => setTimeout(() => socket.write(answer(200)), 5) })
  const attempter = create({ maxConnectionsPerOrigin: 3 })
  const results = await Promise.all(
    Array.from({ length: 50 }, async () => await attempter.attempt(claimedDelivery(server.url))),
  )
  expect(results.every(({ outcome }) => outcome === 'succeeded')).toBe(true)
  expect([server.requests.length, server.accepted]).toEqual([50, 3])
})

const head = 'HTTP/1.1 200 OK\r\n'

test.each<[string, number, string]>([
  // As many objects as there are bytes, if each chunk were kept.
  [
    'thousands of chunks of one byte',
    128,
    `${head}transfer-encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(16_000)}`,
  ],
  ['the start of a gigabyte', 128, `${head}content-length: 1000000000\r\n\r\n${'x'.repeat(16_000)}`],
  ['a head without an end', 640, `${head}${'x: y\r\n'.repeat(2000)}`],
  ['informational answers', 128, 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(2000)],
  [
    'trailers without an end',
    640,
    `${head}transfer-encoding: chunked\r\n\r\n0\r\n${'x: y\r\n'.repeat(2000)}`,
  ],
])(
  'two hundred answers at once of %s hold less than %i KiB each',
  { timeout: 60_000 },
  async (_name, limit, hostile) => {
    const holdBack = await memoryOf('')
    const held = await memoryOf(hostile)
    expect(held - holdBack).toBeLessThan(200 * limit * 1024)
  },
)

/** What two hundred attempts hold while their endpoint has said only that. */
async function memoryOf(said: string): Promise<number> {
  const bytes = Buffer.from(said)
  const server = await start({ onRequest: (socket) => socket.write(bytes) })
  const attempter = create({ maxConnectionsPerOrigin: 200, timeoutMs: 50_000 })
  const before = memory()
  const attempts = Array.from(
    { length: 200 },
    async () => await attempter.attempt(claimedDelivery(server.url)),
  )
  await eventually(() => server.requests.length === 200)
  // Until all that was said has been read.
  for (const _ of Array.from({ length: 20 })) await new Promise((resolve) => setTimeout(resolve, 10))
  const held = memory() - before
  attempter.cancelAll()
  await Promise.all(attempts)
  await eventually(() => server.open === 0)
  return held
}

function memory(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
