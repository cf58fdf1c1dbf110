import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { createPublishQueue } from './publish-queue.ts'

/** What to publish. `data` is sent as it is serialized here. */
export interface NewEvent {
  readonly accountId: string
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
  /** A UUID. Generated when absent. */
  readonly eventId?: string
  /** When the fact happened. Now when absent. */
  readonly timestamp?: Date
  /** W3C traceparent of whoever publishes it. */
  readonly traceparent?: string
}

/** An event that is stored, with the deliveries it is owed. */
export interface PublishedEvent {
  readonly eventId: string
  readonly timestamp: Date
  /** Deliveries made when it was first published. */
  readonly deliveryCount: number
  /** False when this event_id had been published before; nothing was made then. */
  readonly isNew: boolean
}

/** Where events are stored. */
export interface EventStore {
  /**
   * Stores an event and one delivery for each matching subscription. Durable when it resolves; safe to repeat with the
   * same `eventId`. Events that are published at the same time share transactions, but not their failures.
   *
   * @throws what `webhooks.publish` raises: 22023 for what is no event, 54000 for one that is too large.
   */
  publish(event: NewEvent): Promise<PublishedEvent>
  /**
   * Stores all these events of an account in one transaction, or none, and answers for each in turn. An `eventId` that
   * comes twice is published once.
   *
   * @throws as `publish` does, for the first that cannot be published.
   */
  publishAll(accountId: string, events: readonly NewEvent[]): Promise<readonly PublishedEvent[]>
}

/** Events in PostgreSQL. */
export function createEventStore(pool: Pool): EventStore {
  const queue = createPublishQueue((events, waitMs) => publishTogether(pool, events, waitMs))
  return {
    publish: (event) => queue.publish(identify(event)),
    publishAll: (accountId, events) =>
      publishTogether(
        pool,
        events.map((event) => ({ ...event, accountId })),
        null,
      ),
  }
}

// Before the first try: a second one finds what the first did.
function identify(event: NewEvent): NewEvent {
  return event.eventId === undefined ? { ...event, eventId: randomUUID() } : event
}

interface PublishRow {
  readonly published_event_id: string
  readonly published_at: Date
  readonly delivery_count: number
  readonly is_new: boolean
}

/** One transaction. Waits at most `waitMs` for another that publishes one of the same events. */
async function publishTogether(
  pool: Pool,
  events: readonly NewEvent[],
  waitMs: number | null,
): Promise<readonly PublishedEvent[]> {
  const { rows } = await pool.query<PublishRow>({
    name: 'publish-all',
    text: 'select * from webhooks.publish_all($1, $2, $3, $4, $5, $6, $7)',
    values: [
      events.map((event) => event.accountId),
      events.map((event) => event.event),
      events.map((event) => JSON.stringify(event.data)),
      events.map((event) => event.eventId ?? null),
      events.map((event) => event.timestamp ?? null),
      events.map((event) => event.traceparent ?? null),
      waitMs,
    ],
  })
  return rows.map((row) => ({
    eventId: row.published_event_id,
    timestamp: row.published_at,
    deliveryCount: row.delivery_count,
    isNew: row.is_new,
  }))
}
