import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ResolveError } from '../../src/network/errors.ts'
import { createResolver, type ResolveHost } from '../../src/network/resolver.ts'
import { eventually } from '../support/eventually.ts'
import { type DnsServer, startDnsServer } from './support/dns-server.ts'

const PUBLIC = '93.184.215.14'

let servers: DnsServer[] = []

afterEach(async () => {
  await Promise.all(servers.map(async (server) => await server.close()))
  servers = []
})

async function start(answer: Parameters<typeof startDnsServer>[0]): Promise<[ResolveHost, DnsServer]> {
  const server = await startDnsServer(answer)
  servers.push(server)
  return [createResolver({ servers: [server.server], hostsFile: '/nowhere', timeoutMs: 2000 }), server]
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('a name has the addresses of both families, IPv4 first', async () => {
  const [resolve] = await start(() => ({ addresses: ['2606:4700::1111', PUBLIC, '1.1.1.1'] }))
  expect(await resolve('example.com')).toEqual([PUBLIC, '1.1.1.1', '2606:4700::1111'])
})

test('a name with addresses of one family has those, if the other is empty, or nobody answers for it', async () => {
  const [resolve] = await start((name, family) => {
    if (family === 4) return { addresses: [PUBLIC] }
    return name.startsWith('empty') ? { addresses: [] } : 'silence'
  })
  expect(await Promise.all([resolve('empty.example'), resolve('silent.example')])).toEqual([
    [PUBLIC],
    [PUBLIC],
  ])
})

test.each([
  ['nxdomain', 'The name gone.example does not exist.', true],
  [{ addresses: [] }, 'The name gone.example has no address.', true],
  ['silence', 'The DNS servers did not answer for gone.example, or failed.', false],
] as const)(
  'a name of which is said %j fails with what a person can understand',
  async (answer, message, isAbsent) => {
    const [resolve] = await start(() => answer)
    const error = await failureOf(resolve('gone.example'))
    expect(error).toBeInstanceOf(ResolveError)
    expect(error).toMatchObject({ message, isAbsent })
  },
)

test('look-ups of one name at the same time are one', async () => {
  const [resolve, server] = await start(() => ({ addresses: [PUBLIC] }))
  await Promise.all(Array.from({ length: 100 }, async () => await resolve('example.com')))
  expect(server.questions).toEqual(['A example.com', 'AAAA example.com'])
})

test('addresses are kept as long as they say, and not at all if they say so', async () => {
  const [resolve, server] = await start((name) => ({
    addresses: [PUBLIC],
    ttl: name === 'kept.example' ? 60 : 0,
  }))
  for (const name of ['kept.example', 'kept.example', 'KEPT.example.', 'fresh.example', 'fresh.example'])
    await resolve(name)
  expect(server.questions.filter((question) => question.startsWith('A '))).toEqual([
    'A kept.example',
    'A fresh.example',
    'A fresh.example',
  ])
})

test('a failure is not kept', async () => {
  const [resolve] = await start((_name, _family, times) =>
    times === 0 ? 'nxdomain' : { addresses: [PUBLIC] },
  )
  expect(await failureOf(resolve('late.example'))).toBeInstanceOf(ResolveError)
  expect(await resolve('late.example')).toEqual([PUBLIC])
})

test('fifty names whose servers keep silent take nothing from another', async () => {
  const [resolve, server] = await start((name) =>
    name.startsWith('dead') ? 'silence' : { addresses: [PUBLIC] },
  )
  let ended = 0
  const dead = Array.from({ length: 50 }, async (_, n) => {
    await failureOf(resolve(`dead${n}.example`))
    ended += 1
  })
  await eventually(() => server.questions.length >= 100)
  expect(await resolve('alive.example')).toContain(PUBLIC)
  expect(ended).toBe(0)
  await Promise.all(dead)
})

test('localhost is this machine, and nobody is asked', async () => {
  const [resolve, server] = await start(() => ({ addresses: [PUBLIC] }))
  for (const name of ['localhost', 'LOCALHOST.', 'a.localhost'])
    expect(await resolve(name)).toEqual(['127.0.0.1', '::1'])
  expect(server.questions).toEqual([])
})

test('the hosts file counts first', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'complywise-hosts-'))
  const hostsFile = join(directory, 'hosts')
  writeFileSync(
    hostsFile,
    '# a comment\n10.1.2.3  receiver Receiver.example # another\nfd00::3 receiver\nnonsense x\n',
  )
  const server = await startDnsServer(() => ({ addresses: [PUBLIC] }))
  servers.push(server)
  const resolve = createResolver({ servers: [server.server], hostsFile })
  const found = [
    await resolve('receiver'),
    await resolve('RECEIVER.example.'),
    await resolve('other.example'),
  ]
  rmSync(directory, { recursive: true })
  expect(found).toEqual([['10.1.2.3', 'fd00::3'], ['10.1.2.3'], [PUBLIC]])
})
