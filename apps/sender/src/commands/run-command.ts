import { createLogger, exitCodes } from '@complywise/service'
import { openStore, type Store } from '../store/open-store.ts'
import { readConfigOrExit } from './read-config-or-exit.ts'

/**
 * Runs a command and ends the process. What `run` returns is the command's output; what it throws is its error.
 *
 * `open` opens the database beside a running sender or without one; it is closed afterwards. Logs go to stderr, so
 * that the output can be piped.
 */
export async function runCommand(run: (open: () => Promise<Store>) => Promise<string>): Promise<never> {
  let store: Store | undefined
  try {
    const output = await run(async () => {
      const logger = createLogger({ name: 'sender', level: 'warn', destination: 'stderr' })
      store = await openStore(readConfigOrExit(), 'command', logger)
      return store
    })
    await store?.close()
    process.stdout.write(output)
    process.exitCode = exitCodes.ok
  } catch (error) {
    await store?.close()
    process.stderr.write(`${describe(error)}\n`)
    process.exitCode = exitCodes.failure
  }
  return process.exit()
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // What cannot be connected to on several addresses has an empty message.
  const [first] = error instanceof AggregateError ? error.errors : []
  return first instanceof Error ? first.message : error.message
}
