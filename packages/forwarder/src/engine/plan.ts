import type { EventIdentity, WebhookEvent } from '@complywise/webhooks'
import type { Alert } from '../domain/alert.ts'
import { stormKey } from '../domain/correlation-key.ts'
import { decide } from '../domain/decide.ts'
import type { DecidedStep, Decision } from '../domain/decision.ts'
import { isBefore } from '../domain/instant.ts'
import type { Severity } from '../domain/severity.ts'
import type { Step } from '../domain/step.ts'
import { type Hold, holdFor } from '../routing/hold.ts'
import { muteFor } from '../routing/mute.ts'
import { routableOf } from '../routing/routable.ts'
import type { Unit } from './audience.ts'
import type { DecidingContext } from './engine-context.ts'
import { uuidV5 } from './uuid-v5.ts'

/** A unit that somebody may be told of. */
export type TargetedUnit = Unit & { readonly target: string }

/** A decision with its step complete. */
export interface Plan {
  readonly result: Decision['result'] | 'ignored'
  readonly reason: string | undefined
  readonly alerts: readonly Alert[]
  readonly step: Step | undefined
  /** What its step waits its turn by. */
  readonly stepKey: string
  /** Why the step has to wait, by itself. */
  readonly hold: Hold | undefined
  /** Whether the event says that a condition holds. */
  readonly isProblem: boolean
  /** Of the control, for the storm. */
  readonly stormKey: string | undefined
}

/** Decides what a unit changes, as the ledger is now. Reads, and changes nothing. */
export function planFor(context: DecidingContext, event: WebhookEvent, unit: TargetedUnit): Plan {
  const { ledger, settings } = context
  const { reading, target, key } = unit
  const subject = 'subject' in reading ? reading.subject : undefined
  const alert = subject && ledger.alert(target, subject.key)
  const isControl = subject?.kind === 'control'
  const carrier = isControl ? stormKey(settings, subject.labels.framework ?? '') : undefined
  const isProblem = reading.kind === 'problem'
  const nothing = { alerts: [], step: undefined, stepKey: key, hold: undefined, isProblem, stormKey: carrier }
  if (isKnownToBeOver(context, event, unit, alert)) {
    return { ...nothing, result: 'stale', reason: 'newer_event_known' }
  }
  const now = context.now()
  const severity = severityOf(unit, alert)
  const routable = routableOf(event.event, reading)
  // What a mute keeps from people must not come to them as part of a storm.
  const isMuted =
    routable !== undefined && muteFor({ ...routable, severity }, settings, new Date(now)) !== undefined
  const isAlone = carrier === undefined || (isMuted && alert?.carrier === undefined)
  const decision = decide({
    reading,
    event,
    target,
    alert,
    storm: isAlone ? undefined : ledger.alert(target, carrier),
    recentOpenings: isAlone ? 0 : ledger.countOpened(target, carrier, now - settings.storm.windowMs, key),
    cleanScanAt: ledger.memory().cleanScanAt,
    settings,
    severity,
    owner: unit.assignment?.owner,
    dueMs: unit.assignment?.dueMs,
  })
  const { result, reason, alerts } = decision
  const [decided] = decision.steps
  if (decided === undefined) return { ...nothing, result, reason, alerts }
  const hold = routable && holdOf(context, unit, { ...routable, severity }, decided)
  if (hold?.reason === 'muted' && isNews(decided)) {
    return { ...nothing, result: result === 'stale' ? 'stale' : 'ignored', reason: reason ?? 'muted', alerts }
  }
  const step = completed(context, event, unit, decided)
  return { ...nothing, result, reason, alerts, step, stepKey: decided.key ?? key, hold }
}

/** A newer proof is known that was given before the target was to be told of anything. */
function isKnownToBeOver(
  { ledger }: DecidingContext,
  event: EventIdentity,
  { reading, key }: TargetedUnit,
  alert: Alert | undefined,
): boolean {
  if (reading.kind !== 'problem' || alert?.state === 'open') return false
  const recovery = ledger.recovery(key)
  if (recovery === undefined || !isBefore(event.timestamp, recovery.timestamp)) return false
  return alert === undefined || isBefore(alert.lastAt, event.timestamp)
}

/** Where no route sends it, a control keeps the severity it has: the reading's own is only a default. */
function severityOf({ assignment, reading }: TargetedUnit, alert: Alert | undefined): Severity {
  if (assignment !== undefined) return assignment.severity
  if (reading.kind === 'recovery') return alert?.severity ?? 'warning'
  if (reading.kind === 'note') return 'info'
  return alert?.kind === 'control' ? alert.severity : reading.severity
}

/** The end of what people know of is told at once: it is what ends the noise. */
function holdOf(
  { settings, now }: DecidingContext,
  { assignment }: TargetedUnit,
  routable: Parameters<typeof holdFor>[0],
  { action, alert }: DecidedStep,
): Hold | undefined {
  if (action === 'resolve') return undefined
  const told =
    alert?.kind === 'storm' ? { ...routable, labels: alert.labels, severity: alert.severity } : routable
  return holdFor(told, assignment?.quietHours, settings, new Date(now()))
}

/** Nobody waits for it: what a mute keeps back of it is not told at its end. */
function isNews({ action }: DecidedStep): boolean {
  return action === 'announce' || action === 'note' || action === 'late'
}

function completed(
  { ledger, now }: DecidingContext,
  event: WebhookEvent,
  { target, key }: TargetedUnit,
  { action, alert, before, facts }: DecidedStep,
): Step {
  return {
    id: uuidV5(event.event_id, target, key, action),
    event,
    target,
    action,
    alert,
    before,
    facts,
    open: facts.kind === 'scan_completed' ? ledger.openAlerts({ target }) : [],
    decidedAt: new Date(now()).toISOString(),
  }
}
