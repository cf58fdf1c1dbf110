import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger } from '@complywise/service'
import type { WebhookEvent } from '@complywise/webhooks'
import { signedRequest } from '@complywise/webhooks/testing'
import { validateConfig } from '../config/validate-config.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import { startForwarder } from '../serve/start-forwarder.ts'

/** An app, what it is configured with, and what happens. */
export interface Story<Target, Options, Remote> {
  readonly app: ForwarderApp<Target, Options, Remote>
  /** The configuration file as a value; `instance` and `webhook` are added. */
  readonly file: Readonly<Record<string, unknown>>
  /** Told in this order, each two seconds after its own timestamp. */
  readonly events: readonly WebhookEvent[]
  /** The clock of the forwarder and its destination; moved on from event to event. */
  readonly clock: { now: number }
}

const secret = 'whsec_ZG9jdW1lbnRhdGlvbi1zZWNyZXQtMzItYnl0ZXM='

/**
 * Runs a whole forwarder, and sends it signed events over HTTP, so that the destination holds what it really would.
 *
 * @throws {Error} when the configuration is not valid, or an event is not answered with 200.
 */
export async function forwardStory<Target, Options, Remote>({
  app,
  file,
  events,
  clock,
}: Story<Target, Options, Remote>): Promise<void> {
  const validation = validateConfig({ instance: 'acme', webhook: { secret }, ...file }, app)
  if (validation.kind === 'invalid') throw new Error(JSON.stringify(validation.complaints))
  const directory = mkdtempSync(join(tmpdir(), `${app.name}-`))
  clock.now = Date.parse(events[0]?.timestamp ?? '')
  const forwarder = await startForwarder({
    app,
    config: validation.config,
    process: {
      configPath: undefined,
      ledgerPath: join(directory, 'ledger.db'),
      deadLettersPath: join(directory, 'dead.jsonl'),
      host: '127.0.0.1',
      port: 0,
      operationsPort: 0,
      logLevel: 'fatal',
      graceMs: 5000,
    },
    logger: createLogger({ name: app.name, level: 'fatal' }),
    now: () => clock.now,
  })
  try {
    for (const event of events) {
      clock.now = Math.max(clock.now, Date.parse(event.timestamp)) + 2000
      const { headers, body } = await signedRequest(event, { secret, attemptedAt: new Date(clock.now) })
      const answer = await fetch(forwarder.url, { method: 'POST', headers, body })
      if (answer.status !== 200) throw new Error(`${event.event}: ${answer.status} ${await answer.text()}`)
    }
    await untilNothingIsHeld(forwarder.operationsUrl, clock)
  } finally {
    await forwarder.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

const pollMs = 50
const longestWaitMs = 30_000

/** Updates that come quickly one after the other wait for each other: the clock moves on once, and they are told. */
async function untilNothingIsHeld(operationsUrl: string, clock: { now: number }): Promise<void> {
  const limit = AbortSignal.timeout(longestWaitMs)
  let hasMovedOn = false
  for (;;) {
    const metrics = await (await fetch(`${operationsUrl}/metrics`)).text()
    if (/^forwarder_held_steps 0$/m.test(metrics) && /^forwarder_pending_steps 0$/m.test(metrics)) return
    if (limit.aborted) throw new Error('Something is held for longer than a story takes.')
    if (!hasMovedOn) clock.now += 60_000
    hasMovedOn = true
    await sleep(pollMs)
  }
}
