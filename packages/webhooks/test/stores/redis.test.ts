import { randomUUID } from 'node:crypto'
import { createClient, RESP_TYPES } from 'redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DedupeStore, HeldClaim } from '../../src/index.ts'
import { redisStore } from '../../src/stores/redis/index.ts'
import { dedupeStoreContract } from '../../src/testing/index.ts'
import { runCheck } from './support/contract.ts'
import { startProxy } from './support/proxy.ts'
import { type ConnectedClient, connectTo, connectToCluster } from './support/redis-clients.ts'
import { startRedisCluster } from './support/redis-cluster.ts'
import { ageRecords, withRedis } from './support/redis-records.ts'
import { type RedisServer, startRedisServer } from './support/redis-server.ts'
import { finished, interruptedVerbs, terms, win } from './support/verbs.ts'

// Servers that start and recover take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const packages = ['node-redis', 'ioredis'] as const

let server: RedisServer
const connected: ConnectedClient[] = []

beforeAll(async () => {
  server = await startRedisServer()
})

afterAll(async () => {
  for (const { close } of connected) close()
  await server.stop()
})

async function open(name: (typeof packages)[number], { prefix = newPrefix(), port = server.port } = {}) {
  const { client, ready, close } = await connectTo[name](port)
  connected.push({ client, ready, close })
  return { store: redisStore({ client, prefix }), ready }
}

function newPrefix(): string {
  return `test:${randomUUID()}:`
}

describe.each(packages)('redisStore on %s', (name) => {
  it.each(dedupeStoreContract)('$name', async (check) => {
    const prefix = newPrefix()
    const restored: (() => Promise<void>)[] = []
    await expect(
      runCheck(
        check,
        {
          async open() {
            const { store, ready } = await open(name, { prefix })
            restored.push(ready)
            return store
          },
          breakStore: () => server.kill(),
          async repairStore() {
            await server.start()
            await Promise.all(restored.map((ready) => ready()))
          },
        },
        (ms) => ageRecords([server.port], prefix, ms),
      ),
    ).resolves.toBeUndefined()
  })

  it.each(interruptedVerbs)('a server killed in the middle of $verb loses nothing', async (verb) => {
    const prefix = newPrefix()
    const proxy = await startProxy(server.port)
    const { store, ready } = await open(name, { prefix, port: proxy.port })
    const held = await verb.prepare(store)
    server.pause()
    const request = proxy.request()
    const answered = Promise.allSettled([verb.call(store, held)])
    await request
    await server.kill()
    await server.start()
    // node-redis rejects what was on the way; ioredis sends it again.
    await answered
    await ready()
    expect(await verb.recover(store, held, (ms) => ageRecords([server.port], prefix, ms))).toEqual(
      verb.recovered,
    )
    await proxy.close()
  })

  it.each(interruptedVerbs)(
    '$verb can be repeated when it was done and its answer got lost',
    async (verb) => {
      const prefix = newPrefix()
      const proxy = await startProxy(server.port)
      const { store, ready } = await open(name, { prefix, port: proxy.port })
      const held = await verb.prepare(store)
      const lost = proxy.loseReply((bytes) => !bytes.includes('NOSCRIPT'))
      const answered = Promise.allSettled([verb.call(store, held)])
      await lost
      await answered
      await ready()
      expect(await verb.recover(store, held, (ms) => ageRecords([server.port], prefix, ms))).toEqual(
        verb.recovered,
      )
      await proxy.close()
    },
  )

  it('sends its scripts again to a server that has lost them', async () => {
    const { store } = await open(name)
    const held = await win(store)
    await withRedis(server.port, (redis) => redis.script('FLUSH'))
    expect(await store.renew(held)).toBe(true)
    expect(await store.checkpoint(held, 'first')).toBe(true)
    await withRedis(server.port, (redis) => redis.script('FLUSH'))
    expect(await store.release(held)).toBe(true)
    expect(await finished(store, held.key)).toEqual(['first'])
  })

  it('passes on what the client rejects with', async () => {
    const prefix = newPrefix()
    const { store } = await open(name, { prefix })
    await withRedis(server.port, (redis) => redis.set(`${prefix}taken`, 'by something else'))
    await expect(store.claim('taken', terms)).rejects.toThrow(/WRONGTYPE/)
  })
})

