import type { EventType } from '@complywise/webhooks'
import type { Facts } from '../domain/facts.ts'
import type { Reading } from '../domain/reading.ts'
import type { Severity } from '../domain/severity.ts'
import type { AlertKind, Labels } from '../domain/subject.ts'

/** What routes, severity rules and mutes look at. */
export interface Routable {
  /** The type of event to match; of an alert, the type that opens such alerts, whatever it was that ends it. */
  readonly event: string
  readonly labels: Labels
  readonly severity: Severity
}

/**
 * How a reading is routed. What is about a condition goes where its problems go: a score that a completed scan brought is
 * routed as `compliance.score_changed`, and a completed scan that ends a failed one as `scan.failed`. Anything else is
 * routed by the event's own type. A note counts as `info`; a recovery has no severity.
 *
 * @returns `undefined` for a sweep, which goes to where alerts are open and nowhere else.
 */
export function routableOf(
  event: string,
  reading: Reading,
): (Omit<Routable, 'severity'> & { readonly severity: Severity | undefined }) | undefined {
  if (reading.kind === 'sweep') return undefined
  if (reading.kind === 'announcement') {
    return { event: newsType(event, reading.facts), labels: reading.labels, severity: reading.severity }
  }
  const { kind, labels } = reading.subject
  if (reading.kind === 'note') return { event: newsType(event, reading.facts), labels, severity: 'info' }
  return {
    event: openingType[kind],
    labels,
    severity: reading.kind === 'problem' ? reading.severity : undefined,
  }
}

/** The type of event that opens alerts of each kind. */
export const openingType = {
  control: 'compliance.control_failed',
  storm: 'compliance.control_failed',
  scan: 'scan.failed',
  score: 'compliance.score_changed',
  integration: 'integration.disconnected',
} as const satisfies Record<AlertKind, EventType>

function newsType(event: string, facts: Facts): string {
  return facts.kind === 'score_changed' ? openingType.score : event
}
