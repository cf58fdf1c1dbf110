import type { Pool } from 'pg'

/** What to publish. `data` is sent as it is serialized here. */
export interface NewEvent {
  readonly accountId: string
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
  /** A UUID. Generated when absent. */
  readonly eventId?: string
  /** When the fact happened. Now when absent. */
  readonly timestamp?: Date
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
   * Stores an event and one delivery for each matching subscription in one statement, `webhooks.publish`. Durable
   * when it resolves; safe to repeat with the same `eventId`.
   */
  publish(event: NewEvent): Promise<PublishedEvent>
}

interface PublishRow {
  readonly published_event_id: string
  readonly published_at: Date
  readonly delivery_count: number
  readonly is_new: boolean
}

const PUBLISH = `
  select * from webhooks.publish($1, $2, $3::json, coalesce($4::uuid, gen_random_uuid()), coalesce($5::timestamptz, clock_timestamp()))`

/** Events in PostgreSQL. */
export function createEventStore(pool: Pool): EventStore {
  return {
    async publish({ accountId, event, data, eventId, timestamp }) {
      const { rows } = await pool.query<PublishRow>({
        name: 'publish',
        text: PUBLISH,
        values: [accountId, event, JSON.stringify(data), eventId ?? null, timestamp ?? null],
      })
      const [row] = rows
      if (row === undefined) throw new Error('webhooks.publish returned no row')
      return {
        eventId: row.published_event_id,
        timestamp: row.published_at,
        deliveryCount: row.delivery_count,
        isNew: row.is_new,
      }
    },
  }
}
