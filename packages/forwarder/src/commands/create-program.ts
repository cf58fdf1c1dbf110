import { Command } from 'commander'
import type { ForwarderApp } from '../forwarder-app.ts'
import { version } from '../version.ts'
import { serve, type ServeOptions } from './serve.ts'

/** The command of an app, with all its subcommands. */
export function createProgram<Target, Options, Remote>(app: ForwarderApp<Target, Options, Remote>): Command {
  const program = new Command(app.name).description(app.description).version(version).exitOverride()

  program
    .command('serve')
    .description('receive events and forward them, until asked to stop')
    .option('--dry-run', 'log what would be sent instead of sending it, on a ledger of its own')
    .action((options: ServeOptions) => serve(app, options))

  return program
}
