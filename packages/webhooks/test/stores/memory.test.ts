import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory/index.ts'
import { dedupeStoreContract, fakeClock } from '../../src/testing/index.ts'

const inProcess = 'The records are in the process: nothing can come between them and it.'

const exceptions = {
  'every verb rejects while the store is down': inProcess,
  'what failed while the store was down can be done once it is back, and nothing is lost': inProcess,
}

describe('memoryStore, on a clock that is moved', () => {
  it.each(dedupeStoreContract)('$name', async ({ run }) => {
    const clock = fakeClock()
    const store = memoryStore({ now: clock.elapsedMs })
    const harness = { open: async () => store, advance: (ms: number) => clock.advance(ms), exceptions }
    await expect(run(harness)).resolves.toBeUndefined()
  })
})

describe('memoryStore, on its own clock', { timeout: 30_000 }, () => {
  const store = memoryStore()
  it.each(dedupeStoreContract)('$name', async ({ run }) => {
    await expect(run({ open: async () => store, exceptions })).resolves.toBeUndefined()
  })
})
