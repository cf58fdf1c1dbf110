import {
  type DedupeStoreResult,
  dedupeStoreContract,
  runDedupeStoreContract,
} from '../../src/testing/contract/dedupe-store-contract.ts'
import { type FlawedStore, flawedStores } from './flawed-stores.ts'
import { PlainStore, Server } from './plain-store.ts'

/** Tries a store against the contract, the same way each time. */
export function tryStore(
  { Store, onRepair }: Pick<FlawedStore, 'Store' | 'onRepair'>,
  exceptions: Readonly<Record<string, string>> = {},
): Promise<readonly DedupeStoreResult[]> {
  const server = new Server()
  return runDedupeStoreContract({
    open: async () => new Store(server),
    advance(ms) {
      server.nowMs += ms
    },
    skewClock(ms) {
      server.skewMs = ms
    },
    breakStore() {
      server.isDown = true
    },
    repairStore() {
      server.isDown = false
      onRepair?.(server)
    },
    seed: 1,
    exceptions,
  })
}

/** The checks that failed. */
export function failuresOf(results: readonly DedupeStoreResult[]): readonly string[] {
  return results.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
}

/** Runs the contract on every flawed store, and tells as Markdown which checks failed for which. */
export async function flawMatrix(): Promise<string> {
  const stores = [{ flaw: 'none', Store: PlainStore }, ...flawedStores]
  const columns = await Promise.all(stores.map(async (store) => failuresOf(await tryStore(store))))
  const cells = stores.map(({ flaw }, index) => {
    const failed = dedupeStoreContract.flatMap(({ name }, check) =>
      columns[index]!.includes(name) ? [check + 1] : [],
    )
    return `| ${flaw} | ${failed.join(', ') || '–'} |`
  })
  const checks = dedupeStoreContract.map(({ name }, index) => `${index + 1}. ${name}`)
  return [...checks, '', '| flaw | fails |', '|---|---|', ...cells].join('\n')
}
