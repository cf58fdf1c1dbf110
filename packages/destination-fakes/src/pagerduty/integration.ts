import type { AlertEvent, ChangeEvent, Severity } from './event-schemas.ts'

/** An alert event with its key: PagerDuty makes one up for a trigger that came without. */
export type KeyedAlertEvent = AlertEvent & { readonly dedup_key: string }

/** What PagerDuty holds for one opening of one dedup key. */
export interface Incident {
  readonly dedupKey: string
  readonly status: 'triggered' | 'acknowledged' | 'resolved'
  /** Of the first trigger: later ones do not rename an incident. */
  readonly summary: string
  /** Of the last trigger. */
  readonly severity: Severity
  /** Every event that took effect on it, oldest first. */
  readonly log: readonly LogEntry[]
  /** Milliseconds since 1970 on the clock of the fake; so are the others. */
  readonly openedAt: number
  readonly acknowledgedAt: number | undefined
  readonly resolvedAt: number | undefined
}

/** One event in the history of an incident. */
export interface LogEntry {
  readonly at: number
  readonly event: KeyedAlertEvent
}

/** A change event that was taken. Nothing deduplicates these. */
export interface Change {
  readonly at: number
  readonly event: ChangeEvent
}

/** Why an event changed nothing: its key was never triggered, or its last incident is resolved. */
export type DropReason = 'never-triggered' | 'resolved-already'

/** What the events sent with one routing key have made. */
export interface Integration {
  /** In the order of their opening. A key that was triggered again after its resolution has several. */
  readonly incidents: readonly Incident[]
  readonly changes: readonly Change[]
  /**
   * Opens an incident, adds to the open one, acknowledges or resolves it.
   *
   * @returns why PagerDuty drops the event, without telling its sender; `undefined` when it took effect.
   */
  applyAlert(event: KeyedAlertEvent, at: number): DropReason | undefined
  /** Records a change. */
  applyChange(event: ChangeEvent, at: number): void
}

type MutableIncident = {
  -readonly [Name in keyof Incident]: Name extends 'log' ? LogEntry[] : Incident[Name]
}

/** An integration to which nothing has been sent yet. */
export function createIntegration(): Integration {
  const incidents: MutableIncident[] = []
  const changes: Change[] = []
  const lastOfKey = new Map<string, MutableIncident>()

  return {
    incidents,
    changes,
    applyAlert(event, at) {
      const last = lastOfKey.get(event.dedup_key)
      if (last !== undefined && last.status !== 'resolved') {
        addToIncident(last, event, at)
        return undefined
      }
      if (event.event_action !== 'trigger') return last === undefined ? 'never-triggered' : 'resolved-already'
      const opened: MutableIncident = {
        dedupKey: event.dedup_key,
        status: 'triggered',
        summary: event.payload.summary,
        severity: event.payload.severity,
        log: [{ at, event }],
        openedAt: at,
        acknowledgedAt: undefined,
        resolvedAt: undefined,
      }
      incidents.push(opened)
      lastOfKey.set(event.dedup_key, opened)
      return undefined
    },
    applyChange(event, at) {
      changes.push({ at, event })
    },
  }
}

function addToIncident(open: MutableIncident, event: KeyedAlertEvent, at: number): void {
  open.log.push({ at, event })
  switch (event.event_action) {
    case 'trigger':
      // An acknowledged incident stays so: a repeated trigger wakes nobody a second time.
      open.severity = event.payload.severity
      break
    case 'acknowledge':
      open.status = 'acknowledged'
      open.acknowledgedAt ??= at
      break
    case 'resolve':
      open.status = 'resolved'
      open.resolvedAt = at
      break
  }
}
