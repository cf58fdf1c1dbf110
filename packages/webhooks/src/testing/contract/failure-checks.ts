import type { DedupeStore } from '../../receive/dedupe-store.ts'
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
import { callHeld, heldOperations } from './fence-checks.ts'

/** What happens when the store cannot be reached. */
export const failureChecks: readonly DedupeStoreCheck[] = [
  {
    name: 'every verb rejects while the store is down',
    async run(harness) {
      const [store] = await openTwo(harness)
      const held = await win(store, newKey(), longTerms, 'a new event')
      await whileDown(harness, async () => {
        const answers = await Promise.allSettled([
          store.claim(newKey(), longTerms),
          store.claim(held.key, longTerms),
          ...heldOperations.map((operation) => callHeld(store, operation, held, 'x')),
        ])
        for (const [index, answer] of answers.entries()) {
          const verb = ['claim', 'claim', ...heldOperations][index]
          expectThat(answer.status === 'rejected', `${verb} to reject while the store is down`, answer)
        }
      })
    },
  },
  {
    name: 'what failed while the store was down can be done once it is back, and nothing is lost',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const [renewed, marked, completed, released] = await winEach(one)
      const done = await win(one, newKey(), longTerms, 'a new event')
      await one.complete(done)
      const unclaimed = newKey()
      await whileDown(harness, async () => {
        await Promise.allSettled([
          one.claim(unclaimed, briefLease),
          one.renew(renewed),
          one.checkpoint(marked, 'second'),
          one.complete(completed),
          one.release(released),
        ])
      })
      // The claim may have been made, and only its answer lost.
      await elapse(harness)
      await win(one, unclaimed, longTerms, 'the event whose claim had failed')
      expectThat(await one.renew(renewed), 'the holder to renew', false)
      await expectClaim('in_progress', two, renewed.key, 'after renew')
      expectThat(await one.checkpoint(marked, 'second'), 'the holder to checkpoint', false)
      await one.release(marked)
      const next = await win(two, marked.key, longTerms, 'an event that was released')
      expectFinished(next.finished, ['first', 'second'], 'from before and after')
      expectThat(await one.complete(completed), 'the holder to complete', false)
      await expectClaim('duplicate', two, completed.key, 'after complete')
      await one.release(released)
      const again = await win(two, released.key, longTerms, 'an event that was released')
      expectFinished(again.finished, ['first'], 'from before')
      await expectClaim('duplicate', two, done.key, 'for what was completed before')
    },
  },
]

async function winEach(store: DedupeStore) {
  const claims = await Promise.all(heldOperations.map(() => win(store, newKey(), longTerms, 'a new event')))
  for (const claim of claims) await store.checkpoint(claim, 'first')
  return [claims[0]!, claims[1]!, claims[2]!, claims[3]!] as const
}

async function whileDown(harness: DedupeStoreHarness, work: () => Promise<void>): Promise<void> {
  if (!harness.breakStore || !harness.repairStore) {
    throw new Error('expected the harness to have breakStore and repairStore, or a reason not to')
  }
  await harness.breakStore()
  try {
    await work()
  } finally {
    await harness.repairStore()
  }
}
