import { briefLease, elapse, expectClaim, expectThat, longTerms, newKey, win } from './ask-store.ts'
import { openTwo } from './claim-checks.ts'
import type { DedupeStoreCheck, DedupeStoreHarness } from './dedupe-store-harness.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** What happens when the wall clock of a process is set. */
export const clockChecks: readonly DedupeStoreCheck[] = [
  {
    name: 'a clock set forward lets nobody in while a lease runs',
    run: (harness) => tryLease(harness, [hourMs, dayMs]),
  },
  {
    name: 'a clock set back lets nobody in while a lease runs',
    run: (harness) => tryLease(harness, [-hourMs, -dayMs]),
  },
  {
    name: 'a clock that is set keeps no event for longer than its lease',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      for (const ms of [hourMs, -hourMs, -dayMs]) {
        const held = await win(one, newKey(), briefLease, 'a new event')
        await skewed(harness, ms, async () => {
          // A store may learn of the jump only now: the lease counts from here.
          await two.claim(held.key, briefLease)
          await elapse(harness)
          await win(
            two,
            held.key,
            longTerms,
            `the event once its lease had passed since the clock was set by ${ms} ms`,
          )
        })
      }
    },
  },
  {
    name: 'a clock that is set makes no completed event forgotten',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), longTerms, 'a new event')
      await one.complete(held)
      for (const ms of [hourMs, dayMs, -hourMs, -dayMs]) {
        await skewed(harness, ms, async () => {
          await expectClaim('duplicate', two, held.key, `once the clock was set by ${ms} ms`)
        })
      }
    },
  },
]

async function tryLease(harness: DedupeStoreHarness, jumps: readonly number[]): Promise<void> {
  const [one, two] = await openTwo(harness)
  for (const ms of jumps) {
    const held = await win(one, newKey(), longTerms, 'a new event')
    await skewed(harness, ms, async () => {
      const claim = await expectClaim('in_progress', two, held.key, `once the clock was set by ${ms} ms`)
      const retryAfterMs = claim.kind === 'in_progress' ? claim.retryAfterMs : NaN
      const isInLease = retryAfterMs <= longTerms.leaseMs
      expectThat(isInLease, `retryAfterMs to be at most ${longTerms.leaseMs}`, retryAfterMs)
    })
    expectThat(await one.complete(held), 'the holder to complete', false)
  }
}

async function skewed(harness: DedupeStoreHarness, ms: number, work: () => Promise<void>): Promise<void> {
  const { now } = Date
  if (harness.skewClock) harness.skewClock(ms)
  else Date.now = () => now() + ms
  try {
    await work()
  } finally {
    if (harness.skewClock) harness.skewClock(0)
    else Date.now = now
  }
}
