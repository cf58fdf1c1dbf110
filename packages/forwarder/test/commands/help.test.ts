import { describeSettings } from '@complywise/service'
import { expect, test, vi } from 'vitest'
import { listCommands } from '../../src/commands/command-examples.ts'
import { createProgram } from '../../src/commands/create-program.ts'
import { processSettings, simpleSettings } from '../../src/config/process-settings.ts'
import { runCli } from '../support/cli.ts'
import { paperApp } from '../support/paper-app.ts'

vi.setConfig({ testTimeout: 60_000 })

const commands = listCommands(createProgram(paperApp))

test('--help names every command, every setting and the exit codes', async () => {
  const { exitCode, stdout, stderr } = await runCli(['--help'])
  expect([exitCode, stderr]).toEqual([0, ''])
  for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name.split(' ')[0]} `, 'm'))
  const settings = { ...processSettings(paperApp.name), ...simpleSettings, ...paperApp.simple.settings }
  for (const { variable } of describeSettings({ settings })) expect(stdout).toContain(`\n  ${variable}`)
  expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 called or configured wrongly.')
})

test('there are these commands', () => {
  expect(commands.map(({ name }) => name)).toEqual([
    'serve',
    'check',
    'explain',
    'send',
    'replay',
    'status',
    'resolve',
    'ledger export',
    'ledger verify',
    'schema',
  ])
})

test.each(commands)('$name --help says what it does, with every option and examples', ({ name, command }) => {
  let help = ''
  command.configureOutput({ writeOut: (text) => (help += text) })
  command.outputHelp()
  expect(help).toMatch(new RegExp(`^Usage: paper-forwarder ${name} `))
  expect(command.description()).toMatch(/^[a-z].*[^.]$/)
  for (const option of command.options) expect(option.description).not.toBe('')
  for (const argument of command.registeredArguments) expect(argument.description).not.toBe('')
  expect(help).toMatch(new RegExp(`\n\nExamples:\n(  .*paper-forwarder ${name}.*\n)+\n*$`))
})

test.each([
  { args: [], says: /^Usage: paper-forwarder / },
  { args: ['bogus'], says: /unknown command 'bogus'/ },
  { args: ['serve', '--bogus'], says: /unknown option '--bogus'/ },
  { args: ['explain'], says: /missing required argument 'file'/ },
  { args: ['resolve', 'key'], says: /required option '--by <name>' not specified/ },
  { args: ['ledger', 'export', '--format', 'xml'], says: /Allowed choices are jsonl, csv/ },
  { args: ['ledger', 'export', '--from', 'noon'], says: /^--from: Expected a day of the calendar/ },
])('$args is refused with what is wrong, and exits with 2', async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await runCli(args)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(says)
})

test('--version prints the version alone', async () => {
  expect(await runCli(['--version'])).toEqual({ exitCode: 0, stdout: '0.0.0\n', stderr: '' })
})
