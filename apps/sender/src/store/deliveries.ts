import type { Kysely } from 'kysely'
import type { DeliveryStatus, Tables } from './database.ts'
import { type Page, toPage } from './page.ts'

/** Which deliveries to list. Each filter narrows; together they must all hold. */
export interface DeliveryFilter {
  readonly subscriptionId?: string
  readonly event?: string
  readonly eventId?: string
  readonly status?: DeliveryStatus
  /** Created at or after. */
  readonly since?: Date
  /** Created before. */
  readonly until?: Date
}

/** A delivery as the Delivery Log lists it. */
export interface Delivery {
  readonly id: string
  readonly subscriptionId: string
  readonly url: string
  readonly eventId: string
  readonly event: string
  readonly status: DeliveryStatus
  readonly attemptCount: number
  readonly lastOutcome: string | null
  readonly lastHttpStatus: number | null
  /** When the next attempt is due; `null` once nothing more is owed. */
  readonly nextAttemptAt: Date | null
  readonly createdAt: Date
  readonly completedAt: Date | null
}

/** One attempt as the Delivery Log shows it. */
export interface Attempt {
  readonly number: number
  readonly startedAt: Date
  readonly durationMs: number
  readonly outcome: string
  readonly httpStatus: number | null
  /** The start of the response's body, at most 16 KiB. */
  readonly responseBody: Uint8Array | null
  readonly detail: string | null
}

/** A delivery with the bytes that were signed and what became of each attempt. */
export interface DeliveryDetail extends Delivery {
  readonly body: Uint8Array
  readonly attempts: readonly Attempt[]
}

/** The Delivery Log of one account at a time; another account's deliveries are never found. */
export interface DeliveryStore {
  /** Newest first. */
  list(
    accountId: string,
    filter: DeliveryFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Page<Delivery>>
  get(accountId: string, id: string): Promise<DeliveryDetail | undefined>
}

/** The log in PostgreSQL. */
export function createDeliveryStore(db: Kysely<Tables>): DeliveryStore {
  return {
    async list(accountId, filter, { limit, after }) {
      let query = select(db, accountId)
        .orderBy('d.id', 'desc')
        .limit(limit + 1)
      if (after !== undefined) query = query.where('d.id', '<', after)
      if (filter.subscriptionId !== undefined)
        query = query.where('d.subscription_id', '=', filter.subscriptionId)
      if (filter.event !== undefined) query = query.where('d.event', '=', filter.event)
      if (filter.eventId !== undefined) query = query.where('d.event_id', '=', filter.eventId)
      if (filter.status !== undefined) query = query.where('d.status', '=', filter.status)
      // Ids are UUIDv7 and sort by creation time, so a time range is a range of the index that the page comes from.
      if (filter.since !== undefined) query = query.where('d.id', '>=', firstIdAt(filter.since))
      if (filter.until !== undefined) query = query.where('d.id', '<', firstIdAt(filter.until))
      return toPage((await query.execute()).map(toDelivery), limit)
    },
    async get(accountId, id) {
      const row = await select(db, accountId)
        .innerJoin('event as e', 'e.id', 'd.event_key')
        .select('e.body')
        .where('d.id', '=', id)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const attempts = await db
        .selectFrom('attempt')
        .selectAll()
        .where('delivery_id', '=', id)
        .orderBy('number')
        .execute()
      return { ...toDelivery(row), body: row.body, attempts: attempts.map(toAttempt) }
    },
  }
}

/** The smallest UUIDv7 (RFC 9562 §5.7) of that millisecond. */
function firstIdAt(instant: Date): string {
  const hex = Math.max(0, instant.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

function select(db: Kysely<Tables>, accountId: string) {
  return db
    .selectFrom('delivery as d')
    .innerJoin('subscription as s', 's.id', 'd.subscription_id')
    .select([
      'd.id',
      'd.subscription_id',
      's.url',
      'd.event_id',
      'd.event',
      'd.status',
      'd.attempt_count',
      'd.last_outcome',
      'd.last_http_status',
      'd.due_at',
      'd.created_at',
      'd.completed_at',
    ])
    .where('d.account_id', '=', accountId)
}

type DeliveryRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>

function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    url: row.url,
    eventId: row.event_id,
    event: row.event,
    status: row.status,
    attemptCount: row.attempt_count,
    lastOutcome: row.last_outcome,
    lastHttpStatus: row.last_http_status,
    nextAttemptAt: row.due_at,
    createdAt: row.created_at,
    completedAt: row.completed_at,
  }
}

function toAttempt(row: Tables['attempt']): Attempt {
  return {
    number: row.number,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    outcome: row.outcome,
    httpStatus: row.http_status,
    responseBody: row.response_body,
    detail: row.detail,
  }
}
