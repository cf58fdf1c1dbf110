import type { WebhookEvent } from '@complywise/webhooks'
import type { Alert } from '../domain/alert.ts'
import type { Step } from '../domain/step.ts'
import type { EntryContent } from '../ledger/entry.ts'
import type { Decision, KeyLock, LedgerWriter, StoredStep } from '../ledger/ledger.ts'
import type { Unit } from './audience.ts'
import type { DecidingContext } from './engine-context.ts'
import type { StepResult } from './engine.ts'
import { planHeld } from './plan-held.ts'
import { type Plan, planFor, type TargetedUnit } from './plan.ts'

/**
 * What an event needs before a unit of it can be decided: the lock of a storm, whose steps are then to be finished, or that
 * steps of its key were tried again, which wait for their time after a failure.
 */
export type Needed =
  | { readonly kind: 'lock'; readonly key: string }
  | { readonly kind: 'time'; readonly waitMs: number; readonly reason: string }

/**
 * Decides what a unit of an event changes, and stores that with the step it takes, unless it was decided already.
 *
 * @param held the locks that are held: that of the unit's key, and maybe that of its storm.
 * @returns what has to be done before this can be decided: nothing was stored then.
 */
export function decideUnit(
  context: DecidingContext,
  event: WebhookEvent,
  unit: Unit,
  held: readonly KeyLock[],
): Promise<Needed | undefined> {
  const { ledger } = context
  // The intent of its first operation, or what comes before the answer, makes it durable.
  return ledger.write(
    (tables) => {
      if (ledger.hasDecision(event.event_id, unit.target, unit.key)) return undefined
      for (const lock of held) tables.requireLock(lock)
      if (!isTargeted(unit)) {
        store(context, tables, event, unit, { result: 'ignored', reason: unit.reason })
        return undefined
      }
      const plan = planFor(context, event, unit)
      const needed = neededFor(context, plan, unit, held)
      if (needed === undefined) storePlan(context, tables, event, unit, plan)
      return needed
    },
    { durable: false },
  )
}

function isTargeted(unit: Unit): unit is TargetedUnit {
  return unit.target !== undefined
}

/** What is opened anew forgets what the destination has for it, which its unfinished steps may still need. */
function neededFor(
  { ledger, now }: DecidingContext,
  { step, stepKey }: Plan,
  { target, key }: TargetedUnit,
  held: readonly KeyLock[],
): Needed | undefined {
  if (step?.action !== 'open') return undefined
  const [first] = ledger.pendingOf(target, stepKey, 1)
  if (first === undefined) return undefined
  const { id, notBeforeMs = 0, reason } = first
  const waitMs = notBeforeMs - now()
  if (waitMs <= 0) {
    const isLocked = stepKey === key || held.some((lock) => lock.key === stepKey)
    return isLocked ? undefined : { kind: 'lock', key: stepKey }
  }
  // What nobody was told of yet needs nothing; of anything else it has to be known what became of it.
  return ledger.hasBegun(id) ? { kind: 'time', waitMs, reason: reason ?? 'held' } : undefined
}

function storePlan(
  context: DecidingContext,
  tables: LedgerWriter,
  event: WebhookEvent,
  unit: TargetedUnit,
  plan: Plan,
): void {
  const { ledger, now } = context
  const outcome = planHeld(context, unit.target, plan)
  for (const alert of outcome.alerts) {
    const before = ledger.alert(alert.target, alert.key)
    const isOpened =
      alert.state === 'open' && (before?.state !== 'open' || before.openedAt !== alert.openedAt)
    tables.putAlert(alert, {
      ...(alert.kind === 'control' && plan.stormKey !== undefined && { stormKey: plan.stormKey }),
      ...(isOpened && { openedAtMs: now() }),
    })
  }
  for (const step of outcome.canceled) cancel(context, tables, step, outcome.cancelReason)
  for (const step of outcome.released) tables.holdStep(step.id, undefined, 'released')
  if (outcome.replaced) tables.replaceStep(outcome.replaced)
  if (outcome.added) {
    tables.addStep(outcome.added, plan.stepKey, outcome.hold)
  }
  const { result, reason } = outcome
  const step = outcome.added ?? outcome.replaced
  const isStep = result === 'step'
  store(context, tables, event, unit, {
    ...(!isStep && { result }),
    reason,
    action: plan.step?.action,
    stepId: step?.id,
    entry: {
      result: isStep ? (outcome.hold ? 'held' : 'decided') : result,
      reason: outcome.hold?.reason ?? reason ?? null,
      proof: outcome.hold?.why ?? null,
    },
  })
}

function cancel(
  { now, ledger }: DecidingContext,
  tables: LedgerWriter,
  { id, eventId, target, key, action }: StoredStep,
  reason: string,
): void {
  tables.settleStep(id, 'canceled', { result: 'unchanged', reason })
  const { event, alert } = ledger.readStep(id)
  tables.append({
    at: new Date(now()).toISOString(),
    event_id: eventId,
    event: event.event,
    target,
    key,
    ...labelsOf(alert),
    action,
    result: 'canceled',
    reason,
  })
}

function store(
  { now }: DecidingContext,
  tables: LedgerWriter,
  event: WebhookEvent,
  { target, key, reading }: Unit,
  {
    result,
    reason,
    action,
    stepId,
    entry,
  }: {
    readonly result?: StepResult
    readonly reason: string | undefined
    readonly action?: Step['action'] | undefined
    readonly stepId?: string | undefined
    readonly entry?: Pick<EntryContent, 'result' | 'reason' | 'proof'>
  },
): void {
  const decision: Decision = { eventId: event.event_id, target, key, action, result, reason, stepId }
  tables.addDecision(decision)
  tables.append({
    at: new Date(now()).toISOString(),
    event_id: event.event_id,
    event: event.event,
    target: target ?? null,
    key: 'subject' in reading ? key : null,
    ...labelsOf('subject' in reading ? reading.subject : reading),
    action: action ?? null,
    ...(entry ?? { result: result ?? 'decided', reason: reason ?? null }),
    proof: entry?.proof ?? saidBy(reading) ?? null,
  })
}

/** Who has to answer for what no event says. */
function saidBy({ facts }: Unit['reading']): string | undefined {
  return facts.kind === 'recovered' && facts.by !== undefined ? `Resolved by ${facts.by}.` : undefined
}

/** Framework and control, as an entry has them. */
export function labelsOf(
  subject: Pick<Alert, 'labels'> | undefined,
): Pick<EntryContent, 'framework' | 'control'> {
  const { framework, controlId } = subject?.labels ?? {}
  return { framework: framework ?? null, control: controlId ?? null }
}
