import type { Claim, DedupeStore } from '../../receive/dedupe-store.ts'
import {
  briefLease,
  elapse,
  expectClaim,
  expectFinished,
  expectThat,
  longTerms,
  newKey,
  show,
  win,
} from './ask-store.ts'
import type { DedupeStoreCheck, DedupeStoreHarness } from './dedupe-store-harness.ts'

/** Who gets a claim, and how long it lasts. */
export const claimChecks: readonly DedupeStoreCheck[] = [
  {
    name: 'of 100 concurrent claims on a new event, one wins',
    async run(harness) {
      await raceFor(newKey(), await openAll(harness, 4))
    },
  },
  {
    name: 'of 100 concurrent claims on an event whose lease ran out, one wins',
    async run(harness) {
      const clients = await openAll(harness, 4)
      const key = newKey()
      await win(clients[0]!, key, briefLease, 'a new event')
      await elapse(harness)
      await raceFor(key, clients)
    },
  },
  {
    name: 'a claimed event is in progress for everybody else',
    async run(harness) {
      const key = newKey()
      const clients = await openAll(harness, 2)
      await win(clients[0]!, key, longTerms, 'a new event')
      for (const client of clients) {
        const claim = await expectClaim('in_progress', client, key, 'while another claim is held')
        const retryAfterMs = claim.kind === 'in_progress' ? claim.retryAfterMs : NaN
        const isInLease = retryAfterMs > 0 && retryAfterMs <= longTerms.leaseMs
        expectThat(isInLease, `retryAfterMs to be over 0 and at most ${longTerms.leaseMs}`, retryAfterMs)
      }
    },
  },
  {
    name: 'an event whose lease ran out can be claimed, with another token',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const key = newKey()
      const first = await win(one, key, briefLease, 'a new event')
      await elapse(harness)
      const second = await win(two, key, longTerms, 'an event whose lease ran out')
      expectThat(second.token !== first.token, 'the second claim to have another token', second.token)
    },
  },
  {
    name: 'renew makes the lease last anew',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), briefLease, 'a new event')
      expectThat(await one.renew({ ...held, ...longTerms }), 'the holder to renew', false)
      await elapse(harness)
      await expectClaim('in_progress', two, held.key, 'after the first lease, which was renewed')
    },
  },
  {
    name: 'asking with a shorter lease does not shorten the one that is held',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const key = newKey()
      await win(one, key, longTerms, 'a new event')
      await expectClaim('in_progress', two, key, 'while another claim is held', briefLease)
      await elapse(harness)
      await expectClaim('in_progress', two, key, 'while another claim is held', briefLease)
    },
  },
  {
    name: 'a holder that is late keeps its claim while nobody else has claimed',
    async run(harness) {
      const [store] = await openTwo(harness)
      const renewed = await win(store, newKey(), briefLease, 'a new event')
      const marked = await win(store, newKey(), briefLease, 'a new event')
      const released = await win(store, newKey(), briefLease, 'a new event')
      await elapse(harness)
      expectThat(await store.renew({ ...renewed, ...longTerms }), 'a late holder to renew', false)
      expectThat(await store.checkpoint(marked, 'first'), 'a late holder to checkpoint', false)
      expectThat(await store.complete(marked), 'a late holder to complete', false)
      expectThat(await store.release(released), 'a late holder to release', false)
    },
  },
  {
    name: 'the checkpoints of a holder that crashed are seen by the next',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const crashed = await win(one, newKey(), briefLease, 'a new event')
      expectFinished(crashed.finished, [], 'of a new event')
      await one.checkpoint(crashed, 'first')
      await elapse(harness)
      const next = await win(two, crashed.key, longTerms, 'an event whose lease ran out')
      expectFinished(next.finished, ['first'], 'after a crash')
    },
  },
]

/** Opens several clients. */
export function openAll(harness: DedupeStoreHarness, count: number): Promise<readonly DedupeStore[]> {
  return Promise.all(Array.from({ length: count }, () => harness.open()))
}

/** Opens two clients. */
export async function openTwo(harness: DedupeStoreHarness): Promise<readonly [DedupeStore, DedupeStore]> {
  return [await harness.open(), await harness.open()]
}

async function raceFor(key: string, clients: readonly DedupeStore[]): Promise<void> {
  const claims = await claimAtOnce(key, clients)
  const won = claims.filter(({ kind }) => kind === 'claimed').length
  const lost = claims.filter(({ kind }) => kind === 'in_progress').length
  expectThat(won === 1 && lost === 99, '1 claim to win and 99 to be told "in_progress"', { won, lost })
}

/** Claims `key` 100 times at once. */
export function claimAtOnce(key: string, clients: readonly DedupeStore[]): Promise<readonly Claim[]> {
  return Promise.all(
    Array.from({ length: 100 }, (_, index) => clients[index % clients.length]!.claim(key, longTerms)),
  )
}

/** Throws unless all `claims` were told `kind`. */
export function expectAll(kind: Claim['kind'], claims: readonly Claim[], when: string): void {
  const others = claims.filter((claim) => claim.kind !== kind)
  if (others.length === 0) return
  throw new Error(
    `expected all claims to be told "${kind}" ${when}, but ${others.length} saw ${show(others[0])}`,
  )
}
