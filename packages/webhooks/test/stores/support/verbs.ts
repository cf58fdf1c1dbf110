import { randomUUID } from 'node:crypto'
import type { DedupeStore, HeldClaim } from '../../../src/index.ts'

/** Terms that no test outlasts. */
export const terms = { leaseMs: 60_000, retentionMs: 3_600_000 }

/** One verb whose answer never came: how it is called, how that is put right, and what must be seen then. */
export interface InterruptedVerb {
  readonly verb: keyof DedupeStore
  prepare(store: DedupeStore): Promise<HeldClaim>
  call(store: DedupeStore, held: HeldClaim): Promise<unknown>
  /** Repeats it and asks what became of the event. `age` lets time pass. */
  recover(store: DedupeStore, held: HeldClaim, age: (ms: number) => Promise<void>): Promise<unknown>
  readonly recovered: unknown
}

/** Every verb. */
export const interruptedVerbs: readonly InterruptedVerb[] = [
  {
    verb: 'claim',
    prepare: async () => ({ key: randomUUID(), token: '', ...terms }),
    call: (store, { key }) => store.claim(key, terms),
    async recover(store, { key }, age) {
      await age(terms.leaseMs + 1)
      return [(await store.claim(key, terms)).kind, (await store.claim(key, terms)).kind]
    },
    recovered: ['claimed', 'in_progress'],
  },
  {
    verb: 'renew',
    prepare: winAndMark,
    call: (store, held) => store.renew(longer(held)),
    async recover(store, held, age) {
      const repeated = await store.renew(longer(held))
      await age(2 * terms.leaseMs)
      return [repeated, (await store.claim(held.key, terms)).kind]
    },
    recovered: [true, 'in_progress'],
  },
  {
    verb: 'checkpoint',
    prepare: winAndMark,
    call: (store, held) => store.checkpoint(held, 'second'),
    async recover(store, held) {
      const repeated = await store.checkpoint(held, 'second')
      return [repeated, await store.release(held), await finished(store, held.key)]
    },
    recovered: [true, true, ['first', 'second']],
  },
  {
    verb: 'complete',
    prepare: winAndMark,
    call: (store, held) => store.complete(held),
    recover: async (store, held) => [await store.complete(held), await store.claim(held.key, terms)],
    recovered: [true, { kind: 'duplicate' }],
  },
  {
    verb: 'release',
    prepare: winAndMark,
    call: (store, held) => store.release(held),
    async recover(store, held) {
      await store.release(held)
      return await finished(store, held.key)
    },
    recovered: ['first'],
  },
]

/** Claims a new event. */
export async function win(store: DedupeStore, key: string = randomUUID()): Promise<HeldClaim> {
  const claim = await store.claim(key, terms)
  if (claim.kind !== 'claimed') throw new Error(`Not claimed but ${claim.kind}`)
  return { key, token: claim.token, ...terms }
}

/** Claims an event that was given back, and tells which handlers had finished. */
export async function finished(store: DedupeStore, key: string): Promise<readonly string[]> {
  const claim = await store.claim(key, terms)
  return claim.kind === 'claimed' ? claim.finished.toSorted() : [claim.kind]
}

function longer(held: HeldClaim): HeldClaim {
  return { ...held, leaseMs: 3 * terms.leaseMs }
}

async function winAndMark(store: DedupeStore): Promise<HeldClaim> {
  const held = await win(store)
  await store.checkpoint(held, 'first')
  return held
}
