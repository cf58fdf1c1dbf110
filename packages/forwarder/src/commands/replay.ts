import { UsageError } from '@complywise/service'
import type { ForwarderApp } from '../forwarder-app.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type ForwardedEvent, forwardedOutput } from './forwarded-output.ts'
import { openEngine } from './open-engine.ts'
import { openExisting } from './open-ledger-or-fail.ts'
import { runCommand } from './run-command.ts'

/** What `replay` was asked for. */
export interface ReplayOptions {
  readonly dead?: boolean
  readonly pending?: boolean
  readonly json?: boolean
}

/** More than anybody has unfinished, and as much as fits in memory. */
const most = 100_000

/** `replay`: forwards events of the ledger once more, one after the other, the oldest first. */
export function replay<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  eventIds: readonly string[],
  { dead = false, pending = false, json = false }: ReplayOptions,
): Promise<never> {
  return runCommand(async (defer) => {
    if (eventIds.length === 0 && !dead && !pending) {
      throw new UsageError('Name events by their ids, or give --dead or --pending.')
    }
    const { engine, ledger, loaded } = openEngine(app, defer, (path) => openExisting(path, () => undefined))
    const unknown = eventIds.filter((id) => ledger.findEvent(id) === undefined)
    if (unknown.length > 0) throw new Error(`The ledger ${ledger.path} has no event ${unknown.join(', ')}.`)
    const chosen = new Set([
      ...eventIds,
      ...(dead ? ledger.deadSteps(most).map(({ eventId }) => eventId) : []),
      ...(pending ? unfinished(ledger) : []),
    ])
    const events: ForwardedEvent[] = []
    for (const eventId of chosen) {
      const signal = AbortSignal.timeout(loaded.app.settings.deadlineMs)
      const forwarded = await engine.replay(eventId, signal)
      if (forwarded !== undefined) events.push({ eventId, forwarded })
    }
    if (events.length === 0 && !json && process.stdout.isTTY) return 'There is nothing to replay.\n'
    return forwardedOutput(events, json, process.stdout.isTTY)
  })
}

/** What waits for its time is left alone. */
function unfinished(ledger: Ledger): readonly string[] {
  const steps = ledger.pendingSteps(most).filter(({ notBeforeMs }) => notBeforeMs === undefined)
  return [...steps.map(({ eventId }) => eventId), ...ledger.dueEvents(Number.MAX_SAFE_INTEGER, most)]
}
