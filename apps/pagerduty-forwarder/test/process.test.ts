import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleRoutingKey, type FakePagerDuty, startFakePagerDuty } from '@complywise/destination-fakes'
import { controlEvent } from '@complywise/forwarder/testing'
import { expect, onTestFinished, test } from 'vitest'
import { incidentsOf } from './support/bench.ts'

const main = join(import.meta.dirname, '../src/main.ts')
const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

interface Ended {
  readonly code: number
  readonly output: string
}

/** A fake, and the command line of the forwarder against it, configured by variables alone. */
async function startProcessBench(): Promise<{
  readonly pagerDuty: FakePagerDuty
  readonly run: (...args: readonly string[]) => Promise<Ended>
  readonly file: (content: unknown) => string
}> {
  const pagerDuty = await startFakePagerDuty()
  const folder = mkdtempSync(join(tmpdir(), 'pagerduty-forwarder-'))
  onTestFinished(async () => {
    await pagerDuty.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const authority = join(folder, 'ca.pem')
  writeFileSync(authority, pagerDuty.ca)
  const env = {
    PATH: process.env['PATH'],
    NODE_EXTRA_CA_CERTS: authority,
    FORWARDER_INSTANCE: 'acme',
    FORWARDER_LEDGER: join(folder, 'ledger.db'),
    COMPLYWISE_WEBHOOK_SECRET: webhookSecret,
    PAGERDUTY_ROUTING_KEY: exampleRoutingKey,
    PAGERDUTY_SERVER: pagerDuty.server,
  }
  return {
    pagerDuty,
    file(content) {
      const path = join(folder, 'event.json')
      writeFileSync(path, JSON.stringify(content))
      return path
    },
    async run(...args) {
      return new Promise((resolve) => {
        const command = ['--conditions=@complywise/source', main, ...args]
        execFile(process.execPath, command, { env, cwd: folder }, (error, stdout, stderr) => {
          resolve({ code: Number(error?.code ?? 0), output: stdout + stderr })
        })
      })
    },
  }
}

test('the command line opens an incident, shows it and resolves it, and never shows a secret', async () => {
  const { pagerDuty, run, file } = await startProcessBench()
  const failing = file(controlEvent('CC6.1', 0))
  const key = 'cw:acme:control:soc 2:cc6.1'
  const ended = [await run('check'), await run('send', failing, '--json')]
  expect(incidentsOf(pagerDuty)).toEqual([`${key} triggered`])
  ended.push(await run('status', '--json'))
  expect(ended.at(-1)?.output).toContain(key)
  ended.push(await run('explain', file(controlEvent('CC6.1', 60, 'passed')), '--json'))
  expect(ended.at(-1)?.output).toContain('"event_action":"resolve"')
  ended.push(await run('ledger', 'export'), await run('resolve', key, '--by', 'ann@acme.example'))
  expect(incidentsOf(pagerDuty)).toEqual([`${key} resolved`])
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
  const output = ended.map((each) => each.output).join('\n')
  expect(output).not.toContain(exampleRoutingKey)
  expect(output).not.toContain(webhookSecret)
}, 60_000)

test('check fails with what to do when PagerDuty does not know the routing key', async () => {
  const { pagerDuty, run } = await startProcessBench()
  pagerDuty.deleteIntegration(exampleRoutingKey)
  const { code, output } = await run('check')
  expect(code).toBe(1)
  expect(output).toContain('Integration Key')
  expect(output).not.toContain(exampleRoutingKey)
}, 30_000)
