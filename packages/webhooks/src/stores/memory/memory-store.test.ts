import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ClaimTerms, DedupeStore, HeldClaim } from '../../receive/dedupe-store.ts'
import { fakeClock } from '../../testing/fake-clock.ts'
import { type Eviction, memoryStore } from './memory-store.ts'

const terms: ClaimTerms = { leaseMs: 1000, retentionMs: 60_000 }

describe('a memoryStore that is full', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('forgets what is older than its retention before anything else, and tells nobody', async () => {
    const { store, clock, evictions } = smallStore(3)
    await store.complete(await claim(store, 'old'))
    clock.advance(terms.retentionMs)
    await store.complete(await claim(store, 'recent'))
    await claim(store, 'held')
    await claim(store, 'new')
    expect(await kindsOf(store, ['recent', 'held', 'new'])).toEqual([
      'duplicate',
      'in_progress',
      'in_progress',
    ])
    expect(evictions).toEqual([])
  })

  it('forgets an event whose holder vanished, once that is older than its retention', async () => {
    const { store, clock, evictions } = smallStore(2)
    await claim(store, 'vanished')
    clock.advance(terms.retentionMs)
    await claim(store, 'held')
    await claim(store, 'new')
    expect(await kindsOf(store, ['held', 'new'])).toEqual(['in_progress', 'in_progress'])
    expect(evictions).toEqual([])
  })

  it('then forgets the one completed or released longest ago, and tells', async () => {
    const { store, evictions } = smallStore(3)
    const [first, second] = [await claim(store, 'first'), await claim(store, 'second')]
    await store.complete(second)
    await store.complete(first)
    await claim(store, 'held')
    await claim(store, 'new')
    expect(evictions).toEqual([{ count: 1, maxRecords: 3 }])
    expect(await kindsOf(store, ['first', 'held', 'new'])).toEqual([
      'duplicate',
      'in_progress',
      'in_progress',
    ])
    expect(await kindsOf(store, ['second'])).toEqual(['claimed'])
  })

  it('never forgets what is being handled: a claim on another event rejects', async () => {
    const { store, evictions } = smallStore(2)
    const held = await claim(store, 'one')
    await claim(store, 'two')
    await expect(store.claim('three', terms)).rejects.toMatchObject({ code: 'store_full' })
    expect(evictions).toEqual([])
    expect(await kindsOf(store, ['one', 'two'])).toEqual(['in_progress', 'in_progress'])
    await store.release(held)
    expect(await kindsOf(store, ['three'])).toEqual(['claimed'])
  })

  it('can still be asked for what it remembers', async () => {
    const { store, evictions } = smallStore(1)
    await store.release(await claim(store, 'known'))
    await store.complete(await claim(store, 'known'))
    expect(await kindsOf(store, ['known'])).toEqual(['duplicate'])
    expect(evictions).toEqual([])
  })

  it('makes room for several events at a time, and tells once', async () => {
    const { store, evictions } = smallStore(1000)
    for (let index = 0; index < 1011; index += 1) await store.complete(await claim(store, `event ${index}`))
    expect(evictions).toEqual([
      { count: 10, maxRecords: 1000 },
      { count: 10, maxRecords: 1000 },
    ])
  })

  it('warns once where nobody asked to be told', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const store = memoryStore({ maxRecords: 1 })
    for (const key of ['one', 'two', 'three']) await store.complete(await claim(store, key))
    expect(warn.mock.calls).toEqual([[expect.stringContaining('maxRecords')]])
  })

  it.each([0, -1, NaN])('cannot be made with room for %s', (maxRecords) => {
    expect(() => memoryStore({ maxRecords })).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  })
})

function smallStore(maxRecords: number) {
  const clock = fakeClock()
  const evictions: Eviction[] = []
  const onEvict = (eviction: Eviction) => evictions.push(eviction)
  return { store: memoryStore({ maxRecords, onEvict, now: clock.elapsedMs }), clock, evictions }
}

async function claim(store: DedupeStore, key: string): Promise<HeldClaim> {
  return { key, token: '', ...(await store.claim(key, terms)), ...terms }
}

async function kindsOf(store: DedupeStore, keys: readonly string[]): Promise<readonly string[]> {
  const claims = await Promise.all(keys.map((key) => store.claim(key, terms)))
  return claims.map(({ kind }) => kind)
}
