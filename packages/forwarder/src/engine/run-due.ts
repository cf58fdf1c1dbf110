import type { Alert } from '../domain/alert.ts'
import type { Reading } from '../domain/reading.ts'
import type { Step } from '../domain/step.ts'
import type { StoredStep } from '../ledger/ledger.ts'
import { holdFor } from '../routing/hold.ts'
import { openingType } from '../routing/routable.ts'
import { route } from '../routing/route.ts'
import { atMost } from './at-most.ts'
import type { EngineContext } from './engine-context.ts'
import { longestRetryAfterMs } from './failure.ts'
import { finishKeys, forwardEvent } from './forward.ts'
import { concurrencyOf } from './keys-at-once.ts'
import { ownEvent } from './own-event.ts'
import type { Unfinished } from './report.ts'
import { stormPaceMs, stormPaceReason } from './storm-pace.ts'
import { uuidV5 } from './uuid-v5.ts'

// So many of each kind at once, so that none keeps the others waiting.
const batch = 50

// More than wait in years of mutes.
const mostReviewed = 100_000

/** Does what is due by now; what fails is due again later. */
export async function runDue<Target, Remote>(
  context: EngineContext<Target, Remote>,
  signal: AbortSignal,
): Promise<void> {
  await expire(context, signal)
  await carryOutHeld(context, signal)
  await goOn(context, signal)
}

/** Closes what nothing was heard of for so long; the same event in every process. */
async function expire<Target, Remote>(
  context: EngineContext<Target, Remote>,
  signal: AbortSignal,
): Promise<void> {
  const { ledger, settings, now } = context
  const ttlMs = settings.recovery.integrationTtlMs
  if (ttlMs === undefined) return
  const silent = ledger.openSilentSince('integration', now() - ttlMs).slice(0, batch)
  for (const alert of silent) {
    if (signal.aborted) return
    const { kind, key, labels, lastEventId } = alert
    const reading: Reading = {
      kind: 'recovery',
      subject: { kind, key, labels },
      facts: { kind: 'recovered', proof: 'expired' },
    }
    const event = ownEvent('forwarder.expired', uuidV5(key, lastEventId, 'expired'), now(), { key })
    await forwardEvent(context, event, signal, 'clock', [reading])
  }
}

async function carryOutHeld<Target, Remote>(
  context: EngineContext<Target, Remote>,
  signal: AbortSignal,
): Promise<void> {
  const { ledger, now, logger } = context
  const unfinished: Unfinished[] = []
  const places = Map.groupBy(ledger.dueKeys(now(), batch), ({ target }) => target)
  await Promise.all([...places.values()].map((each) => finishKeys(context, each, signal, unfinished)))
  for (const { unit, failure } of unfinished)
    logger.warn({ ...unit, code: failure.reason }, 'What was held could not be carried out yet.')
}

/** Goes on with events whose sender may have given up. */
async function goOn<Target, Remote>(
  context: EngineContext<Target, Remote>,
  signal: AbortSignal,
): Promise<void> {
  const { ledger, now } = context
  const [first, ...others] = ledger.dueEvents(now(), batch)
  if (first === undefined) return
  let isDown = false
  // Alone, so that a destination that is down is asked once.
  await attempt(first)
  await atMost(concurrencyOf(context), others, attempt)

  async function attempt(eventId: string): Promise<void> {
    if (isDown || signal.aborted) return
    const stored = ledger.findEvent(eventId)
    if (stored?.event === undefined) return
    const { retryAfterMs } = await forwardEvent(context, stored.event, signal, stored.origin)
    // The others would fail as well.
    if (retryAfterMs !== undefined) isDown = true
  }
}

/** Asks the routes and mutes of today until when the alerts that wait have to: a mute may have been taken back. */
export async function reviewHolds<Target, Remote>(context: EngineContext<Target, Remote>): Promise<void> {
  const { ledger } = context
  for (const stored of ledger.heldSteps(mostReviewed)) {
    const review = reviewOf(context, stored)
    if (review === undefined || review.notBeforeMs === stored.notBeforeMs) continue
    await ledger.write((tables) => {
      if (ledger.findStep(stored.id)?.notBeforeMs !== stored.notBeforeMs) return
      tables.holdStep(stored.id, review.notBeforeMs, review.reason)
    })
  }
}

function reviewOf<Target, Remote>(
  context: EngineContext<Target, Remote>,
  { id, reason, notBeforeMs = 0 }: StoredStep,
): { readonly notBeforeMs: number; readonly reason: string } | undefined {
  const { ledger, now } = context
  if (reason !== 'muted' && reason !== 'quiet_hours') {
    const longestMs = reason === stormPaceReason ? stormPaceMs : 2 * longestRetryAfterMs
    // It waits longer than any does: the clock was set back meanwhile.
    return notBeforeMs > now() + longestMs ? { notBeforeMs: now(), reason: reason ?? 'released' } : undefined
  }
  const step = ledger.readStep(id)
  if (step.alert === undefined) return undefined
  const hold = holdOf(context, step, step.alert)
  return { notBeforeMs: hold?.until.getTime() ?? now(), reason: hold?.reason ?? 'released' }
}

function holdOf<Target, Remote>(
  { settings, now }: EngineContext<Target, Remote>,
  { target }: Step,
  { kind, labels, severity }: Alert,
): ReturnType<typeof holdFor> {
  const routable = { event: openingType[kind], labels, severity }
  const assignment = route(routable, settings).assignments.find((each) => each.target === target)
  return holdFor(routable, assignment?.quietHours, settings, new Date(now()))
}
