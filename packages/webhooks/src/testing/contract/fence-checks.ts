import type { DedupeStore, HeldClaim } from '../../receive/dedupe-store.ts'
import type { HeldOperation } from '../faulty-store.ts'
import {
  briefLease,
  elapse,
  expectClaim,
  expectFinished,
  expectThat,
  longTerms,
  newKey,
  win,
} from './ask-store.ts'
import { openTwo } from './claim-checks.ts'
import type { DedupeStoreCheck, DedupeStoreHarness } from './dedupe-store-harness.ts'

/** All verbs that take a claim. */
export const heldOperations: readonly HeldOperation[] = ['renew', 'checkpoint', 'complete', 'release']

/** Calls a verb on a claim; `checkpoint` takes `handler` as well. */
export function callHeld(
  store: DedupeStore,
  operation: HeldOperation,
  claim: HeldClaim,
  handler: string,
): Promise<boolean> {
  return operation === 'checkpoint' ? store.checkpoint(claim, handler) : store[operation](claim)
}

/** What a claim that is no longer held cannot do. */
export const fenceChecks: readonly DedupeStoreCheck[] = [
  ...heldOperations.map((verb) => ({
    name: `a former holder cannot ${verb} what another has claimed`,
    run: (harness: DedupeStoreHarness) => tryFence(harness, verb),
  })),
  {
    name: 'a claim that was released can do nothing more',
    async run(harness) {
      const [store] = await openTwo(harness)
      for (const verb of heldOperations) {
        const held = await win(store, newKey(), longTerms, 'a new event')
        expectThat(await store.release(held), 'the holder to release', false)
        expectThat(!(await callHeld(store, verb, held, 'late')), `${verb} after release to say false`, true)
        const next = await win(store, held.key, longTerms, `an event that was released, after a late ${verb}`)
        expectFinished(next.finished, [], `after a late ${verb}`)
      }
    },
  },
  {
    name: 'an event that was completed is held by nobody',
    async run(harness) {
      const [store] = await openTwo(harness)
      for (const verb of ['renew', 'checkpoint', 'release'] as const) {
        const held = await win(store, newKey(), longTerms, 'a new event')
        await store.complete(held)
        expectThat(!(await callHeld(store, verb, held, 'late')), `${verb} after complete to say false`, true)
        await expectClaim('duplicate', store, held.key, `after a late ${verb}`)
      }
    },
  },
  {
    name: 'a token that was never given out can do nothing',
    async run(harness) {
      const [store] = await openTwo(harness)
      for (const verb of heldOperations) {
        const key = newKey()
        const invented = { key, token: newKey(), ...longTerms }
        expectThat(!(await callHeld(store, verb, invented, 'x')), `${verb} of a new event to say false`, true)
        const held = await win(store, key, longTerms, `an event that nobody claimed, after ${verb}`)
        expectThat(
          !(await callHeld(store, verb, invented, 'x')),
          `${verb} with a wrong token to say false`,
          true,
        )
        await expectClaim('in_progress', store, key, `after ${verb} with a wrong token`)
        expectThat(await store.complete(held), 'the holder to complete', false)
      }
    },
  },
]

async function tryFence(harness: DedupeStoreHarness, verb: HeldOperation): Promise<void> {
  const [one, two] = await openTwo(harness)
  const former = await win(one, newKey(), briefLease, 'a new event')
  await elapse(harness)
  const holder = await win(two, former.key, longTerms, 'an event whose lease ran out')
  expectThat(!(await callHeld(one, verb, former, 'late')), `${verb} by the former holder to say false`, true)
  await expectClaim('in_progress', one, former.key, `after ${verb} by the former holder`)
  expectThat(await two.checkpoint(holder, 'mine'), `the new holder to checkpoint after ${verb}`, false)
  expectThat(await two.release(holder), `the new holder to release after ${verb}`, false)
  const next = await win(one, former.key, longTerms, 'an event that was released')
  expectFinished(next.finished, ['mine'], `after ${verb} by a former holder`)
  expectThat(await one.complete(next), 'the last holder to complete', false)
}
