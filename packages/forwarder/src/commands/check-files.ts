import { constants } from 'node:fs'
import { access, lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ProcessConfig } from '../config/process-settings.ts'
import type { Finding } from '../engine/destination.ts'
import { openLedgerReader } from '../ledger/open-ledger-reader.ts'

/** Whether `serve` could use its files as they are, or make them; makes and changes none. */
export function checkFiles({
  ledgerPath,
  deadLettersPath,
}: Pick<ProcessConfig, 'ledgerPath' | 'deadLettersPath'>): Promise<readonly Finding[]> {
  return Promise.all([
    checkFile('ledger', ledgerPath, 'FORWARDER_LEDGER', () => openLedgerReader(ledgerPath).close()),
    checkFile('dead_letters', deadLettersPath, 'FORWARDER_DEAD_LETTERS', () => undefined),
  ])
}

async function checkFile(
  name: 'ledger' | 'dead_letters',
  path: string,
  variable: string,
  look: () => void,
): Promise<Finding> {
  const what = name === 'ledger' ? `The ledger ${path}` : `The dead-letter file ${path}`
  const failed = (message: string): Finding => ({
    status: 'failed',
    code: `${name}_unusable`,
    message,
    fix: `Give the process a file that it may write, or a folder; ${variable} names another path.`,
  })
  try {
    const status = await lstat(path).catch(ignoreAbsent)
    if (status === undefined) {
      await access(dirname(path), constants.W_OK | constants.X_OK)
      return {
        status: 'ok',
        code: `${name}_creatable`,
        message: `${what} does not exist yet, and can be made.`,
      }
    }
    const isRightKind = status.isFile() || (name === 'ledger' && status.isSymbolicLink())
    if (!isRightKind) return failed(`${what} is no file of its own.`)
    await access(path, constants.R_OK | constants.W_OK)
    look()
    return { status: 'ok', code: `${name}_usable`, message: `${what} can be written.` }
  } catch (error) {
    if (error instanceof Error && error.name === 'LedgerError') return failed(error.message)
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return failed(`${what} cannot be written (${reason}).`)
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
