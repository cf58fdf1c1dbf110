import { formatSettingsHelp } from '@complywise/service'
import { eventTypes } from '@complywise/webhooks'
import { Command, Option } from 'commander'
import { configDefinition } from '../config.ts'
import { roles } from '../store/api-keys.ts'
import { version } from '../version.ts'
import { addExamples } from './command-examples.ts'
import { createKey } from './create-key.ts'
import { doctor } from './doctor.ts'
import { listKeys } from './list-keys.ts'
import { migrate } from './migrate.ts'
import { publish } from './publish.ts'
import { recover } from './recover.ts'
import { reencrypt } from './reencrypt.ts'
import { revokeKey } from './revoke-key.ts'
import { serve } from './serve.ts'
import { verifyAudit } from './verify-audit.ts'

const exitCodesHelp = 'Exit codes: 0 done, 1 failed, 2 called or configured wrongly.'

/** The `sender` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('sender')
    .description('Sends ComplyWise webhooks: subscriptions, signing, retries, Delivery Log.')
    .version(version)
    .exitOverride()
    .addHelpText(
      'after',
      `\nSettings (environment):\n${formatSettingsHelp(configDefinition)}\n${exitCodesHelp}`,
    )

  program
    .command('serve')
    .description('run in the roles of SENDER_ROLES, the API and the dispatcher, until asked to stop')
    .action(serve)

  program
    .command('migrate')
    .description('bring the database’s schema up to date, as serve does when it starts')
    .option('--dry-run', 'only list what would be applied')
    .option('--json', 'print a JSON object')
    .action(migrate)

  program
    .command('doctor')
    .description('look at everything that can be wrong around a sender, and say what to do')
    .option('--host <name>', 'a host to try the way out with, over HTTPS', 'example.com')
    .option('--json', 'print a JSON object')
    .action(doctor)

  const keys = program.command('keys').description('manage API keys')

  keys
    .command('create')
    .description('make an API key and print it, this once')
    .addOption(new Option('--role <role>', 'what the key may do').choices(roles).makeOptionMandatory())
    .option('--account <name>', 'whose key; the account is made if there is none', 'default')
    .option('--name <text>', 'what it is for', '')
    .option('--json', 'print a JSON object')
    .action(createKey)

  keys
    .command('list')
    .description('list the API keys of an account, without the keys themselves')
    .option('--account <name>', 'whose keys', 'default')
    .option('--json', 'print a JSON array')
    .action(listKeys)

  keys
    .command('revoke')
    .description('revoke an API key for good, from its next request on')
    .argument('<id>', 'its id, as sender keys list shows it')
    .option('--account <name>', 'whose key', 'default')
    .option('--json', 'print a JSON object')
    .action(revokeKey)

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

  program
    .command('recover')
    .description('deliver again what a subscription did not receive, after counting it')
    .argument('<subscription>', 'its id')
    .requiredOption('--since <instant>', 'deliveries created at or after, RFC 3339')
    .option('--until <instant>', 'deliveries created before; now when absent')
    .option('--per-second <n>', 'deliveries made in a second at most; 50 when absent')
    .option('--account <name>', 'whose subscription', 'default')
    .option('--dry-run', 'only count')
    .option('--yes', 'do not ask')
    .option('--json', 'print a JSON object')
    .action(recover)

  program
    .command('reencrypt')
    .description('seal with SENDER_ENCRYPTION_KEY what SENDER_PREVIOUS_ENCRYPTION_KEYS have sealed')
    .option('--json', 'print a JSON object')
    .action(reencrypt)

  program
    .command('verify-audit')
    .description('recompute the audit log, and fail at the first entry that was tampered with')
    .option('--account <account>', 'name or id of one account; all when absent')
    .addOption(
      new Option('--expect <account:number:hash>', 'an end of a log that was printed before; may be repeated')
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], 'none'),
    )
    .option('--export <file>', 'write the verified entries to a new file, one JSON object a line')
    .option('--json', 'print a JSON object')
    .action(verifyAudit)
  addExamples(program)
  return program
}
