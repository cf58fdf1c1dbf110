import { existsSync } from 'node:fs'
import { exitCodes, formatConfigProblems, readConfig } from '@complywise/service'
import { processSettings } from '../config/process-settings.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import type { Defer } from './run-command.ts'

/**
 * Opens the ledger of an app, beside a `serve` or without one, for commands that need nothing else: they work although the
 * configuration file does not.
 *
 * @throws {Error} when there is none.
 * @throws {LedgerError} when it cannot be opened.
 */
export function openLedgerOrFail(app: Pick<ForwarderApp<never, never, never>, 'name'>, defer: Defer): Ledger {
  const read = readConfig({ prefix: 'FORWARDER_', settings: processSettings(app.name) }, process.env)
  if (read.kind === 'invalid') {
    process.stderr.write(formatConfigProblems(read.problems))
    return process.exit(exitCodes.usage)
  }
  return openExisting(read.config.ledgerPath, defer)
}

/**
 * Opens a ledger that is there: a command that made an empty one would answer for the wrong file.
 *
 * @throws {Error} when there is none.
 * @throws {LedgerError} when it cannot be opened.
 */
export function openExisting(path: string, defer: Defer): Ledger {
  if (!existsSync(path)) {
    throw new Error(`There is no ledger ${path}. serve makes it; FORWARDER_LEDGER names another.`)
  }
  const ledger = openLedger(path)
  defer(() => ledger.close())
  return ledger
}
