import { defineConfig, formatSettingsHelp } from '@complywise/service'
import { Command, Option } from 'commander'
import { processSettings, simpleSettings } from '../config/process-settings.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import { version } from '../version.ts'
import { check } from './check.ts'
import { addExamples } from './command-examples.ts'
import { explain } from './explain.ts'
import { ledgerExport, type LedgerExportOptions } from './ledger-export.ts'
import { ledgerVerify, type LedgerVerifyOptions } from './ledger-verify.ts'
import { replay, type ReplayOptions } from './replay.ts'
import { resolve, type ResolveOptions } from './resolve.ts'
import { schema } from './schema.ts'
import { type JsonOptions, send } from './send.ts'
import { serve, type ServeOptions } from './serve.ts'
import { status } from './status.ts'

const exitCodesHelp = 'Exit codes: 0 done, 1 failed, 2 called or configured wrongly.'

/** The command of an app, with all its subcommands. */
export function createProgram<Target, Options, Remote>(app: ForwarderApp<Target, Options, Remote>): Command {
  const program = new Command(app.name)
    .description(app.description)
    .version(version)
    .exitOverride()
    .addHelpText('after', settingsHelp(app))

  program
    .command('serve')
    .description('receive events and forward them, until asked to stop')
    .option('--dry-run', 'log what would be sent instead of sending it, on a ledger of its own')
    .action((options: ServeOptions) => serve(app, options))

  program
    .command('check')
    .description('validate the configuration, and ask the destination whether it takes what it says')
    .option('--json', 'print a JSON object')
    .action((options: JsonOptions) => check(app, options))

  program
    .command('explain')
    .description('say what would be sent to whom and why if an event came now; sends and stores nothing')
    .argument('<file>', 'the event, or only its event and data, as JSON; - reads stdin')
    .option('--json', 'print a JSON object')
    .action((file: string, options: JsonOptions) => explain(app, file, options))

  program
    .command('send')
    .description('forward an event from a file, as if it had been received')
    .argument(
      '<file>',
      'the event, only its event and data, or a line of the dead-letter file; - reads stdin',
    )
    .option('--json', 'print a JSON array')
    .action((file: string, options: JsonOptions) => send(app, file, options))

  program
    .command('replay')
    .description('forward events of the ledger once more: what is dead, and what new routes say')
    .argument('[event_id...]', 'which events')
    .option('--dead', 'all that have something dead')
    .option('--pending', 'all that have something left to do')
    .option('--json', 'print a JSON array')
    .action((eventIds: readonly string[], options: ReplayOptions) => replay(app, eventIds, options))

  program
    .command('status')
    .description('list what is open, and what was not told yet')
    .option('--json', 'print a JSON object')
    .action((options: JsonOptions) => status(app, options))

  program
    .command('resolve')
    .description('end what is open for a key, at every target')
    .argument('<key>', 'the key, as status lists it')
    .requiredOption('--by <name>', 'who says that it is over; people are told')
    .option('--json', 'print a JSON object')
    .action((key: string, options: ResolveOptions) => resolve(app, key, options))

  const ledger = program.command('ledger').description('prove who was told what, when')

  ledger
    .command('export')
    .description('print the entries of the ledger, the oldest first')
    .addOption(
      new Option('--format <format>', 'JSON lines, or CSV for spreadsheets')
        .choices(['jsonl', 'csv'])
        .default('jsonl'),
    )
    .option('--from <instant>', 'entries written at or after: a day (UTC), or RFC 3339 with an offset')
    .option('--to <instant>', 'entries written before')
    .option('--framework <name>', 'entries about a framework, regardless of case')
    .action((options: LedgerExportOptions) => ledgerExport(app, options))

  ledger
    .command('verify')
    .description('recompute the chain of entries, and fail at the first that was tampered with')
    .option('--contains <hash>', 'fail unless an entry has this hash, which an earlier verify has printed')
    .option('--json', 'print a JSON object')
    .action((options: LedgerVerifyOptions) => ledgerVerify(app, options))

  program
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(() => schema(app))

  addExamples(program)
  return program
}

function settingsHelp<Target, Options, Remote>({
  name,
  simple,
}: ForwarderApp<Target, Options, Remote>): string {
  const always = formatSettingsHelp(defineConfig({ prefix: 'FORWARDER_', settings: processSettings(name) }))
  const settings = { ...simpleSettings, ...simple.settings }
  const withoutFile = formatSettingsHelp(defineConfig({ prefix: '', settings }))
  return `\nSettings (environment):\n${always}\nWithout a configuration file, besides FORWARDER_INSTANCE:\n${withoutFile}\n${exitCodesHelp}`
}
