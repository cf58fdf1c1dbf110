import { describe, expect, it } from 'vitest'
import { dedupeStoreContract } from '../../testing/contract/dedupe-store-contract.ts'
import type { DedupeStoreHarness } from '../../testing/contract/dedupe-store-harness.ts'
import { fakeClock } from '../../testing/fake-clock.ts'
import { memoryStore } from './memory-store.ts'

const inProcess = 'The records are in the process: nothing can come between them and it.'

const exceptions = {
  'every verb rejects while the store is down': inProcess,
  'what failed while the store was down can be done once it is back, and nothing is lost': inProcess,
}

describe('memoryStore, on a clock that is moved', () => {
  it.each(dedupeStoreContract)('$name', async ({ run }) => {
    await expect(run(movedClock())).resolves.toBeUndefined()
  })
})

describe('memoryStore, on its own clock', () => {
  const store = memoryStore()
  it.each(dedupeStoreContract)('$name', async ({ run }) => {
    await expect(run({ open: async () => store, exceptions })).resolves.toBeUndefined()
  })
})

function movedClock(): DedupeStoreHarness {
  const clock = fakeClock()
  const store = memoryStore({ now: clock.elapsedMs })
  return { open: async () => store, advance: (ms) => clock.advance(ms), exceptions }
}
