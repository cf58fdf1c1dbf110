import type { DedupeStore } from '../../receive/dedupe-store.ts'
import type { HeldOperation } from '../faulty-store.ts'
import { briefLease, briefMs, newKey, pass, show } from './ask-store.ts'
import { openAll } from './claim-checks.ts'
import type { DedupeStoreCheck } from './dedupe-store-harness.ts'
import { callHeld } from './fence-checks.ts'
import { type Call, findContradiction, type StoreTime } from './history.ts'

const eventCount = 24
const stepCount = 14

/** By how often they are called. Few events are completed early, so most have a long history. */
const operations = [
  ...(['claim', 'claim', 'claim', 'claim', 'claim', 'claim', 'renew', 'renew'] as const),
  ...(['checkpoint', 'checkpoint', 'release', 'complete'] as const),
]

/** What passes between two steps, as a share of the lease. */
const pauses = [0, 0, 0, 0.4, 1.2]

/** What holds whatever happens at the same time. */
export const interleavingCheck: DedupeStoreCheck = {
  name: 'whatever several clients do at the same time, their answers fit together',
  async run(harness) {
    const seed = harness.seed ?? Math.floor(Math.random() * 2 ** 32)
    const random = seededRandom(seed)
    const clients = await openAll(harness, 3)
    const events = Array.from({ length: eventCount }, () => ({ key: newKey(), calls: [] as Call[] }))
    let order = 0
    let advancedMs = 0
    // Some stores that can be advanced have a clock that goes on by itself as well.
    const now = (): StoreTime => ({
      earliestMs: harness.advance ? advancedMs : performance.now(),
      latestMs: advancedMs + performance.now(),
    })
    for (let step = 0; step < stepCount; step += 1) {
      await Promise.all(events.flatMap((event) => drawCalls(event).map((drawn) => record(event, drawn))))
      await pause(pick(random, pauses) * briefMs)
    }
    await pause(1.5 * briefMs)
    for (const event of events) {
      await record(event, { store: clients[0]!, operation: 'claim', token: undefined })
      const contradiction = findContradiction(event.calls, briefMs)
      if (!contradiction) continue
      const { rule, calls } = contradiction
      throw new Error(`expected answers that fit together, but with seed ${seed} ${rule}: ${show(calls)}`)
    }

    function drawCalls({ calls }: { readonly calls: readonly Call[] }): readonly DrawnCall[] {
      const tokens = calls.filter(({ answer }) => isWon(answer)).map(({ token }) => token)
      return Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
        const token = pick(random, tokens.slice(-3))
        const operation = token === undefined ? 'claim' : pick(random, operations)
        return { store: pick(random, clients), operation, token }
      })
    }

    async function record(
      { key, calls }: { readonly key: string; readonly calls: Call[] },
      { store, operation, token }: DrawnCall,
    ): Promise<void> {
      order += 1
      const asked = { askedAt: order, askedTime: now(), handler: `handler ${order}` }
      const answer =
        operation === 'claim' || token === undefined
          ? await store.claim(key, briefLease)
          : await callHeld(store, operation, { key, token, ...briefLease }, asked.handler)
      order += 1
      const held = isWon(answer) ? answer.token : token
      calls.push({ operation, token: held, answer, ...asked, answeredAt: order, answeredTime: now() })
    }

    async function pause(ms: number): Promise<void> {
      await pass(harness, ms)
      if (harness.advance) advancedMs += ms
    }
  },
}

interface DrawnCall {
  readonly store: DedupeStore
  readonly operation: 'claim' | HeldOperation
  /** The claim that is tried. */
  readonly token: string | undefined
}

function isWon(answer: Call['answer']): answer is Extract<Call['answer'], { readonly kind: 'claimed' }> {
  return typeof answer === 'object' && answer.kind === 'claimed'
}

function pick<Item>(random: () => number, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!
}

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
