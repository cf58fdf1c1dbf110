import { writeFile } from 'node:fs/promises'

/** How many checks passed and failed. */
export interface Totals {
  readonly passed: number
  readonly failed: number
}

/** The sum of totals. */
export function addTotals(totals: readonly Totals[]): Totals {
  return {
    passed: totals.reduce((sum, { passed }) => sum + passed, 0),
    failed: totals.reduce((sum, { failed }) => sum + failed, 0),
  }
}

/** Writes the totals to `file`, for a script that adds up, and lets this process fail if a check did. */
export async function reportTotals(totals: Totals, file: string | undefined): Promise<void> {
  if (file !== undefined) await writeFile(file, `${JSON.stringify(totals)}\n`)
  if (totals.failed > 0) process.exitCode = 1
}
