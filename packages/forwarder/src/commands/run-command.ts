import { describeError, exitCodes, UsageError } from '@complywise/service'
import { print } from './print.ts'

/** What a command prints, and whether it counts as done. */
export interface CommandResult {
  readonly output: string
  readonly hasFailed: boolean
}

/** Takes what has to be closed before the process ends; the last comes first. */
export type Defer = (close: () => unknown) => void

/**
 * Runs a command and ends the process. What `run` returns is the command's output; what it throws is its error, and the
 * exit code 2 if that is a {@link UsageError}, else 1.
 */
export async function runCommand(
  run: (defer: Defer) => Promise<string | CommandResult> | string | CommandResult,
): Promise<never> {
  const closers: (() => unknown)[] = []
  let exitCode: number = exitCodes.ok
  // Told to whoever writes.
  process.stdout.on('error', () => undefined)
  try {
    const result = await run((close) => closers.push(close))
    const { output, hasFailed } = typeof result === 'string' ? { output: result, hasFailed: false } : result
    await print(output)
    if (hasFailed) exitCode = exitCodes.failure
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`)
    exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failure
  }
  for (const close of closers.toReversed()) {
    try {
      await close()
    } catch (error) {
      process.stderr.write(`${describeError(error)}\n`)
    }
  }
  return process.exit(exitCode)
}
