import type { WebhookEvent } from '@complywise/webhooks'
import type { Settings } from '../config/settings.ts'
import type { Alert } from '../domain/alert.ts'
import { sweepRecovery } from '../domain/decide.ts'
import type { SingleReading } from '../domain/decision.ts'
import type { Reading } from '../domain/reading.ts'
import type { Severity } from '../domain/severity.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { announcementPrefix } from '../ledger/rows.ts'
import { routableOf } from '../routing/routable.ts'
import { type Assignment, recoveryTargets, route } from '../routing/route.ts'

/** What one target may be told of one key. */
export interface Unit {
  /** `undefined`: nobody is told. */
  readonly target: string | undefined
  /** The correlation key; for announcements, one that no other event shares. */
  readonly key: string
  readonly reading: SingleReading
  /** How the routes send it there; `undefined` where it goes only because the target knows of it. */
  readonly assignment: Assignment | undefined
  /** Why nobody is told. */
  readonly reason?: 'no_route' | 'routed_to_nobody' | 'nothing_open'
}

/**
 * Whom a reading concerns: the targets of its routes, and every target where its alert is open. A recovery goes to all that
 * know of it, and to those that would be told of a problem, so that they know when one comes too late.
 */
export function audienceOf(
  event: WebhookEvent,
  reading: Reading,
  settings: Settings,
  ledger: Pick<Ledger, 'alertsOf' | 'openControlsBefore'>,
): readonly Unit[] {
  if (reading.kind === 'sweep') {
    return ledger.openControlsBefore(event.timestamp).map((control) => ({
      target: control.target,
      key: control.key,
      reading: sweepRecovery(reading, control),
      assignment: undefined,
    }))
  }
  const key = unitKey(event, reading)
  const routable = routableOf(event.event, reading)
  const known = 'subject' in reading ? ledger.alertsOf(reading.subject.key) : []
  if (reading.kind === 'recovery') {
    const isOfNow = isOutOfTime(reading)
    const targets = isOfNow
      ? targetsOf(known.filter(isOpen))
      : union(targetsOf(known), routable ? recoveryTargets(routable, settings) : [])
    return orNobody(
      targets.map((target) => ({ target, key, reading, assignment: undefined })),
      { key, reading },
      isOfNow ? 'nothing_open' : 'no_route',
    )
  }
  const severity: Severity = reading.kind === 'note' ? 'info' : reading.severity
  const routing = routable && route({ ...routable, severity }, settings)
  const assignments = new Map(routing?.assignments.map((assignment) => [assignment.target, assignment]))
  const targets = union([...assignments.keys()], targetsOf(known.filter(isOpen)))
  return orNobody(
    targets.map((target) => ({ target, key, reading, assignment: assignments.get(target) })),
    { key, reading },
    routing?.matched.length ? 'routed_to_nobody' : 'no_route',
  )
}

function unitKey(event: WebhookEvent, reading: SingleReading): string {
  if ('subject' in reading) return reading.subject.key
  return `${announcementPrefix}${event.event_id}:${reading.facts.kind}`
}

function orNobody(
  units: readonly Unit[],
  { key, reading }: Pick<Unit, 'key' | 'reading'>,
  reason: Exclude<Unit['reason'], undefined>,
): readonly Unit[] {
  if (units.length > 0) return units
  return [{ target: undefined, key, reading, assignment: undefined, reason }]
}

function isOutOfTime({ facts }: SingleReading): boolean {
  return facts.kind === 'recovered' && (facts.proof === 'operator' || facts.proof === 'expired')
}

function isOpen({ state }: Alert): boolean {
  return state === 'open'
}

function targetsOf(alerts: readonly Alert[]): readonly string[] {
  return alerts.map(({ target }) => target)
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])]
}
