import { claimChecks } from './claim-checks.ts'
import { clockChecks } from './clock-checks.ts'
import type { DedupeStoreCheck, DedupeStoreHarness } from './dedupe-store-harness.ts'
import { failureChecks } from './failure-checks.ts'
import { fenceChecks } from './fence-checks.ts'
import { interleavingCheck } from './interleaving-check.ts'
import { keyChecks } from './key-checks.ts'
import { recordChecks } from './record-checks.ts'

/** What became of one check: `excepted` is one that fails for a reason that the harness gives. */
export interface DedupeStoreResult {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'excepted'
  /** What was expected and what was seen, or the reason of the exception. */
  readonly detail?: string
}

const checks = [
  ...claimChecks,
  ...fenceChecks,
  ...recordChecks,
  ...keyChecks,
  ...clockChecks,
  ...failureChecks,
  interleavingCheck,
]

/**
 * What every {@link DedupeStore} does, check by check, for whatever runs your tests. The checks use keys of their own, but
 * must run one after the other: some set the clock or break the store.
 *
 * @example
 * describe('my store', () => {
 *   it.each(dedupeStoreContract)('$name', ({ run }) => run({ open: () => openMyStore(), … }))
 * })
 */
export const dedupeStoreContract: readonly DedupeStoreCheck[] = checks.map((check) => ({
  name: check.name,
  run: (harness) => runWithExceptions(check, harness),
}))

/** Runs all checks and tells what became of each; rejects for none of them. */
export async function runDedupeStoreContract(
  harness: DedupeStoreHarness,
): Promise<readonly DedupeStoreResult[]> {
  const results: DedupeStoreResult[] = []
  for (const { name, run } of dedupeStoreContract) {
    const reason = harness.exceptions?.[name]
    try {
      await run(harness)
      results.push(
        reason === undefined ? { name, outcome: 'passed' } : { name, outcome: 'excepted', detail: reason },
      )
    } catch (error) {
      results.push({
        name,
        outcome: 'failed',
        detail: error instanceof Error ? error.message : String(error),
      })
    }
  }
  return results
}

async function runWithExceptions(check: DedupeStoreCheck, harness: DedupeStoreHarness): Promise<void> {
  const exceptions = harness.exceptions ?? {}
  const unknown = Object.keys(exceptions).find((name) => checks.every((check) => check.name !== name))
  if (unknown !== undefined) throw new Error(`expected an exception to name a check, but saw "${unknown}"`)
  if (!Object.hasOwn(exceptions, check.name)) return check.run(harness)
  const failed = await check.run(harness).then(
    () => false,
    () => true,
  )
  if (!failed)
    throw new Error('expected the check to fail, as the exception says, but it passed: drop the exception')
}
