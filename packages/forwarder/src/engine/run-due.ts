import type { Alert } from '../domain/alert.ts'
import type { Reading } from '../domain/reading.ts'
import type { Step } from '../domain/step.ts'
import { holdFor } from '../routing/hold.ts'
import { openingType } from '../routing/routable.ts'
import { route } from '../routing/route.ts'
import { atMost } from './at-most.ts'
import type { EngineContext } from './engine-context.ts'
import { finishKeys, forwardEvent } from './forward.ts'
import { concurrencyOf } from './keys-at-once.ts'
import { ownEvent } from './own-event.ts'
import type { Unfinished } from './report.ts'
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
