import { type Kysely, sql } from 'kysely'
import { maskHeaderValue } from '../domain/custom-headers.ts'
import type { SecretOpener } from './sealed-secret.ts'
import type { Tables } from './tables.ts'

/** The sender's record of an endpoint that wants events. It holds nothing secret. */
export interface Subscription {
  readonly id: string
  readonly accountId: string
  readonly url: string
  readonly description: string
  /** Patterns: event types, `compliance.*`, `*`. */
  readonly events: readonly string[]
  /** Headers of the customer's own; values that look like credentials are masked. */
  readonly headers: Readonly<Record<string, string>>
  /** Time for one attempt; `null` for the sender's own. */
  readonly timeoutMs: number | null
  readonly isOrdered: boolean
  readonly contactEmail: string | null
  readonly state: SubscriptionState
  /** Why, as a code; `null` while it is active. */
  readonly stateReason: string | null
  readonly health: EndpointHealth
  /** What waits; `null` while attempts are made as soon as they are due. */
  readonly backlog: Backlog | null
  /** Those that sign now, newest first. */
  readonly secrets: readonly SecretInfo[]
  /** Counts the changes that people made. */
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Whether attempts are made. Each state but `active` keeps what is owed. */
export type SubscriptionState = 'active' | 'paused' | 'disabled'

/** How the endpoint has been answering. */
export interface EndpointHealth {
  /** Failed attempts since the last that succeeded. */
  readonly consecutiveFailures: number
  /** Since the first of them. */
  readonly failingSince: Date | null
  /** One delivery at a time is attempted until one succeeds. */
  readonly isProbing: boolean
  /** Since when its owner is warned. */
  readonly degradedAt: Date | null
  /** No attempt starts before. */
  readonly heldUntil: Date | null
}

/** Deliveries that are owed, counted up to {@link MAX_COUNTED}. */
export interface Backlog {
  readonly count: number
  /** Whether there are not more. */
  readonly isExact: boolean
}

/** A secret, without the secret. */
export interface SecretInfo {
  /** Its last characters; empty for a short one. */
  readonly hint: string
  readonly createdAt: Date
  /** When it stops signing; `null` for the newest. */
  readonly expiresAt: Date | null
}

/** A backlog is counted up to here, so that reading a subscription costs the same with millions owed. */
const MAX_COUNTED = 10_000

/** Subscriptions of an account that are not deleted, with all that {@link toSubscription} needs. */
export function selectSubscriptions(db: Kysely<Tables>, accountId: string) {
  return db
    .selectFrom('subscription as s')
    .selectAll('s')
    .select((eb) => [
      eb
        .selectFrom('subscription_secret as k')
        .whereRef('k.subscription_id', '=', 's.id')
        .where((eb) => eb.or([eb('k.expires_at', 'is', null), eb('k.expires_at', '>', sql<Date>`now()`)]))
        .select(
          sql<SecretRow[]>`json_agg(json_build_object('hint', k.hint, 'createdAt', k.created_at,
            'expiresAt', k.expires_at) order by k.id desc)`.as('secrets'),
        )
        .as('secrets'),
      sql<number | null>`
        case when s.state <> 'active' or s.is_probing or s.held_until > now() then (
          select count(*)::int from (
            select from webhooks.owed_delivery d where d.subscription_id = s.id limit ${MAX_COUNTED + 1}
          ) owed) end`.as('backlog'),
    ])
    .where('s.account_id', '=', accountId)
    .where('s.deleted_at', 'is', null)
}

interface SecretRow {
  readonly hint: string
  readonly createdAt: string
  readonly expiresAt: string | null
}

/** A row of {@link selectSubscriptions}. */
export type SubscriptionRow = Awaited<
  ReturnType<ReturnType<typeof selectSubscriptions>['executeTakeFirstOrThrow']>
>

/** A row as a {@link Subscription}. */
export function toSubscription(row: SubscriptionRow, openSecret: SecretOpener): Subscription {
  return {
    id: row.id,
    accountId: row.account_id,
    url: row.url,
    description: row.description,
    events: row.events,
    headers: maskHeaders(openHeaders(row, openSecret)),
    timeoutMs: row.attempt_timeout_ms,
    isOrdered: row.is_ordered,
    contactEmail: row.contact_email,
    state: row.state,
    stateReason: row.state_reason,
    health: {
      consecutiveFailures: row.consecutive_failures,
      failingSince: row.failing_since,
      isProbing: row.is_probing,
      degradedAt: row.degraded_at,
      heldUntil: row.held_until,
    },
    backlog:
      row.backlog === null
        ? null
        : { count: Math.min(row.backlog, MAX_COUNTED), isExact: row.backlog <= MAX_COUNTED },
    secrets: (row.secrets ?? []).map(toSecretInfo),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** The headers as they are sent; none where they do not open, so that one damaged row does not hide the others. */
export function openHeaders(
  row: Pick<SubscriptionRow, 'id' | 'sealed_headers'>,
  openSecret: SecretOpener,
): Readonly<Record<string, string>> {
  if (row.sealed_headers === null) return {}
  try {
    return JSON.parse(openSecret(row.sealed_headers, row.id))
  } catch {
    return {}
  }
}

function maskHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, maskHeaderValue(name, value)]),
  )
}

function toSecretInfo({ hint, createdAt, expiresAt }: SecretRow): SecretInfo {
  return {
    hint,
    createdAt: new Date(createdAt),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  }
}
