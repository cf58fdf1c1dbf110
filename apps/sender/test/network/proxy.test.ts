import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Attempter, createAttempter } from '../../src/dispatch/attempter.ts'
import { parseNetwork } from '../../src/domain/address.ts'
import { type Certificates, createCertificates } from '../dispatch/support/certificates.ts'
import { claimedDelivery } from '../dispatch/support/claimed-delivery.ts'
import { answer, type RawServer, startRawServer } from '../dispatch/support/raw-server.ts'
import { eventually } from '../support/eventually.ts'

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
  for (const close of closers.toReversed()) await close()
  closers = []
})

interface TestProxy {
  readonly port: number
  /** What it was asked for: the target and the credentials. */
  readonly asked: readonly (readonly [target: string, authorization: string | undefined])[]
}

/** A CONNECT proxy; `refuse` may answer instead. */
async function startProxy(
  refuse: (request: IncomingMessage, socket: Socket) => boolean = () => false,
): Promise<TestProxy> {
  const asked: [string, string | undefined][] = []
  const sockets = new Set<Socket>()
  const proxy = createServer().listen(0, '127.0.0.1')
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    sockets.add(client)
    client.on('error', () => undefined)
    asked.push([request.url ?? '', request.headers['proxy-authorization']])
    if (refuse(request, client)) return
    const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(request.url ?? '') ?? []
    const other = connect(Number(port), host)
    sockets.add(other)
    other.on('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n')
      client.pipe(other).pipe(client)
    })
    other
      .on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
      .on('close', () => client.destroy())
    client.on('close', () => other.destroy())
  })
  await once(proxy, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  return { port: portOf(proxy), asked }
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function create(proxyUrl: string, timeoutMs = 5000): Attempter {
  const attempter = createAttempter({
    timeoutMs,
    maxConnectionsPerOrigin: 10,
    allowedNetworks: loopback,
    proxyUrl: new URL(proxyUrl),
    resolveHost: async (host) => {
      if (host === 'private.example') return ['10.0.0.1']
      return ['127.0.0.1']
    },
  })
  closers.push(() => attempter.close())
  return attempter
}

async function start(tls?: Certificates['trusted']): Promise<RawServer> {
  const server = await startRawServer({
    ...(tls === undefined ? {} : { tls }),
    onRequest: (socket) => socket.write(answer(200)),
  })
  closers.push(() => server.close())
  return server
}

test.each(['http:', 'https:'])(
  'an attempt at an %s endpoint goes through a tunnel to the address that was judged',
  async (scheme) => {
    const proxy = await startProxy()
    const server = await start(scheme === 'https:' ? certificates.trusted : undefined)
    const attempter = create(`http://us%40er:p%3Ass@127.0.0.1:${proxy.port}`)
    // The certificate is for the address: the name of a host would have to be in it.
    const host = scheme === 'https:' ? '127.0.0.1' : 'endpoint.example'
    const url = `${scheme}//${host}:${server.port}/hook`
    const results = [
      await attempter.attempt(claimedDelivery(url)),
      await attempter.attempt(claimedDelivery(url)),
    ]
    expect(results).toMatchObject([
      { outcome: 'succeeded', remoteAddress: '127.0.0.1' },
      { outcome: 'succeeded', remoteAddress: '127.0.0.1' },
    ])
    const credentials = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`
    expect(proxy.asked).toEqual([[`127.0.0.1:${server.port}`, credentials]])
    expect(server.requests[0]).toMatch(new RegExp(`^POST /hook HTTP/1.1\r\nhost: ${host}:${server.port}\r\n`))
    expect(server.requests.join()).not.toMatch(/proxy-authorization/i)
  },
)

test('the rules for addresses still apply, and the proxy is not asked', async () => {
  const proxy = await startProxy()
  const attempter = create(`http://127.0.0.1:${proxy.port}`)
  const results = await Promise.all(
    [
      'http://private.example/',
      'http://169.254.169.254/',
      'http://[::1]/',
      'http://endpoint.example:22/',
    ].map(async (url) => await attempter.attempt(claimedDelivery(url))),
  )
  expect(results.map(({ outcome }) => outcome)).toEqual(results.map(() => 'ssrf_blocked'))
  expect(results.map(({ detail }) => detail)).toEqual([
    'private.example has an address in a special-purpose network, where endpoints may not be.',
    '169.254.169.254 is in a special-purpose network, where endpoints may not be.',
    '::1 is in a special-purpose network, where endpoints may not be.',
    'Port 22 is none that endpoints may use.',
  ])
  expect(results.map(({ operatorDetail }) => operatorDetail)).toEqual([
    'private.example: 10.0.0.1 is in a special-purpose network (private); see SENDER_ALLOWED_NETWORKS',
    '169.254.169.254: 169.254.169.254 is in a special-purpose network (linkLocal); see SENDER_ALLOWED_NETWORKS',
    '::1: ::1 is in a special-purpose network (loopback); see SENDER_ALLOWED_NETWORKS',
    'Port 22 is none that endpoints may use; see SENDER_ALLOWED_PORTS',
  ])
  expect(proxy.asked).toEqual([])
})

test('a certificate is checked through the tunnel', async () => {
  const proxy = await startProxy()
  const server = await start(certificates.expired)
  const result = await create(`http://127.0.0.1:${proxy.port}`).attempt(claimedDelivery(server.url))
  expect(result).toMatchObject({
    outcome: 'tls',
    detail: expect.stringMatching(/expired on \d{4}-\d\d-\d\d/),
  })
  await eventually(() => server.open === 0)
})

test('an endpoint that the proxy cannot reach is a connect failure of the endpoint', async () => {
  const proxy = await startProxy()
  const closed = await startRawServer()
  await closed.close()
  const result = await create(`http://127.0.0.1:${proxy.port}`).attempt(claimedDelivery(closed.url))
  expect(result).toMatchObject({
    outcome: 'connect',
    detail: 'The proxy could not connect to the endpoint (it answered 502).',
  })
})

test.each<[string, string, RegExp]>([
  [
    'asks for credentials',
    'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
    /asks for other credentials; see SENDER_PROXY_URL$/,
  ],
  ['forbids it', 'HTTP/1.1 403 Forbidden\r\n\r\n', /it answered 403$/],
  ['fails', 'HTTP/1.1 500 Oops\r\n\r\n', /it answered 500$/],
  ['does not speak HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', /its answer is not HTTP$/],
  ['never ends its answer', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`, /its answer has no end$/],
  ['closes the connection', '', /it closed the connection$/],
])('a proxy that %s makes the attempt internal, and no secret is told', async (_name, bytes, detail) => {
  const proxy = await startProxy((_request, socket) => {
    socket.end(bytes)
    return true
  })
  const attempter = create(`http://user:hidden@127.0.0.1:${proxy.port}`)
  const result = await attempter.attempt(claimedDelivery('http://endpoint.example/'))
  expect(result).toMatchObject({ outcome: 'internal', operatorDetail: expect.stringMatching(detail) })
  expect(result.operatorDetail).not.toContain('hidden')
  expect(result.detail).toBe('The sender’s own proxy failed; the endpoint was not asked.')
})

test('a proxy that refuses connections makes the attempt internal', async () => {
  const closed = await startRawServer()
  await closed.close()
  const result = await create(`http://127.0.0.1:${closed.port}`).attempt(
    claimedDelivery('http://endpoint.example/'),
  )
  expect(result).toMatchObject({
    outcome: 'internal',
    operatorDetail: expect.stringContaining('ECONNREFUSED'),
  })
})

test('a proxy that hangs makes the attempt internal', async () => {
  const silent = createTcpServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  closers.push(() => silent.close())
  const sockets: Socket[] = []
  silent.on('connection', (socket) => sockets.push(socket))
  const result = await create(`http://127.0.0.1:${portOf(silent)}`, 200).attempt(
    claimedDelivery('http://endpoint.example/'),
  )
  for (const socket of sockets) socket.destroy()
  expect(result).toMatchObject({
    outcome: 'internal',
    operatorDetail: expect.stringMatching(/it did not answer in time$/),
  })
})

test('an endpoint for which alone the proxy hangs is a timeout of the endpoint', async () => {
  const proxy = await startProxy((request) => request.url === '127.0.0.1:4444')
  const server = await start()
  const attempter = create(`http://127.0.0.1:${proxy.port}`, 400)
  const hanging = attempter.attempt(claimedDelivery('http://endpoint.example:4444/'))
  await eventually(() => proxy.asked.length === 1)
  expect(await attempter.attempt(claimedDelivery(server.url))).toMatchObject({ outcome: 'succeeded' })
  expect(await hanging).toMatchObject({
    outcome: 'timeout',
    detail: expect.stringMatching(/stuck connecting\.$/),
  })
})

test('an attempt that is canceled while the proxy hangs is canceled', async () => {
  const proxy = await startProxy(() => true)
  const attempter = create(`http://127.0.0.1:${proxy.port}`)
  const attempt = attempter.attempt(claimedDelivery('http://endpoint.example/'))
  await eventually(() => proxy.asked.length === 1)
  attempter.cancelAll()
  expect(await attempt).toMatchObject({ outcome: 'canceled' })
})
