import { DatabaseSync } from 'node:sqlite'
import { waitFor } from '../run/wait-for.ts'

/** Waits until a forwarder that runs has nothing left to do for any event. Gives up after two minutes, quietly. */
export async function waitUntilFinished(ledgerPath: string): Promise<void> {
  const database = new DatabaseSync(ledgerPath, { readOnly: true })
  const left = database.prepare(
    `SELECT (SELECT count(*) FROM event WHERE finished_at IS NULL) + (SELECT count(*) FROM step WHERE state = 'pending') AS n`,
  )
  try {
    await waitFor('nothing is left to do', () => Number(left.get()?.['n']) === 0, {
      limitMs: 120_000,
      everyMs: 200,
    })
  } catch {
    // What is left is found by who looks at the ledger.
  } finally {
    database.close()
  }
}
