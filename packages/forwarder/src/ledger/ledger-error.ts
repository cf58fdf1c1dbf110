/**
 * Why the ledger could not do what it was asked.
 *
 * | Code                | When                                                                    |
 * | ------------------- | ----------------------------------------------------------------------- |
 * | `ledger_unusable`   | the file cannot be opened, is not a ledger, or is damaged                 |
 * | `ledger_newer`      | a later version of the program has written it                            |
 * | `ledger_busy`       | other processes kept writing                                             |
 * | `lock_lost`         | another process has taken the key over while this one stood still        |
 */
export type LedgerErrorCode = 'ledger_unusable' | 'ledger_newer' | 'ledger_busy' | 'lock_lost'

/** The ledger could not do what it was asked; `message` says where and what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
  readonly code: LedgerErrorCode

  constructor(code: LedgerErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}
