import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import { createServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Attempter, createAttempter } from '../../src/dispatch/attempter.ts'
import { type Network, parseNetwork } from '../../src/domain/address.ts'
import type { AttemptResult } from '../../src/domain/outcome.ts'
import { eventually } from '../support/eventually.ts'
import { type Certificates, createCertificates } from './support/certificates.ts'
import { claimedDelivery } from './support/claimed-delivery.ts'
import { answer, type RawServer, type RawServerOptions, startRawServer } from './support/raw-server.ts'

const TIMEOUT_MS = 400
const MAX_BODY_BYTES = 16 * 1024

const loopback = ['127.0.0.0/8', '::1/128']
  .map(parseNetwork)
  .filter((network): network is Network => network !== undefined)

let attempter: Attempter
let servers: RawServer[] = []

beforeEach(() => {
  attempter = create(5000)
})
afterEach(async () => {
  await attempter.close()
  await Promise.all(servers.map((server) => server.close()))
  servers = []
})

function create(timeoutMs: number, allowedNetworks: readonly Network[] = loopback): Attempter {
  return createAttempter({ timeoutMs, maxConnectionsPerOrigin: 100, allowedNetworks })
}

async function start(options: RawServerOptions | ((socket: Socket) => void)): Promise<RawServer> {
  const server = await startRawServer(typeof options === 'function' ? { onRequest: options } : options)
  servers.push(server)
  return server
}

/** One attempt at a server that does this with each request. */
async function attemptAt(onRequest: (socket: Socket) => void): Promise<AttemptResult> {
  const { url } = await start(onRequest)
  return await attempter.attempt(claimedDelivery(url))
}

