import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  controlEvent,
  createEngine,
  openLedger,
  scanCompleted,
  testSettings,
} from '@complywise/forwarder/testing'
import { createLogger } from '@complywise/service'
import { expect, onTestFinished, test } from 'vitest'
import { alerts, headings, startSlack } from './support/slack.ts'

const controls = Array.from({ length: 23 }, (_, index) => `CC${index + 1}`)
const deadlineMs = 8000

test('a clean scan over 23 controls is answered at once, with few messages, at the rates of Slack', async () => {
  const { slack, destination } = await startSlack({ limits: {} }, { postIntervalMs: 1000, deadlineMs })
  const folder = mkdtempSync(join(tmpdir(), 'slack-sweep-'))
  const ledger = openLedger(join(folder, 'ledger.db'))
  const engine = createEngine({
    ledger,
    destination,
    config: {
      settings: testSettings({
        storm: { controls: 100, windowMs: 60_000 },
        scans: { announce: 'always', errorAfter: 3 },
      }),
      targets: { alerts },
    },
    logger: createLogger({ name: 'test', level: 'silent' }),
    owner: 'test',
    deadLetters: { append: () => Promise.resolve() },
  })
  onTestFinished(async () => {
    await engine.idle()
    ledger.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const deadline = (): AbortSignal => AbortSignal.timeout(deadlineMs)
  const opened = await Promise.all(
    controls.map((control) => engine.forward(controlEvent(control, 0), deadline())),
  )
  expect(opened.map(({ retryAfterMs }) => retryAfterMs)).toEqual(controls.map(() => undefined))
  const { steps, retryAfterMs } = await engine.forward(scanCompleted(30, 0), deadline())
  expect(retryAfterMs).toBeUndefined()
  expect(steps.filter(({ action, result }) => action === 'resolve' && result === 'delivered')).toHaveLength(
    23,
  )

  const messages = slack.channel('C0ALERTS').messages.filter(({ replies }) => replies.length > 0)
  expect(messages.flatMap(headings).toSorted()).toEqual(
    controls.map((control) => `🟢 ${control} recovered · SOC 2`).toSorted(),
  )
  const replies = messages.flatMap((message) => message.replies)
  const told = replies.flatMap(({ text }) => text.match(/CC\d+ recovered · SOC 2$/gm) ?? [])
  expect(told.toSorted()).toEqual(controls.map((control) => `${control} recovered · SOC 2`).toSorted())
  // Those of the first twenty, and of the three that come after them.
  expect(replies.length).toBeLessThanOrEqual(messages.length + 2)
  expect(slack.requests.filter(({ method }) => method === 'chat.update').length).toBeLessThanOrEqual(9)
  expect(slack.requests.map(({ status }) => status)).not.toContain(429)
  expect(slack.refusals).toEqual([])
}, 30_000)
