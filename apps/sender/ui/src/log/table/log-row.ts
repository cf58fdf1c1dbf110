import type { Delivery } from '../../api/deliveries.ts'

/** A delivery as the log keeps it: no more than its row shows, as there may be 100,000 of them. */
export interface LogRow {
  /** UUIDv7: sorts by the time of creation. */
  readonly id: string
  readonly subscriptionId: string
  readonly url: string
  readonly event: string
  readonly eventId: string
  readonly status: Delivery['status']
  readonly attemptCount: number
  /** How the last attempt ended; `null` before the first has. */
  readonly outcome: string | null
  readonly httpStatus: number | null
  readonly createdAtMs: number
  readonly completedAtMs: number | null
  readonly nextAttemptAtMs: number | null
  readonly isTest: boolean
  readonly isRedelivery: boolean
}

/** Takes from a delivery of the API what its row shows. */
export function toLogRow(delivery: Delivery): LogRow {
  return {
    id: delivery.id,
    subscriptionId: intern(delivery.subscription_id),
    url: intern(delivery.url),
    event: intern(delivery.event),
    eventId: delivery.event_id,
    status: delivery.status,
    attemptCount: delivery.attempt_count,
    outcome: delivery.last_outcome === null ? null : intern(delivery.last_outcome),
    httpStatus: delivery.last_http_status,
    createdAtMs: Date.parse(delivery.created_at),
    completedAtMs: msOf(delivery.completed_at),
    nextAttemptAtMs: msOf(delivery.next_attempt_at),
    isTest: delivery.is_test,
    isRedelivery: delivery.redelivery_of !== null,
  }
}

/**
 * Which of two states of the same delivery is the later one. What was asked for earlier may be answered after a live change
 * came in. Attempts are counted when they begin, and no longer when they are not made: only among pending states do they
 * tell which is the later one, and not always.
 */
export function laterOf(known: LogRow, incoming: LogRow): LogRow {
  if (incoming.status !== 'pending') return incoming
  return known.status !== 'pending' || incoming.attemptCount < known.attemptCount ? known : incoming
}

/** Of each delivery its latest state; of equal ones the last. */
export function latestOf(states: Iterable<LogRow>): Iterable<LogRow> {
  const latest = new Map<string, LogRow>()
  for (const row of states) latest.set(row.id, laterOf(latest.get(row.id) ?? row, row))
  return latest.values()
}

const MAX_INTERNED = 5000
const interned = new Map<string, string>()

// Parsing makes a copy of the same URL for each delivery.
function intern(text: string): string {
  const known = interned.get(text)
  if (known !== undefined) return known
  if (interned.size >= MAX_INTERNED) interned.clear()
  interned.set(text, text)
  return text
}

function msOf(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant)
}
