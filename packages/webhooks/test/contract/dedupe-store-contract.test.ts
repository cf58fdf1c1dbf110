import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  dedupeStoreContract,
  runDedupeStoreContract,
} from '../../src/testing/contract/dedupe-store-contract.ts'
import { failuresOf, tryStore } from './flaw-matrix.ts'
import { flawedStores } from './flawed-stores.ts'
import { PlainStore, Server } from './plain-store.ts'

const checkNames = dedupeStoreContract.map(({ name }) => name)

// A machine that stalls must not let leases run out.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('dedupeStoreContract', () => {
  it('is met by a store without a flaw', async () => {
    const results = await tryStore({ Store: PlainStore })
    expect(results).toEqual(checkNames.map((name) => ({ name, outcome: 'passed' })))
  })

  it.each(flawedStores)('fails in exactly its own checks a store that $flaw', async (store) => {
    const failures = failuresOf(await tryStore(store))
    expect(failures.toSorted()).toEqual(store.fails.toSorted())
  })

  it.each(checkNames)('is failed by a flawed store in: %s', (name) => {
    expect(flawedStores.filter(({ fails }) => fails.includes(name))).not.toEqual([])
  })

  it('says what was expected and what was seen', async () => {
    const results = await tryStore(flawed('renews in words only'))
    const [first, second] = results.filter(({ outcome }) => outcome === 'failed')
    expect(first?.detail).toMatch(
      /^expected a claim to be told "in_progress" .*, but saw \{"kind":"claimed",/,
    )
    expect(second?.detail).toMatch(
      /^expected answers that fit together, but with seed 1 an event is claimed while/,
    )
  })
})

describe('an exception', () => {
  const check = 'two keys are never the same event'

  it('lets a check fail for the reason it gives', async () => {
    const results = await tryStore(flawed('writes keys in lower case'), { [check]: 'Keys are file names.' })
    expect(failuresOf(results)).toEqual([])
    expect(results).toContainEqual({ name: check, outcome: 'excepted', detail: 'Keys are file names.' })
  })

  it('fails where its check passes', async () => {
    const results = await tryStore({ Store: PlainStore }, { [check]: 'Keys are file names.' })
    const detail = expect.stringContaining('drop the exception')
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      { name: check, outcome: 'failed', detail },
    ])
  })

  it('fails everything where it names no check', async () => {
    const results = await tryStore({ Store: PlainStore }, { 'two keys': 'Keys are file names.' })
    expect(failuresOf(results)).toEqual(checkNames)
    expect(results[0]?.detail).toContain('"two keys"')
  })

  it('is asked for where a store cannot be broken', async () => {
    const server = new Server()
    const advance = (ms: number) => {
      server.nowMs += ms
    }
    const results = await runDedupeStoreContract({ open: async () => new PlainStore(server), advance })
    const detail = 'expected the harness to have breakStore and repairStore, or a reason not to'
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      { name: 'every verb rejects while the store is down', outcome: 'failed', detail },
      {
        name: 'what failed while the store was down can be done once it is back, and nothing is lost',
        outcome: 'failed',
        detail,
      },
    ])
  })
})

function flawed(flaw: string) {
  return flawedStores.find((store) => store.flaw === flaw)!
}
