import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAttempter } from '../../src/dispatch/attempter.ts'
import { parseNetwork } from '../../src/domain/address.ts'
import { permittedAddresses } from '../../src/network/endpoint-rules.ts'
import { createResolver } from '../../src/network/resolver.ts'
import { startApi, type TestApi } from '../api/support/start-api.ts'
import { claimedDelivery } from '../dispatch/support/claimed-delivery.ts'
import { type CorpusEntry, corpus } from './ssrf-corpus.ts'

const refused = corpus.filter(({ verdict }) => verdict === 'refused')
const permitted = corpus.filter(({ verdict }) => verdict === 'permitted')
const rules = { allowedNetworks: [] }

/** Answers for every name as the entry says; names of this machine as the system does. */
function resolverOf({ resolvesTo }: CorpusEntry): (host: string) => Promise<readonly string[]> {
  const system = createResolver({ servers: ['127.0.0.1:1'] })
  return async (host) => (/localhost\.?$/.test(host) ? await system(host) : resolvesTo)
}

test('the corpus has 150 endpoints and more that are to be refused, no two the same', () => {
  expect(refused.length).toBeGreaterThanOrEqual(150)
  expect(new Set(corpus.map(({ url, resolvesTo }) => `${url} ${resolvesTo.join(' ')}`)).size).toBe(
    corpus.length,
  )
})

describe('at creation', () => {
  let api: TestApi
  let current: CorpusEntry | undefined

  beforeAll(async () => {
    api = await startApi({ resolveHost: async (host) => await resolverOf(current!)(host) })
  })
  afterAll(async () => await api.close())

  async function create(entry: CorpusEntry): Promise<number> {
    current = entry
    const json = { url: entry.url, events: ['*'] }
    const answer = await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })
    return answer.status
  }

  test.each(refused)('$url ($resolvesTo) is refused: $why', async (entry) => {
    expect(await create(entry)).toBe(422)
  })
})

describe('at connect', () => {
  test.each(refused)('$url ($resolvesTo) is refused: $why', async (entry) => {
    const attempter = createAttempter({
      ...rules,
      timeoutMs: 5000,
      maxConnectionsPerOrigin: 1,
      resolveHost: resolverOf(entry),
    })
    const result = await attempter.attempt(claimedDelivery(entry.url))
    await attempter.close()
    expect(result).toMatchObject({ outcome: 'ssrf_blocked', detail: expect.any(String) })
    expect(result).not.toHaveProperty('remoteAddress')
  })

  test.each(permitted)('$url ($resolvesTo) is permitted: $why', async (entry) => {
    expect(await permittedAddresses(new URL(entry.url), rules, resolverOf(entry))).not.toEqual([])
  })
})

describe('an allowed network', () => {
  const allowed = ['127.0.0.0/8'].map(parseNetwork).filter((network) => network !== undefined)

  test.each([
    ['127.0.0.1', true],
    ['[::ffff:127.0.0.1]', true],
    ['0x7f.1', true],
    ['10.0.0.1', false],
    ['[::ffff:10.0.0.1]', false],
    ['[::127.0.0.1]', false],
    ['[::1]', false],
    ['[2002:7f00:1::]', false],
    ['[64:ff9b:1::127.0.0.1]', false],
    ['0.0.0.0', false],
  ])('lets %s in: %s', async (host, isPermitted) => {
    const addresses = permittedAddresses(
      new URL(`http://${host}/`),
      { allowedNetworks: allowed },
      createResolver(),
    )
    await expect(
      addresses.then(
        () => true,
        () => false,
      ),
    ).resolves.toBe(isPermitted)
  })

  test('is connected to', async () => {
    const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const attempter = createAttempter({
      allowedNetworks: allowed,
      timeoutMs: 5000,
      maxConnectionsPerOrigin: 1,
    })
    const spellings = ['127.0.0.1', '[::ffff:127.0.0.1]', '0x7f.1', '127.0.0.1.']
    const results = await Promise.all(
      spellings.map(async (host) => await attempter.attempt(claimedDelivery(`http://${host}:${port}/`))),
    )
    await attempter.close()
    server.close()
    expect(results.map(({ outcome, remoteAddress }) => [outcome, remoteAddress])).toEqual(
      spellings.map(() => ['succeeded', '127.0.0.1']),
    )
  })
})
