import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Finding, type Preflight, preflight } from '../../src/api/endpoint-check.ts'
import { parseNetwork } from '../../src/domain/address.ts'
import { ResolveError } from '../../src/network/errors.ts'
import { createNetwork } from '../../src/network/open-connection.ts'
import type { ResolveHost } from '../../src/network/resolver.ts'
import { type Certificates, createCertificates } from '../dispatch/support/certificates.ts'
import {
  answer,
  type RawServer,
  type RawServerOptions,
  startRawServer,
} from '../dispatch/support/raw-server.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const loopback = ['127.0.0.0/8'].map(parseNetwork).filter((network) => network !== undefined)
const defaults = getCACertificates()

let certificates: Certificates
let closers: (() => unknown)[] = []

beforeAll(() => {
  certificates = createCertificates()
  setDefaultCACertificates([...defaults, certificates.authority])
})
afterAll(() => setDefaultCACertificates(defaults))
afterEach(async () => {
  for (const close of closers) await close()
  closers = []
})

async function start(options: RawServerOptions): Promise<RawServer> {
  const server = await startRawServer(options)
  closers.push(() => server.close())
  return server
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hook`
}

const resolveToTwo: ResolveHost = async () => ['127.0.0.1', '127.0.0.2']
const resolveInside: ResolveHost = async () => ['127.0.0.1', '169.254.169.254']

interface Variation {
  readonly resolveHost?: ResolveHost
  readonly connects?: boolean
  readonly timeoutMs?: number
  readonly now?: Date
  readonly signal?: AbortSignal
}

async function look(url: string, { resolveHost, ...options }: Variation = {}): Promise<Preflight> {
  const network = createNetwork({ allowedNetworks: loopback, ...(resolveHost && { resolveHost }) })
  return await preflight(new URL(url), { network, connects: true, ...options })
}

async function findingsOf(
  url: string,
  variation?: Variation,
): Promise<readonly (readonly [string, string])[]> {
  const result = await look(url, variation)
  const findings: readonly Finding[] = result.permitted ? result.findings : []
  expect(findings.map(({ detail }) => detail).filter((detail) => !detail.endsWith('.'))).toEqual([])
  return findings.map(({ code, severity }) => [code, severity])
}

/** Later than the certificates of the tests expire, by so many days from when they do. */
function daysBeforeExpiry(days: number): Date {
  return new Date(Date.now() + DAY_MS - days * DAY_MS)
}

test.each([200, 204, 400, 401, 403, 404, 405, 415, 500])(
  'an endpoint that answers a HEAD with %i is fine, and gets nothing but that',
  async (status) => {
    const asked: unknown[] = []
    const url = await serve((request, response) => {
      asked.push([request.method, request.url, Object.keys(request.headers).toSorted()])
      response.writeHead(status).end()
    })
    expect(await look(url)).toEqual({
      permitted: true,
      addresses: ['127.0.0.1'],
      certificate: undefined,
      httpStatus: status,
      durationMs: expect.any(Number),
      findings: [],
    })
    expect(asked).toEqual([['HEAD', '/hook', ['connection', 'host', 'user-agent']]])
  },
)

test('a redirect is found, with where it leads and without its query', async () => {
  const url = await serve((_request, response) =>
    response.writeHead(301, { location: 'https://example.com/new?token=abc' }).end(),
  )
  const result = await look(url)
  expect(result).toMatchObject({
    permitted: true,
    findings: [{ code: 'endpoint_redirects', severity: 'error' }],
  })
  expect(JSON.stringify(result)).toContain('https://example.com/new?…')
  expect(JSON.stringify(result)).not.toContain('abc')
})

test.each([
  ['selfSigned', 'certificate_self_signed'],
  ['otherHost', 'certificate_name_mismatch'],
  ['expired', 'certificate_expired'],
] as const)('a certificate that is %s is found, and nothing is sent', async (kind, code) => {
  const server = await start({ tls: certificates[kind], onRequest: (socket) => socket.write(answer(200)) })
  expect(await findingsOf(server.url)).toEqual([[code, 'error']])
  expect(server.requests).toEqual([])
})

test.each([
  ['in 15 days is fine', 15, []],
  ['in 13 days is found', 13, [['certificate_expires_soon', 'warning']]],
] as const)('a certificate that expires %s', async (_name, days, findings) => {
  const server = await start({ tls: certificates.trusted, onRequest: (socket) => socket.write(answer(200)) })
  expect(await findingsOf(server.url, { now: daysBeforeExpiry(days) })).toEqual(findings)
})

test('an answer that has no end is found, long before the time is over', async () => {
  const server = await start({
    tls: certificates.trusted,
    onRequest(socket) {
      const endless = Readable.from(repeat('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(1000)))
      pipeline(endless, socket).catch(() => undefined)
    },
  })
  expect(await findingsOf(server.url, { timeoutMs: 60_000 })).toEqual([['answer_not_http', 'warning']])
})

function* repeat(text: string): Generator<string> {
  for (;;) yield text
}

test('a port that speaks no TLS, one that speaks another version, and one that speaks no HTTP are found', async () => {
  const plain = await start({ onConnection: (socket) => socket.write(answer(400)) })
  const old = await start({
    tls: {
      ...certificates.trusted,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    },
  })
  const ssh = await start({ onConnection: (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n') })
  expect(await findingsOf(plain.url.replace('http:', 'https:'))).toEqual([['tls_failed', 'error']])
  expect(await findingsOf(old.url)).toEqual([['tls_failed', 'error']])
  expect((await findingsOf(ssh.url)).map(([code]) => code)).toEqual(['answer_not_http'])
})

test('a port where nobody listens is found', async () => {
  const closed = await startRawServer()
  await closed.close()
  expect(await findingsOf(closed.url)).toEqual([['connection_refused', 'error']])
})

test.each([
  ['does not exist', new ResolveError('The name a.example does not exist.', true)],
  ['nobody answers for', new ResolveError('The DNS servers did not answer for a.example, or failed.', false)],
])('a name that %s is found, also without connecting', async (_name, error) => {
  const resolveHost: ResolveHost = async () => await Promise.reject(error)
  for (const connects of [true, false]) {
    expect(await findingsOf('https://a.example/', { resolveHost, connects })).toEqual([
      ['host_unresolved', 'error'],
    ])
  }
})

test.each([
  ['a look-up', 'error', { resolveHost: async () => await new Promise<never>(() => {}) }],
  ['an answer', 'warning', {}],
] as const)('%s that does not come ends with the time', async (_name, severity, variation) => {
  const server = await start({})
  const url = `http://127.0.0.1:${server.port}/`.replace(
    '127.0.0.1',
    severity === 'error' ? 'slow.example' : '127.0.0.1',
  )
  expect(await findingsOf(url, { ...variation, timeoutMs: 200 })).toEqual([['connection_timeout', severity]])
})

