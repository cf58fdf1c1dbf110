import { createLogger, describeError, exitCodes, type Logger, UsageError } from '@complywise/service'
import type { SenderConfig } from '../config.ts'
import { openStore, reachDatabase, type ReachedDatabase, type Store } from '../store/open-store.ts'
import { readConfigOrExit } from './read-config-or-exit.ts'

/** The output of a command that may have found something wrong; the exit code is then 1. */
export interface CommandResult {
  readonly output: string
  readonly hasFailed: boolean
}

/** What a command works with. */
export interface CommandDatabase {
  /** Opens the database: a new one is migrated, one that is behind is refused. */
  readonly open: () => Promise<Store>
  /** Opens the database as it is. */
  readonly reach: () => Promise<ReachedDatabase>
}

/** What a command prints, and whether it counts as done. */
export interface CommandResult {
  readonly output: string
  readonly hasFailed: boolean
}

/**
 * Runs a command and ends the process. What `run` returns is the command's output; what it throws is its error, and
 * the exit code 2 if that is a {@link UsageError}, else 1.
 *
 * The database is opened beside a running sender or without one, and closed afterwards. Logs go to stderr, so that the
 * output can be piped.
 */
export async function runCommand(
  run: (open: CommandDatabase['open'], database: CommandDatabase) => Promise<string | CommandResult>,
): Promise<never> {
  let opened: ReachedDatabase | undefined
  let exitCode: number = exitCodes.ok
  async function use<Opened extends ReachedDatabase>(
    how: (config: SenderConfig, use: 'command', logger: Logger) => Promise<Opened>,
  ): Promise<Opened> {
    const logger = createLogger({ name: 'sender', level: 'warn', destination: 'stderr' })
    const database = await how(readConfigOrExit(), 'command', logger)
    opened = database
    return database
  }
  const database: CommandDatabase = { open: () => use(openStore), reach: () => use(reachDatabase) }
  try {
    const result = await run(database.open, database)
    const { output, hasFailed } = typeof result === 'string' ? { output: result, hasFailed: false } : result
    // Before anything can fail on the way out: it may be a key that cannot be shown again.
    process.stdout.write(output)
    if (hasFailed) exitCode = exitCodes.failure
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`)
    exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failure
  }
  await opened?.close().catch((error: unknown) => process.stderr.write(`${describeError(error)}\n`))
  return process.exit(exitCode)
}
