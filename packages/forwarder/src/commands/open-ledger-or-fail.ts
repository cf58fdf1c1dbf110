import { existsSync } from 'node:fs'
import { exitCodes, formatConfigProblems, readConfig } from '@complywise/service'
import { processSettings } from '../config/process-settings.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import { ledgerErrorOf, primaryCode } from '../ledger/ledger-error-of.ts'
import type { Ledger, LedgerReader } from '../ledger/ledger.ts'
import { openLedgerReader } from '../ledger/open-ledger-reader.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import type { Defer } from './run-command.ts'

/**
 * Reads the ledger of an app, beside a `serve` or without one, for commands that need nothing else: they work although the
 * configuration file does not, and on a copy that cannot be written to.
 *
 * @throws {Error} when there is none.
 * @throws {LedgerError} when it cannot be opened, or turns out to be damaged.
 */
export async function readLedger<Result>(
  app: Pick<ForwarderApp<never, never, never>, 'name'>,
  work: (ledger: LedgerReader) => Promise<Result> | Result,
): Promise<Result> {
  const read = readConfig({ prefix: 'FORWARDER_', settings: processSettings(app.name) }, process.env)
  if (read.kind === 'invalid') {
    process.stderr.write(formatConfigProblems(read.problems))
    return process.exit(exitCodes.usage)
  }
  const path = read.config.ledgerPath
  requireFile(path)
  const ledger = openLedgerReader(path)
  try {
    return await work(ledger)
  } catch (error) {
    throw primaryCode(error) === undefined ? error : ledgerErrorOf(path, error)
  } finally {
    ledger.close()
  }
}

/**
 * Opens a ledger that is there: a command that made an empty one would answer for the wrong file.
 *
 * @throws {Error} when there is none.
 * @throws {LedgerError} when it cannot be opened.
 */
export function openExisting(path: string, defer: Defer): Ledger {
  requireFile(path)
  const ledger = openLedger(path)
  defer(() => ledger.close())
  return ledger
}

function requireFile(path: string): void {
  if (existsSync(path)) return
  throw new Error(`There is no ledger ${path}. serve makes it; FORWARDER_LEDGER names another.`)
}
