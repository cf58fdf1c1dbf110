import { createLogger, exitCodes } from '@complywise/service'
import { openStore, type Store } from '../store/open-store.ts'
import { readConfigOrExit } from './read-config-or-exit.ts'
import { UsageError } from './usage-error.ts'

/**
 * Runs a command and ends the process. What `run` returns is the command's output; what it throws is its error, and
 * the exit code 2 if that is a {@link UsageError}, else 1.
 *
 * `open` opens the database beside a running sender or without one; it is closed afterwards. Logs go to stderr, so
 * that the output can be piped.
 */
export async function runCommand(run: (open: () => Promise<Store>) => Promise<string>): Promise<never> {
  let store: Store | undefined
  let exitCode: number = exitCodes.ok
  try {
    const output = await run(async () => {
      const logger = createLogger({ name: 'sender', level: 'warn', destination: 'stderr' })
      store = await openStore(readConfigOrExit(), 'command', logger)
      return store
    })
    // Before anything can fail on the way out: it may be a key that cannot be shown again.
    process.stdout.write(output)
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`)
    exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failure
  }
  await store?.close().catch((error: unknown) => process.stderr.write(`${describe(error)}\n`))
  return process.exit(exitCode)
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // What cannot be connected to on several addresses has an empty message.
  const [first] = error instanceof AggregateError ? error.errors : []
  if (first !== undefined) return describe(first)
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`
}