describe('redisStore', () => {
  it.each<[string, number, (store: DedupeStore, held: HeldClaim) => Promise<unknown>]>([
    ['claim', 60_000, async () => undefined],
    ['renew', 90_000, (store, held) => store.renew({ ...held, leaseMs: 90_000 })],
    ['checkpoint', 90_000, (store, held) => store.checkpoint({ ...held, retentionMs: 90_000 }, 'first')],
    ['complete', 30_000, (store, held) => store.complete(held)],
    ['release', 30_000, (store, held) => store.checkpoint(held, 'first').then(() => store.release(held))],
  ])('after %s a record expires within %i ms', async (_verb, limitMs, call) => {
    const prefix = newPrefix()
    const { store } = await open('ioredis', { prefix })
    const held = { ...(await win(store)), retentionMs: 30_000 }
    await store.renew(held)
    await call(store, held)
    const expiresInMs = await withRedis(server.port, (redis) => redis.pttl(prefix + held.key))
    expect(expiresInMs).toBeGreaterThan(0)
    expect(expiresInMs).toBeLessThanOrEqual(limitMs)
  })

  it('leaves nothing behind of an event that was released without checkpoints', async () => {
    const prefix = newPrefix()
    const { store } = await open('ioredis', { prefix })
    const held = await win(store)
    await store.release(held)
    expect(await withRedis(server.port, (redis) => redis.keys(`${prefix}*`))).toEqual([])
  })

  it('keeps its records below complywise:webhooks: by default', async () => {
    const { client, close } = await connectTo.ioredis(server.port)
    await redisStore({ client }).claim('default/1', terms)
    expect(await withRedis(server.port, (redis) => redis.keys('complywise:*'))).toEqual([
      'complywise:webhooks:default/1',
    ])
    close()
  })

  it('understands a client that returns bytes', async () => {
    const client = await createClient({ url: `redis://127.0.0.1:${server.port}` })
      .withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String })
      .connect()
    const store = redisStore({ client, prefix: newPrefix() })
    const held = await win(store)
    expect(await store.checkpoint(held, 'größe')).toBe(true)
    expect(await store.claim(held.key, terms)).toMatchObject({ kind: 'in_progress' })
    expect(await store.release(held)).toBe(true)
    expect(await finished(store, held.key)).toEqual(['größe'])
    client.destroy()
  })

  it('refuses what is not a client of either package', () => {
    expect(() => redisStore({ client: JSON.parse('{}') })).toThrow(
      expect.objectContaining({ code: 'option_invalid' }),
    )
  })
})

describe('redisStore on a cluster', () => {
  let nodes: readonly RedisServer[]

  beforeAll(async () => {
    nodes = await startRedisCluster()
  })

  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  })

  describe.each(packages)('of %s', (name) => {
    const clients: ConnectedClient[] = []
    const whole = 'No node of this cluster is broken; those of a single server are.'
    const exceptions = {
      'every verb rejects while the store is down': whole,
      'what failed while the store was down can be done once it is back, and nothing is lost': whole,
    }

    afterAll(() => {
      for (const { close } of clients) close()
    })

    it.each(dedupeStoreContract)('$name', async (check) => {
      const prefix = newPrefix()
      await expect(
        runCheck(
          check,
          {
            async open() {
              const connection = await connectToCluster[name](nodes[0]!.port)
              clients.push(connection)
              return redisStore({ client: connection.client, prefix })
            },
            exceptions,
          },
          (ms) =>
            ageRecords(
              nodes.map(({ port }) => port),
              prefix,
              ms,
            ),
        ),
      ).resolves.toBeUndefined()
    })
  })
})
