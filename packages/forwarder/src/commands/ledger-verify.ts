import { UsageError } from '@complywise/service'
import type { ForwarderApp } from '../forwarder-app.ts'
import { jsonText } from './json-text.ts'
import { readLedger } from './open-ledger-or-fail.ts'
import { runCommand } from './run-command.ts'
import type { JsonOptions } from './send.ts'

/** What `ledger verify` was asked for. */
export interface LedgerVerifyOptions extends JsonOptions {
  readonly contains?: string
}

/** `ledger verify`: checks every entry against the chain; fails at the first that is not as it was written. */
export function ledgerVerify(
  app: Pick<ForwarderApp<never, never, never>, 'name'>,
  { json = false, contains }: LedgerVerifyOptions,
): Promise<never> {
  return runCommand(async () => {
    if (contains !== undefined && !/^[0-9a-f]{64}$/i.test(contains)) {
      throw new UsageError(
        '--contains: Expected a hash of 64 hexadecimal digits, as an earlier verify has printed it.',
      )
    }
    const found = await readLedger(app, (ledger) => ledger.verifyEntries(contains))
    const hasFailed = found.kind === 'broken'
    if (json) {
      const { kind, ...rest } = found
      return { output: `${jsonText({ status: kind, ...rest })}\n`, hasFailed }
    }
    const output =
      found.kind === 'intact'
        ? `intact\t${found.count}\t${found.head}\n`
        : `broken\t${found.seq}\t${found.problem}\t${found.message}\n`
    if (!process.stdout.isTTY) return { output, hasFailed }
    return {
      output:
        found.kind === 'intact'
          ? `All ${found.count} entries are as they were written. The last has the hash\n${found.head}\nKeep it elsewhere: ledger verify --contains with it shows later that nothing was replaced.\n`
          : `The ledger is not as it was written. ${found.message}\n`,
      hasFailed,
    }
  })
}