/** Undici gives a connection back after it has told the handler of the answer's end. */
async function connectionsAreFree(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** Writes `text` to a socket one byte each few milliseconds, until the socket is gone. */
function drip(socket: Socket, text: string): void {
  let sent = 0
  const timer = setInterval(() => {
    socket.write(text[sent % text.length] ?? '')
    sent += 1
  }, 5)
  socket.on('close', () => clearInterval(timer))
}

function* repeat(text: string): Generator<string> {
  for (;;) yield text
}

describe('an answer', () => {
  test.each([200, 201, 202, 204, 206, 299])('with status %i is a success', async (status) => {
    const result = await attemptAt((socket) => socket.write(answer(status)))
    expect(result).toEqual({
      outcome: 'succeeded',
      httpStatus: status,
      responseBody: expect.any(Uint8Array),
      startedAt: expect.any(Date),
      durationMs: expect.any(Number),
      phases: {
        connectMs: expect.any(Number),
        firstByteMs: expect.any(Number),
        bodyMs: expect.any(Number),
      },
      remoteAddress: '127.0.0.1',
      requestHeaders: expect.objectContaining({ 'content-type': 'application/json' }),
    })
  })

  test.each([400, 401, 404, 405, 408, 409, 410, 413, 415, 422, 429, 499, 500, 502, 503, 504, 599, 999])(
    'with status %i is that failure',
    async (status) => {
      const result = await attemptAt((socket) => socket.write(answer(status, [], 'why')))
      expect(result).toMatchObject({ outcome: `http_${status}`, httpStatus: status })
      expect(Buffer.from(result.responseBody ?? []).toString()).toBe('why')
      expect(result.detail).toBeUndefined()
    },
  )

  test.each([300, 301, 302, 303, 304, 307, 308])(
    'with status %i is a redirect, which nobody follows',
    async (status) => {
      const other = await start((socket) => socket.write(answer(200)))
      const result = await attemptAt((socket) => socket.write(answer(status, [`location: ${other.url}`])))
      expect(result).toMatchObject({ outcome: 'redirect', httpStatus: status })
      expect(other.accepted).toBe(0)
    },
  )

  test('may be announced by informational ones', async () => {
    const result = await attemptAt((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n')
      socket.write(answer(202, [], 'done'))
    })
    expect(result).toMatchObject({ outcome: 'succeeded', httpStatus: 202, responseBody: Buffer.from('done') })
  })

  test.each([
    ['informational answers', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(2000), ''],
    ['a chunk extension', 'x'.repeat(64 * 1024), 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;'],
  ])('of endless %s is given up', async (_name, endless, begin) => {
    const server = await start((socket) => {
      socket.write(begin)
      pipeline(Readable.from(repeat(endless)), socket).catch(() => undefined)
    })
    const result = await attempter.attempt(claimedDelivery(server.url))
    expect(result).toMatchObject({ outcome: 'reset', detail: expect.stringContaining('has no end') })
    await eventually(() => server.open === 0)
  })

  test('is limited by itself, not with those before it on the connection', async () => {
    const body = `1;${'x'.repeat(1000)}\r\na\r\n`.repeat(100)
    const server = await start((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}0\r\n\r\n`),
    )
    for (let count = 0; count < 10; count += 1) {
      expect(await attempter.attempt(claimedDelivery(server.url))).toMatchObject({ outcome: 'succeeded' })
      await connectionsAreFree()
    }
    expect(server.accepted).toBe(1)
  })

  test('may come in chunks with trailers, or end with the connection', async () => {
    const chunked = await attemptAt((socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nx: y\r\n\r\n',
      ),
    )
    const unframed = await attemptAt((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nabc'))
    expect([chunked, unframed]).toMatchObject(
      Array.from({ length: 2 }, () => ({ outcome: 'succeeded', responseBody: Buffer.from('abc') })),
    )
  })

  test('is kept byte for byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const result = await attemptAt((socket) => {
      socket.write(
        `HTTP/1.1 500 B\xe4d\r\nx-odd: \xff\xfe\r\ncontent-encoding: gzip\r\ncontent-length: 256\r\n\r\n`,
        'latin1',
      )
      socket.write(bytes)
    })
    expect(result).toMatchObject({ outcome: 'http_500', responseBody: bytes })
  })
})

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['120', 120_000],
    ['99999999999999999999', 2 ** 31 * 1000],
    ['Sun, 01 Mar 2026 12:00:00 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Sun Nov  6 08:49:37 1994', 0],
  ])('%s is that long', async (value, ms) => {
    const result = await attemptAt((socket) => socket.write(answer(503, [`Retry-After: ${value}`])))
    expect(result.retryAfterMs).toBe(ms)
  })

  test('with a date is the time until then', async () => {
    const value = new Date(Date.now() + 3_600_000).toUTCString()
    const result = await attemptAt((socket) => socket.write(answer(429, [`retry-after: ${value}`])))
    expect(result.retryAfterMs).toBeGreaterThan(3_590_000)
    expect(result.retryAfterMs).toBeLessThanOrEqual(3_600_000)
  })

  test.each([
    ['nothing', 'x-other: 1'],
    ['an empty one', 'retry-after:'],
    ['a negative one', 'retry-after: -1'],
    ['a fraction', 'retry-after: 1.5'],
    ['words', 'retry-after: soon'],
    ['two', 'retry-after: 1\r\nretry-after: 2'],
  ])('of which there is %s asks for nothing', async (_name, header) => {
    const result = await attemptAt((socket) => socket.write(answer(503, [header])))
    expect(result).not.toHaveProperty('retryAfterMs')
  })
})

describe('a long answer', () => {
  test.each([
    ['as long as is kept', MAX_BODY_BYTES],
    ['longer', MAX_BODY_BYTES + 1],
    ['far longer', 3_000_000],
  ])('%s keeps its start', async (_name, length) => {
    const result = await attemptAt((socket) => socket.write(answer(200, [], 'x'.repeat(length))))
    expect(result).toMatchObject({ outcome: 'succeeded', httpStatus: 200 })
    expect(Buffer.from(result.responseBody ?? []).toString()).toBe('x'.repeat(MAX_BODY_BYTES))
  })

  test.each([
    [200, 'succeeded'],
    [500, 'http_500'],
  ])(
    'that never ends, with status %i, is read to its limit, judged, and loses its connection',
    async (status, outcome) => {
      let written = 0
      const server = await start((socket) => {
        socket.write(`HTTP/1.1 ${status} OK\r\ntransfer-encoding: chunked\r\n\r\n`)
        const more = (): void => {
          while (socket.writable) {
            written += 1
            if (!socket.write(`400\r\n${'x'.repeat(1024)}\r\n`)) break
          }
        }
        socket.on('drain', more)
        more()
      })
      const result = await attempter.attempt(claimedDelivery(server.url))
      expect(result).toMatchObject({ outcome, httpStatus: status })
      expect(result.responseBody).toHaveLength(MAX_BODY_BYTES)
      await eventually(() => server.open === 0)
      expect(written).toBeLessThan(100_000)
    },
  )
})

describe('the connection', () => {
  test('that nobody accepts is a connect failure', async () => {
    const closed = await startRawServer()
    await closed.close()
    const result = await attempter.attempt(claimedDelivery(closed.url))
    expect(result).toMatchObject({
      outcome: 'connect',
      detail: `Nothing accepts connections at 127.0.0.1, port ${closed.port} (ECONNREFUSED).`,
    })
    expect(result).not.toHaveProperty('httpStatus')
  })

  test('to a name of several addresses, none of which accepts, is a connect failure that says so', async () => {
    const closed = await startRawServer()
    await closed.close()
    const result = await attempter.attempt(claimedDelivery(`http://localhost:${closed.port}/`))
    expect(result.outcome).toBe('connect')
    expect(result.detail).toContain('ECONNREFUSED')
  })

  test.each<[string, RawServerOptions]>([
    ['reset when it is accepted', { onConnection: (socket) => socket.resetAndDestroy() }],
    ['closed when it is accepted', { onConnection: (socket) => socket.end() }],
    ['reset before the answer', { onRequest: (socket) => socket.resetAndDestroy() }],
    ['closed before the answer', { onRequest: (socket) => socket.end() }],
    ['closed inside the status line', { onRequest: (socket) => socket.end('HTTP/1.1 2') }],
    ['closed inside the headers', { onRequest: (socket) => socket.end('HTTP/1.1 200 OK\r\nx: ') }],
    [
      'closed inside the body',
      { onRequest: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc') },
    ],
    [
      'reset after the headers',
      {
        onRequest: (socket) => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', () => {
            setImmediate(() => socket.resetAndDestroy())
          })
        },
      },
    ],
    [
      'closed between two chunks',
      {
        onRequest: (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n'),
      },
    ],
  ])('%s is a reset', async (_name, options) => {
    const server = await start(options)
    const result = await attempter.attempt(claimedDelivery(server.url))
    expect(result).toMatchObject({ outcome: 'reset', detail: expect.stringMatching(/./) })
    expect(result).not.toHaveProperty('httpStatus')
  })

  test.each<[string, string]>([
    ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a status that is no number', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['another version', 'HTTP/9.9 200 OK\r\n\r\n'],
    ['a chunk size that is no number', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
    ['a header with NUL', 'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n'],
    ['NUL', '\0\0\0\0'],
    [
      'a change of protocol nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
    ['a request to continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['headers over 16 KiB', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(16 * 1024)}\r\n\r\n`],
    ['many headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\n`],
  ])('that says %s is a reset, with a detail that can be stored, and closed', async (_name, bytes) => {
    const server = await start((socket) => socket.write(bytes))
    const result = await attempter.attempt(claimedDelivery(server.url))
    expect(result).toMatchObject({ outcome: 'reset', detail: expect.stringMatching(/^[^\0]+$/) })
    await eventually(() => server.open === 0)
  })

  test('is kept for the next attempt', async () => {
    const server = await start((socket) => socket.write(answer(200)))
    for (const _ of Array.from({ length: 20 })) {
      await attempter.attempt(claimedDelivery(server.url))
      await connectionsAreFree()
    }
    expect([server.requests.length, server.accepted]).toEqual([20, 1])
  })

  test('is kept after a failure that is an answer, and not after one that is none', async () => {
    const answers = [answer(500), answer(410), 'HTTP/1.1 oops\r\n\r\n', answer(200)]
    const server = await start((socket) => socket.write(answers[server.requests.length - 1] ?? ''))
    const outcomes: string[] = []
    for (const _ of answers) {
      outcomes.push((await attempter.attempt(claimedDelivery(server.url))).outcome)
      await connectionsAreFree()
    }
    expect(outcomes).toEqual(['http_500', 'http_410', 'reset', 'succeeded'])
    expect(server.accepted).toBe(2)
  })

  test('is one for each attempt in flight, and no more', async () => {
    const waiting: Socket[] = []
    const server = await start((socket) => waiting.push(socket))
    const attempts = Array.from({ length: 10 }, () => attempter.attempt(claimedDelivery(server.url)))
    await eventually(() => waiting.length === 10)
    for (const socket of waiting.splice(0)) socket.write(answer(200))
    await Promise.all(attempts)
    await connectionsAreFree()
    const again = Array.from({ length: 10 }, () => attempter.attempt(claimedDelivery(server.url)))
    await eventually(() => waiting.length === 10)
    for (const socket of waiting) socket.write(answer(200))
    expect((await Promise.all(again)).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 10 }, () => 'succeeded'),
    )
    expect(server.accepted).toBe(10)
  })

  test('is closed with the attempter', async () => {
    const server = await start((socket) => socket.write(answer(200)))
    await attempter.attempt(claimedDelivery(server.url))
    await attempter.close()
    await eventually(() => server.open === 0)
    expect(server.accepted).toBe(1)
  })
})

describe('the time for an attempt', () => {
  beforeEach(() => {
    attempter = create(TIMEOUT_MS)
  })

  test.each<[string, string, RawServerOptions]>([
    ['nothing', 'waiting for the first byte of the answer', {}],
    [
      'the status line',
      'reading the head of the answer',
      { onRequest: (socket) => socket.write('HTTP/1.1 200 OK\r\n') },
    ],
    [
      'headers byte by byte',
      'reading the head of the answer',
      { onRequest: (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx: '.padEnd(1000, 'y')) },
    ],
    [
      'informational answers for ever',
      'reading the head of the answer',
      { onRequest: (socket) => drip(socket, 'HTTP/1.1 102 Processing\r\n\r\n') },
    ],
    [
      'headers and no body',
      'reading the body of the answer',
      { onRequest: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n') },
    ],
    [
      'a body byte by byte',
      'reading the body of the answer',
      {
        onRequest: (socket) => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n')
          drip(socket, 'x')
        },
      },
    ],
    [
      'chunks that keep coming',
      'reading the body of the answer',
      {
        onRequest: (socket) => {
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
          drip(socket, '1\r\nx\r\n')
        },
      },
    ],
  ])('ends it with a timeout when the endpoint sends %s', async (_name, phase, options) => {
    const server = await start(options)
    const result = await attempter.attempt(claimedDelivery(server.url))
    expect(result).toMatchObject({
      outcome: 'timeout',
      detail: `No complete answer within ${TIMEOUT_MS} ms: stuck ${phase}.`,
    })
    expect(result.durationMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 2)
    expect(result.durationMs).toBeLessThan(10 * TIMEOUT_MS)
    await eventually(() => server.open === 0)
  })

  test('includes the handshake of TLS', async () => {
    const server = await start({})
    const result = await attempter.attempt(claimedDelivery(server.url.replace('http:', 'https:')))
    expect(result).toMatchObject({ outcome: 'timeout' })
    expect(result.durationMs).toBeLessThan(10 * TIMEOUT_MS)
    await eventually(() => server.open === 0)
  })

  test('of one that never answers takes nothing from another at the same origin', async () => {
    const server = await start((socket) => {
      if (server.requests.at(-1)?.includes('/webhooks?ok') === true) socket.write(answer(200))
    })
    const hanging = Array.from({ length: 50 }, () => attempter.attempt(claimedDelivery(server.url)))
    await eventually(() => server.requests.length === 50)
    const result = await attempter.attempt(claimedDelivery(`${server.url}?ok`))
    expect(result.outcome).toBe('succeeded')
    await Promise.all(hanging)
  })
})

describe('TLS', () => {
  let certificates: Certificates
  const defaults = getCACertificates()

  beforeAll(() => {
    certificates = createCertificates()
    setDefaultCACertificates([...defaults, certificates.authority])
  })
  afterAll(() => setDefaultCACertificates(defaults))

  async function attemptOver(kind: Exclude<keyof Certificates, 'authority'>): Promise<AttemptResult> {
    const server = await start({ tls: certificates[kind], onRequest: (socket) => socket.write(answer(200)) })
    return await attempter.attempt(claimedDelivery(server.url))
  }

  test('with a certificate of a known authority succeeds', async () => {
    expect(await attemptOver('trusted')).toMatchObject({ outcome: 'succeeded' })
  })

  test.each([
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['otherHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
  ] as const)('with a certificate that is %s fails as tls', async (kind, code) => {
    const result = await attemptOver(kind)
    expect(result.outcome).toBe('tls')
    expect(result.detail).toContain(code)
  })

  test('at a port that speaks plain HTTP fails as tls', async () => {
    const server = await start({ onConnection: (socket) => socket.write(answer(400)) })
    const result = await attempter.attempt(claimedDelivery(server.url.replace('http:', 'https:')))
    expect(result.outcome).toBe('tls')
  })

  test('of a version too old fails as tls', async () => {
    const server = await start({
      tls: {
        ...certificates.trusted,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      },
    })
    expect(await attempter.attempt(claimedDelivery(server.url))).toMatchObject({ outcome: 'tls' })
  })

  test('carries HTTP/1.1 also where the endpoint would rather have HTTP/2', async () => {
    const versions: string[] = []
    const server = createSecureServer({ ...certificates.trusted, allowHTTP1: true }, (request, response) => {
      versions.push(request.httpVersion)
      response.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const result = await attempter.attempt(claimedDelivery(`https://127.0.0.1:${port}/`))
    await attempter.close()
    server.close()
    expect([result.outcome, versions]).toEqual(['succeeded', ['1.1']])
  })
})

describe('the address', () => {
  test('of a name that does not exist is a dns failure', async () => {
    const result = await attempter.attempt(claimedDelivery('http://nowhere.invalid/'))
    expect(result.outcome).toBe('dns')
    expect(result.detail).toMatch(/nowhere\.invalid/)
  })

  test.each([
    '127.0.0.1',
    'localhost',
    '[::1]',
    '0.0.0.0',
    '[::ffff:127.0.0.1]',
    '0x7f.1',
    '2130706433',
    '127.1',
  ])('%s is refused where it is not allowed, and nothing connects', async (host) => {
    const server = await start((socket) => socket.write(answer(200)))
    const guarded = create(5000, [])
    const result = await guarded.attempt(claimedDelivery(`http://${host}:${server.port}/`))
    await guarded.close()
    expect(result.outcome).toBe('ssrf_blocked')
    expect(result.operatorDetail).toMatch(
      /is in a special-purpose network \(\w+\); see SENDER_ALLOWED_NETWORKS$/,
    )
    expect(result.detail).toMatch(/ in a special-purpose network, where endpoints may not be\.$/)
    expect(server.accepted).toBe(0)
  })

  test('of a name is refused when only one of its addresses is', async () => {
    const server = await start((socket) => socket.write(answer(200)))
    const guarded = create(5000, loopback.slice(1))
    const result = await guarded.attempt(claimedDelivery(`http://localhost:${server.port}/`))
    await guarded.close()
    expect([result.outcome, server.accepted]).toEqual(['ssrf_blocked', 0])
  })
})

describe('an attempt that the sender itself cannot make', () => {
  test('for want of a secret is internal, and nothing is sent', async () => {
    const server = await start((socket) => socket.write(answer(200)))
    const result = await attempter.attempt(claimedDelivery(server.url, { secrets: [] }))
    expect(result).toMatchObject({
      outcome: 'internal',
      detail: 'No signing secret could be decrypted.',
      operatorDetail: expect.stringContaining('SENDER_ENCRYPTION_KEY'),
    })
    expect(server.accepted).toBe(0)
  })

  test('because a secret is unusable is internal, names no secret, and nothing is sent', async () => {
    const server = await start((socket) => socket.write(answer(200)))
    const result = await attempter.attempt(claimedDelivery(server.url, { secrets: ['whsec_$secret$'] }))
    expect(result.outcome).toBe('internal')
    expect(result.detail).toMatch(/^The attempt could not be signed\. /)
    expect(result.detail).not.toContain('$secret$')
    expect(server.accepted).toBe(0)
  })
})

describe('canceling', () => {
  test('ends what is in flight and closes its connections', async () => {
    const server = await start({})
    const attempts = Array.from({ length: 5 }, () => attempter.attempt(claimedDelivery(server.url)))
    await eventually(() => server.requests.length === 5)
    attempter.cancelAll()
    expect(await Promise.all(attempts)).toMatchObject(
      Array.from({ length: 5 }, () => ({ outcome: 'canceled' })),
    )
    await eventually(() => server.open === 0)
  })

  test('ends what is being signed and what comes later, before anything is sent', async () => {
    const server = await start((socket) => socket.write(answer(200)))
    const early = attempter.attempt(claimedDelivery(server.url))
    attempter.cancelAll()
    const late = attempter.attempt(claimedDelivery(server.url))
    expect(await Promise.all([early, late])).toMatchObject([{ outcome: 'canceled' }, { outcome: 'canceled' }])
    expect(server.accepted).toBe(0)
  })

  test('ends what waits for a connection, and its request is never sent', async () => {
    const server = createServer(() => undefined)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const single = createAttempter({ timeoutMs: 5000, maxConnectionsPerOrigin: 1, allowedNetworks: loopback })
    const attempts = [1, 2].map(() => single.attempt(claimedDelivery(`http://127.0.0.1:${port}/`)))
    const [socket] = (await once(server, 'connection')) as readonly Socket[]
    let received = ''
    socket
      ?.setEncoding('latin1')
      .on('data', (chunk: string) => (received += chunk))
      .on('error', () => undefined)
    await eventually(() => received.includes('POST'))
    single.cancelAll()
    expect(await Promise.all(attempts)).toMatchObject([{ outcome: 'canceled' }, { outcome: 'canceled' }])
    await single.close()
    server.close()
    expect(received.split('POST')).toHaveLength(2)
  })
})
