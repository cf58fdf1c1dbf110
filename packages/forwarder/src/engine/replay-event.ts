import type { StoredStep } from '../ledger/ledger.ts'
import type { EngineContext } from './engine-context.ts'
import type { Forwarded } from './engine.ts'
import { forwardEvent } from './forward.ts'
import { reportOf } from './report.ts'

/** Forwards an event of the ledger once more, with what is dead of it. */
export async function replayEvent<Target, Remote>(
  context: EngineContext<Target, Remote>,
  eventId: string,
  signal: AbortSignal,
): Promise<Forwarded | undefined> {
  const { ledger, now } = context
  const stored = ledger.findEvent(eventId)
  if (stored === undefined) return undefined
  // Pruned: it was finished long ago, and nothing of it is dead.
  if (stored.event === undefined) return reportOf(ledger, eventId, [])
  await ledger.write((tables) => {
    // The clock goes on with what is revived, should this process end.
    tables.beginAttempt(eventId, now())
    for (const step of ledger.stepsOf(eventId)) {
      if (step.state !== 'dead') continue
      const isLate = isSuperseded(context, step)
      if (isLate) tables.settleStep(step.id, 'canceled', { result: 'stale', reason: 'newer_event_told' })
      else tables.reviveStep(step.id)
      tables.append({
        at: new Date(now()).toISOString(),
        event_id: eventId,
        event: stored.type,
        target: step.target,
        key: step.key,
        action: step.action,
        result: isLate ? 'stale' : 'revived',
        reason: isLate ? 'newer_event_told' : null,
      })
    }
  })
  return forwardEvent(context, stored.event, signal, stored.origin)
}

/** People know something newer of the same key: telling them this now would mislead them. */
function isSuperseded<Target, Remote>(
  { ledger }: EngineContext<Target, Remote>,
  { id, target, key }: StoredStep,
): boolean {
  const told = ledger.readStep(id).alert
  const alert = told && ledger.alert(target, key)
  if (alert === undefined || alert.lastEventId === told?.lastEventId) return false
  return ledger
    .stepsOf(alert.lastEventId)
    .some((step) => step.target === target && step.key === key && step.state === 'done')
}
