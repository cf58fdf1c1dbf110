import type { Alert } from '../domain/alert.ts'
import type { Step } from '../domain/step.ts'
import type { StoredStep } from '../ledger/ledger.ts'
import type { DecidingContext } from './engine-context.ts'
import type { Plan } from './plan.ts'
import { isStormUpdate, stormPace } from './storm-pace.ts'

/** What becomes of a plan and of the steps that wait for their time before it. */
export interface HeldPlan {
  readonly result: Plan['result']
  readonly reason: string | undefined
  readonly alerts: readonly Alert[]
  readonly added: Step | undefined
  /** A step that waits, and now says what the planned one would have. */
  readonly replaced: Step | undefined
  /** How long the step waits, and why. */
  readonly hold:
    | { readonly notBeforeMs: number; readonly reason: string; readonly why: string | undefined }
    | undefined
  readonly canceled: readonly StoredStep[]
  readonly cancelReason: string
  /** Steps that waited, and are to be carried out now. */
  readonly released: readonly StoredStep[]
}

/**
 * Puts a step behind those of its key that wait for their time.
 *
 * A recovery of what nobody was told of yet cancels it, and nobody is told of either; of what people know it is told at once.
 * A repetition is told with what waits. A problem that has not to wait itself lets go of what waits before it. What happens in
 * a storm is told some time after the last of it was.
 */
export function planHeld(context: DecidingContext, target: string, plan: Plan): HeldPlan {
  const { ledger, now } = context
  const { step, stepKey, alerts, result, reason } = plan
  const own = plan.hold && {
    notBeforeMs: plan.hold.until.getTime(),
    reason: plan.hold.reason,
    why: plan.hold.why,
  }
  const none = { canceled: [], cancelReason: '', released: [], replaced: undefined }
  const whole: HeldPlan = { ...none, result, reason, alerts, added: step, hold: step && own }
  if (step === undefined) return whole
  const [first] = ledger.pendingOf(target, stepKey, 1)
  // What is being told just now is not known yet to have been: there it waits when its turn comes.
  if (first === undefined) return { ...whole, hold: own ?? stormPace(context, stepKey, step) }
  if (first.notBeforeMs === undefined || first.notBeforeMs <= now()) return whole
  const waits = {
    notBeforeMs: Math.max(first.notBeforeMs, own?.notBeforeMs ?? 0),
    reason: own?.reason ?? first.reason ?? 'held',
    why: own?.why,
  }
  // Some of it may have been done: what comes after has to wait until that is known.
  if (ledger.hasBegun(first.id)) return { ...whole, hold: waits }
  const pending = ledger.pendingOf(target, stepKey)
  if (step.action === 'resolve') return resolved(context, plan, whole, pending)
  // That one control of a storm has recovered is no reason to tell of the storm now.
  const isPatient = isStormUpdate(step) && first.reason !== 'muted' && first.reason !== 'quiet_hours'
  const isReleased = plan.isProblem && tellsOfProblem(step) && own === undefined && !isPatient
  const released = isReleased ? pending : []
  const hold = isReleased ? undefined : waits
  const last = pending.findLast(tellsOfProblem)
  if (last === undefined || (step.action !== 'repeat' && step.action !== 'progress')) {
    return { ...whole, hold, released }
  }
  const replaced = { ...ledger.readStep(last.id), alert: step.alert, facts: step.facts }
  return { ...whole, added: undefined, replaced, hold, released }
}

function tellsOfProblem({ action }: Pick<Step, 'action'>): boolean {
  return ['open', 'repeat', 'reopen', 'progress'].includes(action)
}

function resolved(
  { ledger }: DecidingContext,
  { alerts, stepKey }: Plan,
  whole: HeldPlan,
  pending: readonly StoredStep[],
): HeldPlan {
  const opening = pending.find(({ action }) => action === 'open' || action === 'reopen')
  if (opening === undefined) return { ...whole, canceled: pending, cancelReason: 'resolved_meanwhile' }
  const { before } = ledger.readStep(opening.id)
  const untold = alerts.map((alert) => (alert.key === stepKey ? asBefore(alert, before) : alert))
  return {
    ...whole,
    result: 'unchanged',
    reason: 'nobody_was_told',
    alerts: untold,
    added: undefined,
    hold: undefined,
    canceled: pending,
    cancelReason: 'resolved_meanwhile',
  }
}

/** What the target knows, with the fence where it is now. */
function asBefore(alert: Alert, before: Alert | undefined): Alert {
  const { lastAt, lastEventId } = alert
  if (before !== undefined) return { ...before, lastAt, lastEventId }
  const { remote: _remote, ...untold } = alert
  return { ...untold, count: 0 }
}
