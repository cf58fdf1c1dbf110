import { LedgerError } from './ledger-error.ts'

/** What SQLite says is wrong, without its details: 5 busy, 11 damaged, 26 no database. `undefined` for other errors. */
export function primaryCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined
}

/** Whatever went wrong with the ledger at `path`, as an error that says what to do. */
export function ledgerErrorOf(path: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error
  return new LedgerError('ledger_unusable', messageOf(path, error), { cause: error })
}

function messageOf(path: string, error: unknown): string {
  const what = error instanceof Error ? error.message : 'unknown'
  switch (primaryCode(error)) {
    case sqliteNoDatabase:
      return `The file ${path} is no ledger, or its beginning is damaged: name another, or restore it from a copy.`
    case sqliteDamaged:
      return `The ledger ${path} is damaged (${what}): restore it from a copy.`
    case sqliteError:
      return `The ledger ${path} is damaged, or was made by another program (${what}): restore it from a copy.`
    default:
      return `The ledger ${path} cannot be opened: its folder has to exist and be writable, and the file has to be a ledger.`
  }
}

const sqliteError = 1
const sqliteDamaged = 11
const sqliteNoDatabase = 26
