import type { Alert } from './alert.ts'
import { stale } from './decide-problem.ts'
import { heard, openedAlert, stepTo } from './decided-alert.ts'
import type { Deciding, Decision } from './decision.ts'
import type { Facts } from './facts.ts'
import { isBefore } from './instant.ts'
import type { Reading } from './reading.ts'
import { leaveStorm, openCarrier } from './storm.ts'

type Recovery = Extract<Reading, { readonly kind: 'recovery' }>

/** What the proof that a condition is over changes. */
export function decideRecovery(deciding: Deciding, reading: Recovery): Decision {
  const { alert, event } = deciding
  if (alert === undefined) {
    return { result: 'unchanged', reason: 'nothing_open', alerts: [fenceFor(deciding, reading)], steps: [] }
  }
  if (alert.state === 'resolved') {
    if (isBefore(event.timestamp, alert.lastAt)) {
      return { result: 'stale', reason: 'newer_event_known', alerts: [], steps: [] }
    }
    const later: Alert = { ...alert, ...heard(deciding, alert) }
    return { result: 'unchanged', reason: 'already_resolved', alerts: [later], steps: [] }
  }
  // Failure beats recovery at the same instant.
  if (!isOutOfTime(reading.facts) && !isBefore(alert.lastAt, event.timestamp)) {
    return stale('newer_event_known', alert, reading)
  }
  return resolve(deciding, alert, reading)
}

function resolve(deciding: Deciding, alert: Alert, reading: Recovery): Decision {
  const { lastAt, lastEventId } = heard(deciding, alert)
  const resolved: Alert = { ...alert, state: 'resolved', resolvedAt: lastAt, lastAt, lastEventId }
  const storm = openCarrier(deciding)
  if (storm !== undefined) return leaveStorm(deciding, resolved, storm, reading)
  if (alert.carrier !== undefined) {
    return { result: 'unchanged', reason: 'told_with_storm', alerts: [resolved], steps: [] }
  }
  return { result: 'step', alerts: [resolved], steps: [stepTo('resolve', resolved, alert, reading.facts)] }
}

/** A resolved alert of a condition that nothing ever opened: a failure before it is late. */
function fenceFor(deciding: Deciding, { subject }: Recovery): Alert {
  const { dueAt: _, owner: __, ...opened } = openedAlert(deciding, subject)
  return { ...opened, state: 'resolved', resolvedAt: opened.openedAt, count: 0 }
}

// A person and the clock speak of what is open now, whatever the timestamps of events are.
function isOutOfTime(facts: Facts): boolean {
  return facts.kind === 'recovered' && (facts.proof === 'operator' || facts.proof === 'expired')
}
