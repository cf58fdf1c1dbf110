import { type Kysely, sql } from 'kysely'
import type { Delivery } from './deliveries.ts'
import { findEvent } from './find-event.ts'
import { matchedBy, MAX_LISTED } from './matched-by.ts'
import type { Tables } from './tables.ts'

/** A stored event with what it was owed to, and what it was not. */
export interface EventDetail {
  readonly eventId: string
  readonly event: string
  readonly timestamp: Date
  readonly createdAt: Date
  readonly body: Uint8Array
  readonly traceparent: string | null
  /** Newest first, redeliveries among them; at most {@link MAX_LISTED}. */
  readonly deliveries: readonly Delivery[]
  /** Subscriptions that exist and have no delivery of it; at most {@link MAX_LISTED}. */
  readonly others: readonly OtherSubscription[]
}

/** A subscription that was not owed an event. */
export interface OtherSubscription {
  readonly id: string
  readonly events: readonly string[]
  /** The pattern that matches the event now. */
  readonly matchedBy: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A subscription, and the pattern by which it is owed an event. */
export interface Match {
  readonly subscriptionId: string
  readonly state: 'active' | 'paused' | 'disabled'
  readonly events: readonly string[]
  /** `null` when none of its patterns matches. */
  readonly matchedBy: string | null
}

/** What is known of events, for one account at a time. */
export interface EventLog {
  /** `undefined` when it was never published, or its day is no longer kept. */
  get(accountId: string, eventId: string): Promise<EventDetail | undefined>
  /** The envelopes of those events that are kept, by `event_id`. */
  bodies(accountId: string, eventIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>
  /** What publishing an event of that type would find: subscriptions that match first; at most {@link MAX_LISTED}. */
  matches(accountId: string, event: string): Promise<readonly Match[]>
}

/** The log in PostgreSQL. */
export function createEventLog(db: Kysely<Tables>): EventLog {
  return {
    get: (accountId, eventId) => findEvent(db, accountId, eventId),
    async bodies(accountId, eventIds) {
      const { rows } = await sql<{ event_id: string; body: Buffer }>`
        select i.event_id, e.body from webhooks.event_identity i join webhooks.event e on e.id = i.event_key
        where i.account_id = ${accountId} and i.event_id = any(${eventIds}::uuid[])`.execute(db)
      return new Map(rows.map((row) => [row.event_id, row.body]))
    },
    async matches(accountId, event) {
      const { rows } = await sql<MatchRow>`
        select s.id, s.state, s.events, ${matchedBy(event)} as matched_by
        from webhooks.subscription s
        where s.account_id = ${accountId} and s.deleted_at is null
        order by s.events && webhooks.patterns_of(${event}) desc, s.id
        limit ${MAX_LISTED}::int`.execute(db)
      return rows.map((row) => ({
        subscriptionId: row.id,
        state: row.state,
        events: row.events,
        matchedBy: row.matched_by,
      }))
    },
  }
}

interface MatchRow {
  readonly id: string
  readonly state: Match['state']
  readonly events: readonly string[]
  readonly matched_by: string | null
}
