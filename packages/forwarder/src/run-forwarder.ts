import { exitCodes } from '@complywise/service'
import { CommanderError } from 'commander'
import { createProgram } from './commands/create-program.ts'
import type { ForwarderApp } from './forwarder-app.ts'

/**
 * Runs the command line of a forwarder, and ends the process.
 *
 * @example
 * await runForwarder(slackForwarder)
 */
export async function runForwarder<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
): Promise<void> {
  try {
    await createProgram(app).parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage)
  }
}
