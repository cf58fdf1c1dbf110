import { type DedupeStoreHarness, runDedupeStoreContract } from '../../packages/webhooks/src/testing/index.ts'
import type { Outcome } from '../src/runtimes/outcome.ts'

/** Runs the contract of dedupe stores on this runtime. */
export async function runStoreContract(harness: DedupeStoreHarness): Promise<Outcome> {
  const results = await runDedupeStoreContract(harness)
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  return {
    passed: results.filter(({ outcome }) => outcome === 'passed').length,
    failures: failed.map(({ name, detail }) => `${name}: ${detail}`),
    excused: results.flatMap(({ name, outcome, detail }) =>
      outcome === 'excepted' ? [{ check: name, reason: detail ?? '' }] : [],
    ),
  }
}

/** What no store in a file can do. */
export const sqliteExceptions = {
  'a clock set forward lets nobody in while a lease runs':
    'The machine has one clock that all its processes and those after a restart share, and it was set.',
}
