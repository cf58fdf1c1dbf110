import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { exampleRoutingKey, type Fault } from '@complywise/destination-fakes'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startPagerDuty } from './support.ts'

// What the SDK leaves running would keep the process for 20 seconds and more.
vi.setConfig({ testTimeout: 15_000 })

test.each<[string, Fault | undefined, string]>([
  ['was accepted', undefined, '202'],
  ['met a rate limit', { kind: 'rate-limited' }, 'rate_limited'],
  ['met a proxy’s page', { kind: 'html-502' }, 'unavailable'],
  ['met a reset', { kind: 'reset-before' }, 'no_answer'],
  ['was never answered', { kind: 'hang' }, 'aborted'],
])('a process ends by itself after its event %s', async (_, fault, outcome) => {
  const { pagerDuty } = await startPagerDuty()
  pagerDuty.faults.always(fault)
  const directory = await mkdtemp(join(tmpdir(), 'pagerduty-client-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const authority = join(directory, 'ca.pem')
  await writeFile(authority, pagerDuty.ca)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'send-once.ts')], {
    env: {
      PAGERDUTY_SERVER: pagerDuty.server,
      ROUTING_KEY: exampleRoutingKey,
      NODE_EXTRA_CA_CERTS: authority,
      ...(fault?.kind === 'hang' ? { DEADLINE_MS: '300' } : {}),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect(JSON.parse(output)).toEqual({ outcome, timers: [] })
  expect(exitCode).toBe(0)
})
