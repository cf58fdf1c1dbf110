import { type Kysely, sql } from 'kysely'
import type { SubscriptionSituation } from '../domain/explain-delivery.ts'
import type { Attempt, DeliveryDetail } from './deliveries.ts'
import { type DeliveryRow, toDelivery } from './delivery-row.ts'
import type { Tables } from './tables.ts'

/** One delivery with everything that is known of it, read in one snapshot but for its attempts. */
export async function findDelivery(
  db: Kysely<Tables>,
  accountId: string,
  id: string,
): Promise<DeliveryDetail | undefined> {
  const { rows } = await sql<DetailRow>`
    select d.*, s.url, e.body, e.traceparent, now() as now, s.state, s.state_reason, s.held_until, s.is_probing,
      s.deleted_at is not null as is_deleted,
      (select t.at from webhooks.subscription_transition t
       where t.subscription_id = s.id and t.to_state = s.state order by t.id desc limit 1) as state_since,
      (select o.id from webhooks.owed_delivery o
       where s.is_ordered and d.status = 'pending' and o.subscription_id = s.id and o.id < d.id
         and (not o.is_test or o.lease_until is null) order by o.id limit 1) as behind
    from webhooks.delivery d
    join webhooks.subscription s on s.id = d.subscription_id
    left join webhooks.event e on e.id = d.event_key
    where d.id = ${id} and d.account_id = ${accountId}`.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  const attempts = await db
    .selectFrom('attempt')
    .selectAll()
    .where('delivery_id', '=', id)
    .orderBy('number')
    .execute()
  return {
    ...toDelivery(row),
    body: row.body,
    traceparent: row.traceparent,
    attempts: attempts.map(toAttempt),
    situation: {
      now: row.now,
      status: row.status,
      reason: row.reason,
      isTest: row.is_test,
      attemptCount: row.attempt_count,
      failureCount: row.failure_count,
      lastOutcome: row.last_outcome,
      dueAt: row.due_at,
      leaseUntil: row.lease_until,
      behind: row.behind,
      subscription: {
        state: row.state,
        stateReason: row.state_reason,
        stateSince: row.state_since,
        heldUntil: row.held_until,
        isProbing: row.is_probing,
        isDeleted: row.is_deleted,
      },
    },
  }
}

interface DetailRow extends DeliveryRow {
  readonly body: Buffer | null
  readonly traceparent: string | null
  readonly now: Date
  readonly failure_count: number
  readonly lease_until: Date | null
  readonly behind: string | null
  readonly state: SubscriptionSituation['state']
  readonly state_reason: string | null
  readonly state_since: Date | null
  readonly held_until: Date | null
  readonly is_probing: boolean
  readonly is_deleted: boolean
}

function toAttempt(row: Tables['attempt']): Attempt {
  return {
    number: row.number,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    dnsMs: row.dns_ms,
    connectMs: row.connect_ms,
    tlsMs: row.tls_ms,
    firstByteMs: row.first_byte_ms,
    bodyMs: row.body_ms,
    remoteAddress: row.remote_address,
    outcome: row.outcome,
    httpStatus: row.http_status,
    requestHeaders: row.request_headers === null ? null : JSON.parse(row.request_headers),
    responseBody: row.response_body,
    detail: row.detail,
  }
}
