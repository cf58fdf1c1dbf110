import { CompiledQuery, type Kysely, type Selectable, sql } from 'kysely'
import { CANCEL_PENDING } from './cancel-pending.ts'
import type { Tables } from './database.ts'
import { type Page, toPage } from './page.ts'
import { sealSecret } from './sealed-secret.ts'

/** What to create. */
export interface NewSubscription {
  readonly accountId: string
  readonly url: string
  /** Event types, or `*` for all. */
  readonly events: readonly string[]
  readonly secret: string
}

/** The sender's record of an endpoint that wants events. Secrets are shown by their last characters only. */
export interface Subscription {
  readonly id: string
  readonly accountId: string
  readonly url: string
  readonly events: readonly string[]
  readonly state: 'active' | 'paused' | 'disabled'
  readonly stateReason: string | null
  readonly heldUntil: Date | null
  readonly secretHints: readonly string[]
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Subscriptions of one account at a time; another account's are never found. */
export interface SubscriptionStore {
  create(subscription: NewSubscription): Promise<Subscription>
  get(accountId: string, id: string): Promise<Subscription | undefined>
  list(
    accountId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Page<Subscription>>
  /**
   * Deletes a subscription with its secrets and cancels what it is still owed; what a dispatcher is just writing is
   * canceled seconds later, by {@link DeliveryQueue.findWaitingLanes}. Its deliveries stay in the log.
   *
   * @returns whether there was one.
   */
  delete(accountId: string, id: string): Promise<boolean>
}

/** Deliveries that are canceled by one statement of {@link SubscriptionStore.delete}. */
export const CANCEL_BATCH = 5000

const HINT_CHARACTERS = 4
const MIN_CHARACTERS_TO_HINT = 16

/** Subscriptions in PostgreSQL, their secrets sealed with `encryptionKey`. */
export function createSubscriptionStore(db: Kysely<Tables>, encryptionKey: Uint8Array): SubscriptionStore {
  return {
    create: (subscription) => create(db, encryptionKey, subscription),
    async get(accountId, id) {
      const row = await select(db, accountId).where('s.id', '=', id).executeTakeFirst()
      return row && toSubscription(row)
    },
    async list(accountId, { limit, after }) {
      let query = select(db, accountId)
        .orderBy('s.id', 'desc')
        .limit(limit + 1)
      if (after !== undefined) query = query.where('s.id', '<', after)
      return toPage((await query.execute()).map(toSubscription), limit)
    },
    delete: (accountId, id) => remove(db, accountId, id),
  }
}

async function create(
  db: Kysely<Tables>,
  encryptionKey: Uint8Array,
  input: NewSubscription,
): Promise<Subscription> {
  // Made here, because the secret is bound to it.
  const id = await db.selectNoFrom(sql<string>`webhooks.uuid_v7()`.as('id')).executeTakeFirstOrThrow()
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('subscription')
      .values({ id: id.id, account_id: input.accountId, url: input.url, events: [...input.events] })
      .execute()
    await tx
      .insertInto('subscription_secret')
      .values({
        subscription_id: id.id,
        sealed: sealSecret(input.secret, id.id, encryptionKey),
        hint: hint(input.secret),
      })
      .execute()
  })
  return toSubscription(await select(db, input.accountId).where('s.id', '=', id.id).executeTakeFirstOrThrow())
}

// The end of a short secret would give away too much of it.
function hint(secret: string): string {
  const characters = Array.from(secret)
  return characters.length < MIN_CHARACTERS_TO_HINT ? '' : characters.slice(-HINT_CHARACTERS).join('')
}

// The subscription goes first and alone: from then on nothing more is claimed for it, and what is published
// meanwhile is canceled by the dispatchers.
async function remove(db: Kysely<Tables>, accountId: string, id: string): Promise<boolean> {
  const isFound = await db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('subscription')
      .set({ deleted_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await tx.deleteFrom('subscription_secret').where('subscription_id', '=', id).execute()
    return true
  })
  if (isFound) await cancelAll(db, id)
  return isFound
}

async function cancelAll(db: Kysely<Tables>, subscriptionId: string): Promise<void> {
  let canceled: number
  do {
    const statement = CompiledQuery.raw(CANCEL_PENDING, [[subscriptionId], CANCEL_BATCH])
    const result = await db.executeQuery(statement)
    canceled = Number(result.numAffectedRows ?? 0)
  } while (canceled === CANCEL_BATCH)
}

function select(db: Kysely<Tables>, accountId: string) {
  return db
    .selectFrom('subscription as s')
    .select((eb) => [
      's.id',
      's.account_id',
      's.url',
      's.events',
      's.state',
      's.state_reason',
      's.held_until',
      's.created_at',
      's.updated_at',
      eb
        .selectFrom('subscription_secret as k')
        .whereRef('k.subscription_id', '=', 's.id')
        .select(sql<string[]>`array_agg(k.hint order by k.id desc)`.as('hints'))
        .as('hints'),
    ])
    .where('s.account_id', '=', accountId)
    .where('s.deleted_at', 'is', null)
}

type SubscriptionRow = Omit<Selectable<Tables['subscription']>, 'deleted_at'> & {
  readonly hints: string[] | null
}

function toSubscription(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    accountId: row.account_id,
    url: row.url,
    events: row.events,
    state: row.state,
    stateReason: row.state_reason,
    heldUntil: row.held_until,
    secretHints: row.hints ?? [],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
