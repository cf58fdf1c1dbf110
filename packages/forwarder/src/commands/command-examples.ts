import type { Command } from 'commander'

/** What `--help` shows of each command, by its whole name, after the name of the app. */
const examples: Readonly<Record<string, readonly string[]>> = {
  serve: ['serve', 'serve --dry-run'],
  check: ['check', 'check --json | jq \'.findings[] | select(.status != "ok")\''],
  explain: ['explain event.json', "explain --json - < event.json | jq '.steps[].operations'"],
  send: ['send event.json', 'send - --json < event.json'],
  replay: ['replay 0197a1f0-0000-7000-8000-000000000000', 'replay --dead', 'replay --pending --json'],
  status: ['status', "status --json | jq -r '.open[].key'"],
  resolve: ["resolve 'cw:acme:control:soc 2:cc6.1' --by 'Ada Lovelace'"],
  'ledger export': [
    "ledger export --format csv --framework 'SOC 2' --from 2026-01-01 --to 2026-04-01 > cc7.csv",
    'ledger export | jq \'select(.result == "done")\'',
  ],
  'ledger verify': ['ledger verify', 'ledger verify --contains "$(cat head-of-last-year)"'],
  schema: ['schema > forwarder.schema.json'],
}

/** Adds examples to the help of every command that has some. */
export function addExamples(program: Command): void {
  for (const { name, command } of listCommands(program)) {
    const lines = examples[name]
    if (lines === undefined) continue
    const text = lines.map((line) => `  ${program.name()} ${line}\n`).join('')
    command.addHelpText('after', `\nExamples:\n${text}`)
  }
}

/** Every command that does something, with its whole name: `ledger export`. */
export function listCommands(
  parent: Command,
  prefix = '',
): readonly { readonly name: string; readonly command: Command }[] {
  return parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`
    return command.commands.length === 0 ? [{ name, command }] : listCommands(command, `${name} `)
  })
}
