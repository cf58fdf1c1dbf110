import { describe, expect, it } from 'vitest'
import type { HeldClaim } from '../receive/dedupe-store.ts'
import { createReceiver, type Receiver } from '../receive/receiver.ts'
import { memoryStore } from '../stores/memory/index.ts'
import { runDedupeStoreContract } from './contract/dedupe-store-contract.ts'
import { fakeClock } from './fake-clock.ts'
import { type FaultyStore, faultyStore } from './faulty-store.ts'
import { signedRequest } from './signed-request.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const terms = { leaseMs: 60_000, retentionMs: 600_000 }

const heldVerbs = [
  { verb: 'renew', call: (store: FaultyStore, claim: HeldClaim) => store.renew(claim) },
  { verb: 'checkpoint', call: (store: FaultyStore, claim: HeldClaim) => store.checkpoint(claim, 'first') },
  { verb: 'complete', call: (store: FaultyStore, claim: HeldClaim) => store.complete(claim) },
  { verb: 'release', call: (store: FaultyStore, claim: HeldClaim) => store.release(claim) },
] as const

const verbs = [
  { verb: 'claim', call: (store: FaultyStore) => store.claim('another', terms) },
  ...heldVerbs,
] as const

describe('faultyStore', () => {
  it('does all that the store does that it wraps, as long as it is told nothing', async () => {
    const reason = 'Nothing comes between the wrapped store and its records.'
    const clock = fakeClock()
    const store = faultyStore(memoryStore({ now: clock.elapsedMs }))
    const results = await runDedupeStoreContract({
      open: async () => store,
      advance: (ms) => clock.advance(ms),
      exceptions: {
        'every verb rejects while the store is down': reason,
        'what failed while the store was down can be done once it is back, and nothing is lost': reason,
      },
    })
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  })
})

describe('failNext', () => {
  it.each(verbs)('fails the next $verb before it reaches the store, and no other', async ({ verb, call }) => {
    const store = faultyStore(memoryStore())
    const claim = await hold(store)
    store.failNext(verb)
    await expect(call(store, claim)).rejects.toThrow(`The store failed to ${verb}`)
    expect(await store.claim(claim.key, terms)).toMatchObject({ kind: 'in_progress' })
    expect(await call(store, claim)).toBeTruthy()
  })

  it('can lose the answer of a claim that was won', async () => {
    const store = faultyStore(memoryStore()).failNext('claim', 'after')
    await expect(store.claim('key', terms)).rejects.toThrow('The store failed to claim')
    expect(await store.claim('key', terms)).toMatchObject({ kind: 'in_progress' })
  })

  it('can lose the answer of a completion', async () => {
    const store = faultyStore(memoryStore()).failNext('complete', 'after')
    await expect(store.complete(await hold(store))).rejects.toThrow('The store failed to complete')
    expect(await store.claim('key', terms)).toEqual({ kind: 'duplicate' })
  })

  it('fails as often as it was called', async () => {
    const store = faultyStore(memoryStore()).failNext('claim').failNext('claim')
    const outcomes = [1, 2, 3].map(() =>
      store.claim('key', terms).then(
        () => 'answered',
        () => 'failed',
      ),
    )
    expect(await Promise.all(outcomes)).toEqual(['failed', 'failed', 'answered'])
  })
})

describe('hangNext', () => {
  it.each(verbs)('leaves the next $verb without an answer', async ({ verb, call }) => {
    const store = faultyStore(memoryStore())
    const claim = await hold(store)
    store.hangNext(verb)
    const hung = call(store, claim).then(() => 'answered')
    const next = call(store, claim).then(() => 'answered second')
    expect(await Promise.race([hung, next])).toBe('answered second')
  })
})

describe('loseNext', () => {
  it.each(heldVerbs)('loses the claim of the next $verb, for good', async ({ verb, call }) => {
    const store = faultyStore(memoryStore())
    const claim = await hold(store)
    store.loseNext(verb)
    expect(await call(store, claim)).toBe(false)
    for (const { call } of heldVerbs) expect(await call(store, claim)).toBe(false)
    expect(await store.claim(claim.key, terms)).toMatchObject({ kind: 'in_progress' })
  })

  it('leaves other claims alone', async () => {
    const store = faultyStore(memoryStore())
    const [lost, kept] = [await hold(store, 'lost'), await hold(store, 'kept')]
    store.loseNext('renew')
    expect([await store.renew(lost), await store.renew(kept)]).toEqual([false, true])
  })
})

describe('a receiver on a faulty store', () => {
  it.each([
    { fault: 'fails to claim', store: () => faulty().failNext('claim'), statuses: [503, 200], runs: 1 },
    {
      fault: 'wins a claim without saying so',
      store: () => faulty().failNext('claim', 'after'),
      statuses: [503, 409],
      runs: 0,
    },
    { fault: 'hangs on a claim', store: () => faulty().hangNext('claim'), statuses: [503, 200], runs: 1 },
    { fault: 'fails to complete', store: () => faulty().failNext('complete'), statuses: [503, 409], runs: 1 },
    {
      fault: 'loses a claim before it is complete',
      store: () => faulty().loseNext('complete'),
      statuses: [409, 409],
      runs: 1,
    },
  ])('answers $statuses when the store $fault', async ({ store, statuses, runs }) => {
    let count = 0
    const receiver = createReceiver({
      secret,
      store: store(),
      storeTimeoutMs: 20,
      log: { warn: () => {}, error: () => {} },
    })
    receiver.on('scan.failed', () => {
      count += 1
    })
    expect(await deliverTwice(receiver)).toEqual(statuses)
    expect(count).toBe(runs)
  })
})

function faulty(): FaultyStore {
  return faultyStore(memoryStore())
}

async function hold(store: FaultyStore, key = 'key'): Promise<HeldClaim> {
  const claim = await store.claim(key, terms)
  return { ...terms, key, token: claim.kind === 'claimed' ? claim.token : 'none' }
}

async function deliverTwice(receiver: Receiver): Promise<readonly number[]> {
  const request = await signedRequest('scan.failed', { secret })
  const first = await receiver.receive(request)
  const second = await receiver.receive(request)
  return [first.status, second.status]
}
