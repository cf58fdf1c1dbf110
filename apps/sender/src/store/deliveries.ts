import type { Kysely } from 'kysely'
import type { DeliverySituation } from '../domain/explain-delivery.ts'
import type { DeliveryFilter } from './delivery-filter.ts'
import { findDeliveries } from './find-deliveries.ts'
import { findDelivery } from './find-delivery.ts'
import type { Page } from './page.ts'
import type { DeliveryStatus, Tables } from './tables.ts'

/** A delivery as the Delivery Log lists it. */
export interface Delivery {
  readonly id: string
  readonly subscriptionId: string
  /** The subscription's, as it is now. */
  readonly url: string
  readonly eventId: string
  readonly event: string
  /** The subscription's pattern that the event matched; `null` for a test. */
  readonly matchedBy: string | null
  /** The delivery that this one repeats. */
  readonly redeliveryOf: string | null
  readonly isTest: boolean
  readonly status: DeliveryStatus
  /** Why it failed or was canceled, as a code. */
  readonly reason: string | null
  readonly attemptCount: number
  readonly lastOutcome: string | null
  readonly lastHttpStatus: number | null
  /** When the next attempt is due; `null` once nothing more is owed. */
  readonly nextAttemptAt: Date | null
  readonly createdAt: Date
  readonly completedAt: Date | null
}

/** One attempt as the Delivery Log shows it. Times are milliseconds; absent ones are `null`. */
export interface Attempt {
  readonly number: number
  readonly startedAt: Date
  readonly durationMs: number
  readonly dnsMs: number | null
  readonly connectMs: number | null
  readonly tlsMs: number | null
  readonly firstByteMs: number | null
  readonly bodyMs: number | null
  readonly remoteAddress: string | null
  readonly outcome: string
  readonly httpStatus: number | null
  /** As they were sent; values of the customer's own that look like credentials are masked. */
  readonly requestHeaders: Readonly<Record<string, string>> | null
  /** The start of the response's body, at most 16 KiB. */
  readonly responseBody: Uint8Array | null
  readonly detail: string | null
}

/** A delivery with the bytes that were signed and what became of each attempt. */
export interface DeliveryDetail extends Delivery {
  /** `null` when the day of the event is no longer kept. */
  readonly body: Uint8Array | null
  readonly traceparent: string | null
  readonly attempts: readonly Attempt[]
  readonly situation: DeliverySituation
}

/** The Delivery Log of one account at a time; another account's deliveries are never found. */
export interface DeliveryStore {
  /**
   * Newest first. A page may be short, or empty, and still have a `next`: where the search, which stops after a moment,
   * goes on.
   */
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
    async list(accountId, filter, page) {
      const eventKey = await resolve(db, accountId, filter)
      if (eventKey === 'nowhere') return { items: [], next: undefined }
      return await findDeliveries(db, { ...filter, accountId, ...(eventKey && { eventKey }) }, page)
    },
    get: (accountId, id) => findDelivery(db, accountId, id),
  }
}

/** The key of the event that the filter names, or `nowhere` when it names something that the account does not have. */
async function resolve(
  db: Kysely<Tables>,
  accountId: string,
  { eventId, subscriptionId }: DeliveryFilter,
): Promise<string | undefined> {
  if (subscriptionId !== undefined) {
    // Without this, the log of another account's subscription would be read through to find nothing.
    const subscription = await db
      .selectFrom('subscription')
      .select('id')
      .where('account_id', '=', accountId)
      .where('id', '=', subscriptionId)
      .executeTakeFirst()
    if (subscription === undefined) return 'nowhere'
  }
  if (eventId === undefined) return undefined
  const identity = await db
    .selectFrom('event_identity')
    .select('event_key')
    .where('account_id', '=', accountId)
    .where('event_id', '=', eventId)
    .executeTakeFirst()
  return identity?.event_key ?? 'nowhere'
}
