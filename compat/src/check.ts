import { createPool } from './create-pool.ts'
import type { Totals } from './totals.ts'

/** Something that has to hold. */
export interface Check {
  /** What it belongs to in the table. */
  readonly group: string
  readonly name: string
  /** @throws {Error} when it does not hold. */
  readonly run: () => Promise<void>
}

/** What a check came to. */
export interface CheckResult {
  readonly group: string
  readonly name: string
  /** Why it failed, if it did. */
  readonly failure: string | undefined
}

/** Runs checks, two at a time. */
export function runChecks(checks: readonly Check[]): Promise<readonly CheckResult[]> {
  const pool = createPool(2)
  return Promise.all(checks.map((check) => pool(() => runCheck(check))))
}

/** The sum of results. */
export function countResults(results: readonly CheckResult[]): Totals {
  const failed = results.filter(({ failure }) => failure !== undefined).length
  return { passed: results.length - failed, failed }
}

async function runCheck({ group, name, run }: Check): Promise<CheckResult> {
  try {
    await run()
    return { group, name, failure: undefined }
  } catch (error) {
    return { group, name, failure: error instanceof Error ? error.message : String(error) }
  }
}
