import { openReadOnly } from './database.ts'
import { createEntryReader } from './entries.ts'
import { ledgerErrorOf } from './ledger-error-of.ts'
import type { LedgerReader } from './ledger.ts'
import { createReader } from './reader.ts'

/** A ledger that can only be read. */
export interface OpenedReader extends LedgerReader {
  /** Not to be used afterwards. */
  close(): void
}

/**
 * Opens a ledger that is there to read it, beside a process that writes to it or without one: neither the file nor its mode
 * is changed, so that it may be the copy of somebody else, on a disk that cannot be written to.
 *
 * @throws {LedgerError} `ledger_unusable` when it is none or is damaged, `ledger_newer` when a later version has written it.
 */
export function openLedgerReader(path: string): OpenedReader {
  const connection = openReadOnly(path)
  try {
    return {
      path,
      ...createReader(connection),
      ...createEntryReader(connection),
      close: () => connection.close(),
    }
  } catch (error) {
    connection.close()
    throw ledgerErrorOf(path, error)
  }
}
