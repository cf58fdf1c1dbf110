import type { Alert } from '../domain/alert.ts'
import type { Reading } from '../domain/reading.ts'
import type { Step } from '../domain/step.ts'
import { holdFor } from '../routing/hold.ts'
import { openingType } from '../routing/routable.ts'
import { route } from '../routing/route.ts'
import type { EngineContext } from './engine-context.ts'
import { finishKey, forwardEvent } from './forward.ts'
import { ownEvent } from './own-event.ts'
import { uuidV5 } from './uuid-v5.ts'

// So many of each kind at once, so that none keeps the others waiting.
const batch = 50

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
  for (const { target, key } of ledger.dueKeys(now(), batch)) {
    if (signal.aborted) return
    const failure = await finishKey(context, target, key, signal)
    if (failure)
      logger.warn({ target, key, code: failure.reason }, 'What was held could not be carried out yet.')
  }
}

/** Goes on with events whose sender may have given up. */
async function goOn<Target, Remote>(
  context: EngineContext<Target, Remote>,
  signal: AbortSignal,
): Promise<void> {
  const { ledger, now } = context
  for (const eventId of ledger.dueEvents(now(), batch)) {
    if (signal.aborted) return
    const stored = ledger.findEvent(eventId)
    if (stored?.event === undefined) continue
    const { retryAfterMs } = await forwardEvent(context, stored.event, signal, stored.origin)
    // The destination is down: the others would fail as well.
    if (retryAfterMs !== undefined) return
  }
}

/** Asks the routes and mutes of today until when the alerts that wait have to: a mute may have been taken back. */
export async function reviewHolds<Target, Remote>(context: EngineContext<Target, Remote>): Promise<void> {
  const { ledger, now } = context
  for (const stored of ledger.heldSteps(1000)) {
    if (stored.reason !== 'muted' && stored.reason !== 'quiet_hours') continue
    const step = ledger.readStep(stored.id)
    if (step.alert === undefined) continue
    const hold = holdOf(context, step, step.alert)
    const notBeforeMs = hold?.until.getTime() ?? now()
    if (notBeforeMs === stored.notBeforeMs) continue
    await ledger.write((tables) => {
      if (ledger.findStep(stored.id)?.notBeforeMs !== stored.notBeforeMs) return
      tables.holdStep(stored.id, notBeforeMs, hold?.reason ?? 'released')
    })
  }
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
