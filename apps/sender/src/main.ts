#!/usr/bin/env -S node --conditions=@complywise/source
import { exitCodes, formatSettingsHelp } from '@complywise/service'
import { eventTypes } from '@complywise/webhooks'
import { Command, CommanderError, Option } from 'commander'
import { createKey } from './commands/create-key.ts'
import { publish } from './commands/publish.ts'
import { serve } from './commands/serve.ts'
import { configDefinition } from './config.ts'
import { roles } from './store/api-keys.ts'
import { version } from './version.ts'

const program = new Command('sender')
  .description('Sends ComplyWise webhooks: subscriptions, signing, retries, Delivery Log.')
  .version(version)
  .exitOverride()
  .addHelpText(
    'after',
    `\nSettings (environment):\n${formatSettingsHelp(configDefinition)}\nExit codes: 0 done, 1 failed, 2 called or configured wrongly.`,
  )

program.command('serve').description('run the API and the dispatcher until asked to stop').action(serve)

program
  .command('keys')
  .description('manage API keys')
  .command('create')
  .description('make an API key and print it, this once')
  .addOption(new Option('--role <role>', 'what the key may do').choices(roles).makeOptionMandatory())
  .option('--account <name>', 'whose key; the account is made if there is none', 'default')
  .option('--json', 'print a JSON object')
  .action(createKey)

program
  .command('publish')
  .description('store an event and its deliveries, as POST /api/events does')
  .argument('<event>', `one of ${eventTypes.join(', ')}`)
  .requiredOption('--data <json>', 'the data object; @FILE reads a file, - reads stdin')
  .option('--account <name>', 'whose event', 'default')
  .option('--event-id <uuid>', 'makes it safe to repeat; generated when absent')
  .option('--timestamp <instant>', 'when it happened, RFC 3339; now when absent')
  .option('--json', 'print a JSON object')
  .action(publish)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage)
}
