import { isDeepStrictEqual } from 'node:util'
import { UsageError } from '@complywise/service'
import type { WebhookEvent } from '@complywise/webhooks'
import type { ForwarderApp } from '../forwarder-app.ts'
import type { StoredEvent } from '../ledger/ledger.ts'
import { forwardedOutput } from './forwarded-output.ts'
import { openEngine } from './open-engine.ts'
import { readEventFile } from './read-event-file.ts'
import { runCommand } from './run-command.ts'

/** What `send` and other commands were asked for. */
export interface JsonOptions {
  readonly json?: boolean
}

/** `send`: forwards an event from a file as if it had been received. */
export function send<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  path: string,
  { json = false }: JsonOptions,
): Promise<never> {
  return runCommand(async (defer) => {
    const now = new Date()
    const event = await readEventFile(path, now)
    const { engine, ledger, loaded } = openEngine(app, defer)
    refuseFuture(event, now, loaded.app.webhook.clockSkewMs)
    const known = ledger.findEvent(event.event_id)
    if (known !== undefined) requireSame(event, known, now)
    if (known?.finishedAt !== undefined) process.stderr.write(`${nothingSent(app.name, known)}\n`)
    const signal = AbortSignal.timeout(loaded.app.settings.deadlineMs)
    const forwarded = await engine.forward(event, signal, 'command')
    return forwardedOutput([{ eventId: event.event_id, forwarded }], json, process.stdout.isTTY)
  })
}

/** An event of the future would keep all that is true until then from being told. */
function refuseFuture({ timestamp }: WebhookEvent, now: Date, clockSkewMs: number): void {
  if (Date.parse(timestamp) <= now.getTime() + clockSkewMs) return
  const limit = `webhook.clock_skew allows ${clockSkewMs / 1000} s`
  throw new UsageError(
    `The timestamp ${timestamp} is in the future; it is ${now.toISOString()}, and ${limit}. Correct it, or leave it out for now.`,
  )
}

/** One id is one event: whoever sends another with it is not to take what became of the first for what became of it. */
function requireSame(event: WebhookEvent, known: StoredEvent, now: Date): void {
  // It was not in the file.
  const isFilledIn = event.timestamp === now.toISOString()
  const different = [
    ...(event.event === known.type ? [] : ['event']),
    ...(isFilledIn || Date.parse(event.timestamp) === Date.parse(known.timestamp) ? [] : ['timestamp']),
    // What was pruned is not known any more.
    ...(known.event === undefined || isDeepStrictEqual(event.data, known.event.data) ? [] : ['data']),
  ]
  if (different.length === 0) return
  throw new Error(
    `Event ${known.eventId} is already in the ledger since ${known.admittedAt}, with other content (${different.join(', ')}); nothing sent. Leave the event_id out, or give the event another.`,
  )
}

function nothingSent(name: string, { eventId, admittedAt }: StoredEvent): string {
  return `Event ${eventId} is already in the ledger since ${admittedAt}; nothing sent. ${name} replay ${eventId} tries what is dead again.`
}
