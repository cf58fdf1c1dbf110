import type { Command } from 'commander'

/** What `--help` shows of each command, by its whole name. */
const examples: Readonly<Record<string, readonly string[]>> = {
  serve: [
    'sender serve',
    'SENDER_ROLES=dispatcher DATABASE_URL=postgres://… SENDER_ENCRYPTION_KEY_FILE=/run/secrets/key sender serve',
  ],
  migrate: ['sender migrate --dry-run', 'sender migrate --json'],
  doctor: ['sender doctor', 'sender doctor --json | jq \'.findings[] | select(.status != "ok")\''],
  'keys create': [
    'sender keys create --role admin',
    'KEY=$(sender keys create --role publisher --account acme --name "billing")',
  ],
  'keys list': ['sender keys list', "sender keys list --json | jq '.[] | select(.revoked_at == null)'"],
  'keys revoke': ['sender keys revoke 0197a1f0-0000-7000-8000-000000000000'],
  publish: [
    'sender publish evidence.uploaded --data @event.json',
    'echo \'{"control_id":"CC6.1",…}\' | sender publish compliance.control_failed --data - --json',
  ],
  recover: [
    'sender recover 0197a1f0-0000-7000-8000-000000000000 --since 2026-03-01T12:00:00Z --dry-run',
    'sender recover 0197a1f0-0000-7000-8000-000000000000 --since 2026-03-01T12:00:00Z --per-second 20 --yes',
  ],
  reencrypt: ['sender reencrypt'],
  'verify-audit': ['sender verify-audit', 'sender verify-audit --account acme --export audit.jsonl'],
}

/** Adds examples to the help of every command that has some. */
export function addExamples(program: Command): void {
  for (const { name, command } of listCommands(program)) {
    const lines = examples[name]
    if (lines === undefined) continue
    command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`)
  }
}

/** Every command that does something, with its whole name: `keys create`. */
export function listCommands(
  parent: Command,
  prefix = '',
): readonly { readonly name: string; readonly command: Command }[] {
  return parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`
    return command.commands.length === 0 ? [{ name, command }] : listCommands(command, `${name} `)
  })
}
