import type { ForwarderApp } from '../forwarder-app.ts'
import { openLedgerOrFail } from './open-ledger-or-fail.ts'
import { runCommand } from './run-command.ts'
import type { JsonOptions } from './send.ts'

/** `ledger verify`: checks every entry against the chain; fails at the first that is not as it was written. */
export function ledgerVerify(
  app: Pick<ForwarderApp<never, never, never>, 'name'>,
  { json = false }: JsonOptions,
): Promise<never> {
  return runCommand((defer) => {
    const ledger = openLedgerOrFail(app, defer)
    const found = ledger.verifyEntries()
    const hasFailed = found.kind === 'broken'
    if (json) {
      const { kind, ...rest } = found
      return { output: `${JSON.stringify({ status: kind, ...rest })}\n`, hasFailed }
    }
    const output =
      found.kind === 'intact'
        ? `intact\t${found.count}\t${found.head}\n`
        : `broken\t${found.seq}\t${found.problem}\t${found.message}\n`
    if (!process.stdout.isTTY) return { output, hasFailed }
    return {
      output:
        found.kind === 'intact'
          ? `All ${found.count} entries are as they were written. The last has the hash\n${found.head}\nKeep it elsewhere: an export that is made later has to contain it.\n`
          : `The ledger was tampered with. ${found.message}\n`,
      hasFailed,
    }
  })
}
