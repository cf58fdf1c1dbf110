import { type Kysely, sql, type Transaction } from 'kysely'
import { notifyDue } from './notify-due.ts'
import { OPERATOR_ACCOUNT_NAME, OPERATOR_SUBSCRIPTION_ID } from './operator-account.ts'
import { type EncryptionKeys, openSecret, sealSecret } from './sealed-secret.ts'
import { afresh } from './start-afresh.ts'
import type { Tables } from './tables.ts'
import { recordTransition } from './transitions.ts'

/** Where the operator of the sender is told of transitions, and the secret that signs it. */
export interface OperatorWebhook {
  readonly url: string
  readonly secret: string
}

const ACTOR = 'command:serve'

/**
 * Makes the operator's subscription what the settings say, or deletes it where they name none. Every sender does so as
 * it starts. With another URL, and when it had been disabled, it begins afresh: whoever starts a sender with an
 * operator's webhook wants that to work.
 */
export async function keepOperatorSubscription(
  db: Kysely<Tables>,
  keys: EncryptionKeys,
  webhook: OperatorWebhook | undefined,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (webhook === undefined) return remove(tx)
    const accountId = await ensureAccount(tx)
    const { url, state, isDegraded, isDeleted } = await lockOrCreate(tx, accountId, webhook.url)
    await ensureSecret(tx, keys, webhook.secret)
    const isMoved = url !== webhook.url
    if (isMoved || isDeleted || state === 'disabled') await beginAfresh(tx, webhook.url)
    const from = state === 'active' && isDegraded ? 'degraded' : state
    if (from === 'disabled' || (from === 'degraded' && isMoved)) {
      const change = { from, to: 'active', reason: 'requested', actor: ACTOR } as const
      await recordTransition(tx, { accountId, subscriptionId: OPERATOR_SUBSCRIPTION_ID, ...change })
    }
  })
}

async function remove(tx: Transaction<Tables>): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('subscription')
    .set({ deleted_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
    .where('id', '=', OPERATOR_SUBSCRIPTION_ID)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) await deleteSecrets(tx)
}

async function ensureAccount(tx: Transaction<Tables>): Promise<string> {
  const name = OPERATOR_ACCOUNT_NAME
  const { id } = await tx
    .insertInto('account')
    .values({ name })
    // An update that changes nothing, because DO NOTHING returns no row.
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ name }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

interface Existing {
  readonly url: string
  readonly state: 'active' | 'paused' | 'disabled'
  readonly isDegraded: boolean
  readonly isDeleted: boolean
}

// Senders that start together take turns on the row.
async function lockOrCreate(tx: Transaction<Tables>, accountId: string, url: string): Promise<Existing> {
  await tx
    .insertInto('subscription')
    .values({
      id: OPERATOR_SUBSCRIPTION_ID,
      account_id: accountId,
      url,
      description: 'SENDER_OPERATOR_WEBHOOK_URL',
      events: ['subscription.*'],
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  return tx
    .selectFrom('subscription')
    .select([
      'url',
      'state',
      sql<boolean>`degraded_at is not null`.as('isDegraded'),
      sql<boolean>`deleted_at is not null`.as('isDeleted'),
    ])
    .where('id', '=', OPERATOR_SUBSCRIPTION_ID)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
}

// A pause is what a person asked for with a key of the operator's account, and stays.
async function beginAfresh(tx: Transaction<Tables>, url: string): Promise<void> {
  await tx
    .updateTable('subscription')
    .set({
      url,
      deleted_at: null,
      ...afresh,
      state: sql<'active' | 'paused'>`case state when 'paused' then state else 'active' end`,
      state_reason: sql<string | null>`case state when 'paused' then state_reason end`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', OPERATOR_SUBSCRIPTION_ID)
    .execute()
  await notifyDue(tx, OPERATOR_SUBSCRIPTION_ID)
}

async function ensureSecret(tx: Transaction<Tables>, keys: EncryptionKeys, secret: string): Promise<void> {
  const stored = await tx
    .selectFrom('subscription_secret')
    .select('sealed')
    .where('subscription_id', '=', OPERATOR_SUBSCRIPTION_ID)
    .execute()
  if (stored.length === 1 && stored.every(({ sealed }) => opensAs(sealed, keys) === secret)) return
  await deleteSecrets(tx)
  await tx
    .insertInto('subscription_secret')
    .values({
      subscription_id: OPERATOR_SUBSCRIPTION_ID,
      sealed: sealSecret(secret, OPERATOR_SUBSCRIPTION_ID, keys),
      hint: '',
    })
    .execute()
}

function opensAs(sealed: Uint8Array, keys: EncryptionKeys): string | undefined {
  try {
    return openSecret(sealed, OPERATOR_SUBSCRIPTION_ID, keys)
  } catch {
    // A damaged one is replaced like any other that is not the one in the settings.
    return undefined
  }
}

async function deleteSecrets(tx: Transaction<Tables>): Promise<void> {
  await tx.deleteFrom('subscription_secret').where('subscription_id', '=', OPERATOR_SUBSCRIPTION_ID).execute()
}
