import { type Kysely, sql, type Transaction } from 'kysely'
import {
  type HealthPolicy,
  type HealthReading,
  type HealthTransition,
  mayTransition,
  nextTransition,
  type SubscriptionHealth,
} from '../domain/health.ts'
import type { RecordedTransition } from '../domain/transition.ts'
import type { Tables } from './tables.ts'
import { recordTransition } from './transitions.ts'

/**
 * Makes the transition that follows from a subscription's health, if any, and records it. Safe to repeat: what several
 * settlements crossed together is decided on the locked row, so one of them makes the transition and the others find
 * it made. One that is lost to a crash is made after the next attempt. None follows once the endpoint has begun afresh.
 *
 * @returns the transition made by this call.
 */
export async function applyHealth(
  db: Kysely<Tables>,
  health: SubscriptionHealth,
  policy: HealthPolicy,
): Promise<RecordedTransition | undefined> {
  if (!mayTransition(health, policy)) return undefined
  const { accountId, subscriptionId } = health
  return db.transaction().execute(async (tx) => {
    const reading = await lockAndRead(tx, health)
    const next = reading && nextTransition(reading, policy)
    if (next === undefined) return undefined
    await change(tx, subscriptionId, next)
    const from = reading?.isDegraded === true ? 'degraded' : 'active'
    return recordTransition(tx, { accountId, subscriptionId, from, ...next, actor: null })
  })
}

// Not now(): while this waited for the lock, the failures may have begun that are read here.
async function lockAndRead(
  tx: Transaction<Tables>,
  { subscriptionId, generation, isGone }: SubscriptionHealth,
): Promise<HealthReading | undefined> {
  const row = await tx
    .selectFrom('subscription')
    .select([
      'state',
      'consecutive_failures as consecutiveFailures',
      sql<boolean>`degraded_at is not null`.as('isDegraded'),
      sql<number | null>`extract(epoch from clock_timestamp() - failing_since)::float8 * 1000`.as(
        'failingForMs',
      ),
      sql<boolean>`degraded_at is not null and (failing_since is null or failing_since > degraded_at)`.as(
        'hasSucceededSinceWarning',
      ),
    ])
    .where('id', '=', subscriptionId)
    .where('generation', '=', generation)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row && { ...row, isGone }
}

async function change(
  tx: Transaction<Tables>,
  subscriptionId: string,
  { to, reason }: HealthTransition,
): Promise<void> {
  await tx
    .updateTable('subscription')
    .set({
      ...(to === 'disabled' ? { state: 'disabled', state_reason: reason } : {}),
      degraded_at: to === 'degraded' ? sql<Date>`clock_timestamp()` : null,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', subscriptionId)
    .execute()
}
