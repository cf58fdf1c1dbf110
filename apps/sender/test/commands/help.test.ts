import { describeSettings } from '@complywise/service'
import { expect, test, vi } from 'vitest'
import { configDefinition } from '../../src/config.ts'
import { runCli } from '../support/cli.ts'

vi.setConfig({ testTimeout: 60_000 })

test.concurrent('sender --help names every command, every setting and the exit codes', async () => {
  const { exitCode, stdout, stderr } = await runCli(['--help'])
  expect([exitCode, stderr]).toEqual([0, ''])
  for (const command of ['serve', 'keys', 'publish'])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  for (const { variable } of describeSettings(configDefinition)) expect(stdout).toContain(`\n  ${variable}`)
  expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 called or configured wrongly.')
})

test.concurrent.each([
  { args: [], says: /^Usage: sender / },
  { args: ['bogus'], says: /unknown command 'bogus'/ },
  { args: ['keys', 'create', '--role', 'root'], says: /Allowed choices are admin, member, publisher/ },
  { args: ['publish', 'scan.completed'], says: /required option '--data <json>' not specified/ },
])('sender $args is refused with what is missing, and exits with 2', async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await runCli(args)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(says)
})
