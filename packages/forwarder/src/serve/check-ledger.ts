import { randomUUID } from 'node:crypto'
import type { ReadinessCheck } from '@complywise/service'
import { LedgerError } from '../ledger/ledger-error.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** Whether the ledger can be written to: takes a lock that stands for nothing, and gives it back. */
export function checkLedger(ledger: Ledger, owner: string, now: () => number): ReadinessCheck {
  return async () => {
    const lock = { target: '', key: 'readiness', owner, token: randomUUID() }
    try {
      await ledger.acquireLock(lock, now(), 1000)
      await ledger.releaseLock(lock)
      return { status: 'ok' }
    } catch (error) {
      const detail = error instanceof LedgerError ? error.code : 'ledger_unusable'
      return { status: 'unavailable', detail: `${detail}: look at the log, the disk and its rights` }
    }
  }
}
