import type { Delivery } from './deliveries.ts'
import type { DeliveryStatus } from './tables.ts'

/** A delivery as statements read it, with the URL of its subscription. */
export interface DeliveryRow {
  readonly id: string
  readonly subscription_id: string
  readonly url: string
  readonly event_id: string
  readonly event: string
  readonly matched_by: string | null
  readonly redelivery_of: string | null
  readonly is_test: boolean
  readonly status: DeliveryStatus
  readonly reason: string | null
  readonly attempt_count: number
  readonly last_outcome: string | null
  readonly last_http_status: number | null
  readonly due_at: Date | null
  readonly created_at: Date
  readonly completed_at: Date | null
}

/** The record of a row. */
export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    url: row.url,
    eventId: row.event_id,
    event: row.event,
    matchedBy: row.matched_by,
    redeliveryOf: row.redelivery_of,
    isTest: row.is_test,
    status: row.status,
    reason: row.reason,
    attemptCount: row.attempt_count,
    lastOutcome: row.last_outcome,
    lastHttpStatus: row.last_http_status,
    nextAttemptAt: row.due_at,
    createdAt: row.created_at,
    completedAt: row.completed_at,
  }
}
