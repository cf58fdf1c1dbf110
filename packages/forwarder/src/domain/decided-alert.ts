import type { Alert } from './alert.ts'
import type { Deciding, DecidedStep } from './decision.ts'
import type { Facts } from './facts.ts'
import { laterOf, toInstant } from './instant.ts'
import type { Severity } from './severity.ts'
import type { Action } from './step.ts'
import type { Labels, Subject } from './subject.ts'

/** An alert that is opened by this event, with nothing of an earlier one. */
export function openedAlert(deciding: Deciding, subject: Subject): Alert {
  const { target, event, severity, owner, dueMs } = deciding
  const { kind, key, labels } = subject
  const at = toInstant(event.timestamp)
  return {
    kind,
    key,
    labels,
    target,
    state: 'open',
    severity,
    openedAt: at,
    lastAt: at,
    lastEventId: event.event_id,
    count: 1,
    ...(owner !== undefined && { owner }),
    ...dueAfter(at, dueMs),
  }
}

/** An open alert that this event says holds still. */
export function repeatedAlert(deciding: Deciding, alert: Alert, severity: Severity): Alert {
  const { owner, dueMs, reading } = deciding
  const subject = 'subject' in reading && reading.subject.key === alert.key ? reading.subject : alert
  return {
    ...alert,
    ...dueAfter(alert.openedAt, dueMs),
    ...(owner !== undefined && { owner }),
    // The first promise counts: a repetition gives nobody more time.
    ...(alert.dueAt !== undefined && { dueAt: alert.dueAt }),
    labels: labelsOf(alert, subject),
    severity,
    count: alert.count + 1,
    ...heard(deciding, alert),
  }
}

/** The labels as they were spelled first, which is how people look for it, with those that were not known then. */
export function labelsOf(alert: Subject, subject: Subject): Labels {
  return { ...subject.labels, ...alert.labels }
}

/** The fence moved to this event, or left where it is if that is later. */
export function heard(deciding: Deciding, alert: Alert): Pick<Alert, 'lastAt' | 'lastEventId'> {
  const { timestamp, event_id: lastEventId } = deciding.event
  return { lastAt: laterOf(toInstant(timestamp), alert.lastAt), lastEventId }
}

/** The step that takes `before` to `alert`. */
export function stepTo(action: Action, alert: Alert, before: Alert | undefined, facts: Facts): DecidedStep {
  return { key: alert.key, action, alert: withoutRemote(alert), before, facts }
}

/** The alert without what the destination made for it, which may be out of date once the step is carried out. */
export function withoutRemote(alert: Alert): Alert {
  const { remote: _, ...told } = alert
  return told
}

function dueAfter(openedAt: string, dueMs: number | undefined): Pick<Alert, 'dueAt'> {
  return dueMs === undefined ? {} : { dueAt: new Date(Date.parse(openedAt) + dueMs).toISOString() }
}