test.each([
  ['http://10.0.0.1/', 'private'],
  ['http://a.example:22/', 'port'],
  ['http://a.example/', 'linkLocal'],
])('%s is refused, and nothing is connected to', async (url, range) => {
  for (const connects of [true, false]) {
    expect(await look(url, { resolveHost: resolveInside, connects })).toEqual({
      permitted: false,
      range,
      detail: expect.any(String),
    })
  }
})

test('without connecting, nothing is sent', async () => {
  const server = await start({})
  const url = server.url.replace('127.0.0.1', 'a.example')
  expect(await look(url, { connects: false, resolveHost: resolveToTwo })).toEqual({
    permitted: true,
    addresses: ['127.0.0.1', '127.0.0.2'],
    certificate: undefined,
    httpStatus: undefined,
    durationMs: expect.any(Number),
    findings: [],
  })
  expect(server.accepted).toBe(0)
})

test('the certificate is told with who made it and for whom', async () => {
  const server = await start({ tls: certificates.trusted, onRequest: (socket) => socket.write(answer(204)) })
  expect(await look(server.url)).toMatchObject({
    httpStatus: 204,
    certificate: { protocol: 'TLSv1.3', issuer: 'authority', subject: 'trusted', validTo: expect.any(Date) },
  })
})

test.each([
  ['selfSigned', 'selfSigned'],
  ['expired', 'authority'],
  ['otherHost', 'authority'],
] as const)('one that is %s is told too', async (kind, issuer) => {
  const server = await start({ tls: certificates[kind], onRequest: (socket) => socket.write(answer(200)) })
  expect(await look(server.url)).toMatchObject({
    addresses: ['127.0.0.1'],
    httpStatus: undefined,
    certificate: { protocol: 'TLSv1.3', issuer, subject: kind, validTo: expect.any(Date) },
  })
})

test('the name is looked up once, however the endpoint answers', async () => {
  const server = await start({ onRequest: (socket) => socket.write(answer(200)) })
  const looked: string[] = []
  const resolveHost: ResolveHost = async (host) => {
    looked.push(host)
    return ['127.0.0.1']
  }
  await look(server.url.replace('127.0.0.1', 'a.example'), { resolveHost })
  expect(looked).toEqual(['a.example'])
})

test('an answer that does not come ends when whoever asked has left', async () => {
  const left = new AbortController()
  const server = await start({ onRequest: () => left.abort() })
  expect(await findingsOf(server.url, { signal: left.signal, timeoutMs: 60_000 })).toEqual([
    ['connection_timeout', 'warning'],
  ])
})

test('a look-up that does not come ends when whoever asked has left, also without connecting', async () => {
  for (const connects of [true, false]) {
    const left = new AbortController()
    const resolveHost: ResolveHost = async () => {
      left.abort()
      return await new Promise<never>(() => {})
    }
    const variation = { resolveHost, connects, signal: left.signal, timeoutMs: 60_000 }
    expect(await findingsOf('https://a.example/', variation)).toEqual([['connection_timeout', 'error']])
  }
})
