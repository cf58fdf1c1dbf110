import { once } from 'node:events'
import { createServer } from 'node:http'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseNetwork } from '../../src/domain/address.ts'
import { ResolveError } from '../../src/network/errors.ts'
import { type Certificates, createCertificates } from '../dispatch/support/certificates.ts'
import { answer as rawAnswer, startRawServer } from '../dispatch/support/raw-server.ts'
import { sendApart } from './support/send-apart.ts'
import { startSilent } from './support/silent-endpoint.ts'
import { startApi, type TestApi } from './support/start-api.ts'

const loopback = ['127.0.0.0/8'].map(parseNetwork).filter((network) => network !== undefined)
const defaults = getCACertificates()

let certificates: Certificates
let api: TestApi

// What the names of the tests stand for.
const hosts: Readonly<Record<string, readonly string[]>> = {
  'hooks.example': ['127.0.0.1'],
  'inside.example': ['127.0.0.1', '10.1.2.3'],
  'metadata.example': ['169.254.169.254'],
}

async function resolveHost(host: string): Promise<readonly string[]> {
  const addresses = hosts[host]
  if (addresses === undefined) throw new ResolveError(`The name ${host} does not exist.`, true)
  return addresses
}

beforeAll(async () => {
  certificates = createCertificates()
  setDefaultCACertificates([...defaults, certificates.authority])
  api = await startApi({
    allowedNetworks: loopback,
    resolveHost,
    connectsToEndpoints: true,
    endpointChecksPerMinute: 1000,
  })
})
afterAll(async () => {
  setDefaultCACertificates(defaults)
  await api.close()
})

async function check(url: unknown, from = api) {
  return await from.call('POST', '/api/endpoint-checks', { key: from.keys.admin, json: { url } })
}

describe('a check of an endpoint', () => {
  it('tells what is seen of one that answers', async () => {
    const server = await startRawServer({
      tls: certificates.trusted,
      onRequest: (socket) => socket.write(rawAnswer(405)),
    })
    const { status, body } = await check(`HTTPS://127.0.0.1:${server.port}/a/../hook`)
    await server.close()
    expect(status).toBe(200)
    expect(body).toEqual({
      url: `https://127.0.0.1:${server.port}/hook`,
      is_permitted: true,
      refusal: null,
      addresses: ['127.0.0.1'],
      tls: {
        protocol: 'TLSv1.3',
        issuer: 'authority',
        subject: 'trusted',
        valid_to: expect.stringMatching(/T.*Z$/),
      },
      http_status: 405,
      duration_ms: expect.any(Number),
      findings: [
        {
          code: 'certificate_expires_soon',
          severity: 'warning',
          detail: expect.any(String),
          remedy: expect.any(String),
        },
      ],
    })
  })

  it('warns of a URL without encryption, and finds what redirects', async () => {
    const server = createServer((_request, response) =>
      response.writeHead(308, { location: '/new' }).end(),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const { body } = await check(`http://hooks.example:${port}/`)
    server.close()
    expect(body).toMatchObject({ addresses: ['127.0.0.1'], tls: null, http_status: 308 })
    expect(
      body.findings.map(({ code, severity }: { code: string; severity: string }) => [code, severity]),
    ).toEqual([
      ['url_not_encrypted', 'warning'],
      ['endpoint_redirects', 'error'],
    ])
  })

  it('finds a certificate that is not trusted, and tells which it is', async () => {
    const server = await startRawServer({ tls: certificates.expired })
    const { body } = await check(server.url)
    await server.close()
    expect(body).toMatchObject({
      is_permitted: true,
      tls: { issuer: 'authority', subject: 'expired' },
      http_status: null,
      findings: [{ code: 'certificate_expired', severity: 'error' }],
    })
  })

  it('finds a name that does not exist', async () => {
    const { status, body } = await check('https://nowhere.example/')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      is_permitted: true,
      addresses: [],
      tls: null,
      http_status: null,
      findings: [{ code: 'host_unresolved', severity: 'error' }],
    })
  })

  it.each([
    ['https://10.0.0.1/', 'address_forbidden', 'special-purpose network'],
    ['https://metadata.example/', 'address_forbidden', 'special-purpose network'],
    ['https://inside.example/', 'address_forbidden', 'special-purpose network'],
    ['https://hooks.example:22/', 'port_forbidden', 'Port 22'],
  ])('refuses %s and tells nothing beyond the rule', async (url, code, detail) => {
    const { status, body, text } = await check(url)
    expect(status).toBe(200)
    expect(body).toEqual({
      url,
      is_permitted: false,
      refusal: { code, detail: expect.stringContaining(detail) },
      addresses: [],
      tls: null,
      http_status: null,
      duration_ms: null,
      findings: [],
    })
    expect(text.replace(url, '')).not.toMatch(/169\.254|10\.1\.2\.3|127\.0\.0\.1/)
  })

  it.each([
    ['not a URL', 'hooks.example', 'not_a_url'],
    ['of another scheme', 'ftp://hooks.example/', 'scheme_not_http'],
    ['with a password', 'https://a:b@hooks.example/', 'has_credentials'],
    ['with a fragment', 'https://hooks.example/#a', 'has_fragment'],
    ['too long', `https://hooks.example/${'a'.repeat(2048)}`, 'too_long'],
    ['no text', 1, 'invalid_type'],
  ])('answers 422 to what is %s, as creating a subscription does', async (_name, url, code) => {
    const { status, body } = await check(url)
    const created = await api.call('POST', '/api/webhooks', {
      key: api.keys.admin,
      json: { url, events: ['*'] },
    })
    expect([status, body.errors[0].code]).toEqual([422, code])
    expect(body.errors).toEqual(created.body.errors)
  })

  it('only looks the name up where the sender is set up not to connect', async () => {
    const server = await startRawServer({ tls: certificates.trusted })
    const careful = await startApi({ allowedNetworks: loopback, resolveHost, connectsToEndpoints: false })
    const { body } = await check(`https://hooks.example:${server.port}/`, careful)
    await careful.close()
    await server.close()
    expect(body).toMatchObject({
      is_permitted: true,
      addresses: ['127.0.0.1'],
      tls: null,
      http_status: null,
      findings: [],
    })
    expect(server.accepted).toBe(0)
  })

  it('lets go of the endpoint when whoever asked has left, and not of that of others', async () => {
    const endpoint = await startSilent()
    const stays = sendApart(api, 'POST', '/api/endpoint-checks', { url: endpoint.url })
    await endpoint.accepted('first')
    const leaves = sendApart(api, 'POST', '/api/endpoint-checks', { url: endpoint.url })
    await endpoint.accepted('second')
    leaves.destroy()
    const ended = await endpoint.ended()
    stays.destroy()
    await endpoint.ended()
    endpoint.close()
    expect(ended).toBe('second')
  })

  it('is granted so often a minute to each account', async () => {
    const own = await startApi({ resolveHost, endpointChecksPerMinute: 2 })
    const url = 'https://10.0.0.1/'
    const statuses = [await check(url, own), await check(url, own)].map(({ status }) => status)
    const refused = await check(url, own)
    const other = await own.call('POST', '/api/endpoint-checks', { key: own.otherKeys.admin, json: { url } })
    await own.close()
    expect(statuses).toEqual([200, 200])
    expect([refused.status, refused.body.code]).toEqual([429, 'checks_too_frequent'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(other.status).toBe(200)
  })
})
