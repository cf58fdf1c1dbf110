import type { Generated } from 'kysely'
import type { TransitionReason, VisibleState } from '../domain/transition.ts'

/** The tables that Kysely composes queries on, as the migrations leave them. */
export interface Tables {
  readonly account: AccountTable
  readonly api_key: ApiKeyTable
  readonly session: SessionTable
  readonly subscription: SubscriptionTable
  readonly subscription_secret: SubscriptionSecretTable
  readonly subscription_transition: SubscriptionTransitionTable
  readonly owed_email: OwedEmailTable
  readonly event: EventTable
  readonly event_identity: EventIdentityTable
  readonly owed_delivery: OwedDeliveryTable
  readonly completed_delivery: CompletedDeliveryTable
  readonly delivery: DeliveryTable
  readonly attempt: AttemptTable
  readonly audit_entry: AuditEntryTable
  readonly idempotency_key: IdempotencyKeyTable
  readonly audit_head: AuditHeadTable
}

interface AccountTable {
  readonly id: Generated<string>
  readonly name: string
  readonly created_at: Generated<Date>
}

interface ApiKeyTable {
  readonly id: Generated<string>
  readonly account_id: string
  readonly role: 'admin' | 'member' | 'publisher'
  readonly name: Generated<string>
  readonly key_hash: Buffer
  readonly created_at: Generated<Date>
  readonly revoked_at: Date | null
}

interface SessionTable {
  readonly id: Generated<string>
  readonly api_key_id: string
  readonly token_hash: Buffer
  readonly created_at: Generated<Date>
  readonly expires_at: Date
}

interface SubscriptionTable {
  readonly id: Generated<string>
  readonly account_id: string
  readonly url: string
  readonly description: Generated<string>
  readonly events: string[]
  readonly sealed_headers: Buffer | null
  readonly attempt_timeout_ms: number | null
  readonly is_ordered: Generated<boolean>
  readonly contact_email: string | null
  readonly state: Generated<'active' | 'paused' | 'disabled'>
  readonly state_reason: string | null
  readonly held_until: Date | null
  readonly is_probing: Generated<boolean>
  readonly probe_delivery_id: string | null
  readonly probe_lease_id: string | null
  readonly consecutive_failures: Generated<number>
  readonly failing_since: Date | null
  readonly degraded_at: Date | null
  readonly generation: Generated<number>
  readonly version: Generated<number>
  readonly created_at: Generated<Date>
  readonly updated_at: Generated<Date>
  readonly deleted_at: Date | null
}

interface SubscriptionSecretTable {
  readonly id: Generated<string>
  readonly subscription_id: string
  readonly sealed: Buffer
  readonly hint: string
  readonly created_at: Generated<Date>
  readonly expires_at: Date | null
}

interface SubscriptionTransitionTable {
  readonly id: Generated<string>
  readonly account_id: string
  readonly subscription_id: string
  readonly at: Generated<Date>
  readonly from_state: VisibleState
  readonly to_state: VisibleState
  readonly reason: TransitionReason
  readonly actor: string | null
  readonly url: string
  readonly consecutive_failures: number
  readonly failing_since: Date | null
  readonly last_outcome: string | null
  readonly last_detail: string | null
  readonly held_count: number
  readonly contact_email: string | null
  readonly has_emails: Generated<boolean>
}

interface OwedEmailTable {
  readonly id: Generated<string>
  readonly transition_id: string
  readonly recipient: string | null
  readonly failure_count: Generated<number>
  readonly due_at: Generated<Date>
  readonly created_at: Generated<Date>
}

interface EventTable {
  readonly id: string
  readonly account_id: string
  readonly event_id: string
  readonly event: string
  readonly timestamp: Date
  readonly body: Buffer
  readonly delivery_count: number
  readonly traceparent: string | null
  readonly created_at: Date
}

interface EventIdentityTable {
  readonly account_id: string
  readonly event_id: string
  readonly event_key: string
}

interface DeliveryColumns {
  readonly id: string
  readonly account_id: string
  readonly subscription_id: string
  readonly event_key: string
  readonly event_id: string
  readonly event: string
  readonly matched_by: string | null
  readonly redelivery_of: string | null
  readonly is_test: boolean
  readonly attempt_count: number
  readonly failure_count: number
  readonly last_outcome: string | null
  readonly last_http_status: number | null
  readonly created_at: Date
}

interface OwedDeliveryTable extends DeliveryColumns {
  readonly due_at: Date
  readonly lease_id: string | null
  readonly leased_at: Date | null
  readonly lease_until: Date | null
}

interface CompletedDeliveryTable extends DeliveryColumns {
  readonly status: Exclude<DeliveryStatus, 'pending'>
  readonly reason: string | null
  readonly lease_id: string | null
  readonly completed_at: Date
  /** `null` for what was there before statistics were. */
  readonly is_counted: Generated<boolean | null>
}

/** The view over both. */
interface DeliveryTable extends DeliveryColumns {
  readonly status: DeliveryStatus
  readonly reason: string | null
  readonly due_at: Date | null
  readonly lease_until: Date | null
  readonly completed_at: Date | null
}

interface AttemptTable {
  readonly delivery_id: string
  readonly number: number
  readonly started_at: Date
  readonly duration_ms: number
  readonly dns_ms: number | null
  readonly connect_ms: number | null
  readonly tls_ms: number | null
  readonly first_byte_ms: number | null
  readonly body_ms: number | null
  readonly remote_address: string | null
  readonly outcome: string
  readonly http_status: number | null
  readonly request_headers: string | null
  readonly response_body: Buffer | null
  readonly detail: string | null
}

interface IdempotencyKeyTable {
  readonly account_id: string
  readonly key: string
  readonly request_hash: Buffer
  readonly http_status: number
  readonly sealed_answer: Buffer
  readonly subscription_id: string
  readonly created_at: Generated<Date>
}

interface AuditEntryTable {
  readonly account_id: string
  /** PostgreSQL's bigint, which `pg` reads as text. */
  readonly number: string
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly details: string
  readonly previous_hash: Buffer
  readonly hash: Buffer
}

interface AuditHeadTable {
  readonly account_id: string
  readonly number: string
  readonly hash: Buffer
  readonly seal: Buffer
}

/** Where a delivery stands: owed, done, given up after the last attempt, or no longer owed. */
export type DeliveryStatus = 'pending' | 'succeeded' | 'failed' | 'canceled'
