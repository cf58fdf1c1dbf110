import { readFileSync } from 'node:fs'
import { describeSettings } from '@complywise/service'
import { expect, test, vi } from 'vitest'
import { listCommands } from '../../src/commands/command-examples.ts'
import { createProgram } from '../../src/commands/create-program.ts'
import { configDefinition } from '../../src/config.ts'
import { runCli } from '../support/cli.ts'

vi.setConfig({ testTimeout: 60_000 })

const commands = listCommands(createProgram())

test.concurrent('sender --help names every command, every setting and the exit codes', async () => {
  const { exitCode, stdout, stderr } = await runCli(['--help'])
  expect([exitCode, stderr]).toEqual([0, ''])
  for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name.split(' ')[0]} `, 'm'))
  for (const { variable } of describeSettings(configDefinition)) expect(stdout).toContain(`\n  ${variable}`)
  expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 called or configured wrongly.')
})

test.each(commands)(
  'sender $name --help says what it does, with every option and examples',
  ({ name, command }) => {
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) })
    command.outputHelp()
    expect(help).toMatch(new RegExp(`^Usage: sender ${name} `))
    expect(command.description()).toMatch(/^[a-z].*[^.]$/)
    for (const option of command.options) expect(option.description).not.toBe('')
    for (const argument of command.registeredArguments) expect(argument.description).not.toBe('')
    expect(help).toMatch(new RegExp(`\n\nExamples:\n(  .*sender ${name}.*\n)+\n*$`))
    expect(command.options.some(({ long }) => long === '--json')).toBe(name !== 'serve')
  },
)

test('docs/operation.md lists every command with its description', () => {
  const guide = readFileSync(new URL('../../../../docs/operation.md', import.meta.url), 'utf8')
  const documented = [...guide.matchAll(/^\| `sender ([\w -]+?)`\s*\| ([^|]+?)\s*\|/gm)].map(
    ([, name, description]) => ({ name, description }),
  )
  expect(documented).toEqual(
    commands.map(({ name, command }) => ({ name, description: command.description() })),
  )
})

test.concurrent.each([
  { args: [], says: /^Usage: sender / },
  { args: ['bogus'], says: /unknown command 'bogus'/ },
  { args: ['migrate', '--bogus'], says: /unknown option '--bogus'/ },
  { args: ['keys', 'create', '--role', 'root'], says: /Allowed choices are admin, member, publisher/ },
  { args: ['publish', 'scan.completed'], says: /required option '--data <json>' not specified/ },
])('sender $args is refused with what is missing, and exits with 2', async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await runCli(args)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(says)
})
