import { describe, it } from 'vitest'
import { dedupeStoreContract } from '../../testing/contract/dedupe-store-contract.ts'
import type { DedupeStoreHarness } from '../../testing/contract/dedupe-store-harness.ts'
import { memoryStore } from './memory-store.ts'

const inProcess = 'The records are the process: nothing can come between them and it.'

const exceptions = {
  'every verb rejects while the store is down': inProcess,
  'what failed while the store was down can be done once it is back, and nothing is lost': inProcess,
}

describe('memoryStore, on a clock that is moved', () => {
  it.each(dedupeStoreContract)('$name', ({ run }) => run(movedClock()))
})

describe('memoryStore, on its own clock', () => {
  const store = memoryStore()
  it.each(dedupeStoreContract)('$name', ({ run }) => run({ open: async () => store, exceptions }))
})

function movedClock(): DedupeStoreHarness {
  let time = 0
  const store = memoryStore({ now: () => time })
  return {
    open: async () => store,
    advance: (ms) => {
      time += ms
    },
    exceptions,
  }
}
