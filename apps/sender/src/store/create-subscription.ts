import { sql, type Transaction } from 'kysely'
import { type OnceOnly, type Repeated, runOnce } from './idempotency.ts'
import { readExisting } from './locked-subscription.ts'
import { sealSecret } from './sealed-secret.ts'
import { addSecret } from './subscription-secrets.ts'
import type { StoreContext } from './subscription-store-context.ts'
import type { Subscription } from './subscription.ts'
import type { Tables } from './tables.ts'

/** What to create. */
export interface NewSubscription {
  readonly accountId: string
  readonly url: string
  /** Patterns: event types, `compliance.*`, `*`. */
  readonly events: readonly string[]
  readonly secret: string
  /** Default: empty. */
  readonly description?: string
  /** Headers of the customer's own, names in lower case. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** Time for one attempt. Default `null`: the sender's own. */
  readonly timeoutMs?: number | null
  /** One delivery at a time, in the order of publishing. Default false. */
  readonly isOrdered?: boolean
  readonly contactEmail?: string | null
  /** Default `active`; a paused one keeps what is published until it is resumed. */
  readonly state?: 'active' | 'paused'
}

/** A new subscription, or why there is none. */
export type Created =
  | { readonly kind: 'done'; readonly result: Subscription }
  /** The account has as many as it may. */
  | { readonly kind: 'limit-reached'; readonly limit: number }
  | Repeated

/** {@link SubscriptionStore.create}. */
export async function createSubscription(
  context: StoreContext,
  input: NewSubscription,
  actor: string,
  once?: OnceOnly<Subscription>,
): Promise<Created> {
  const { db, encryptionKeys, audit, maxSubscriptions } = context
  const { accountId } = input
  return await db.transaction().execute(async (tx) => {
    const outcome = await runOnce(tx, encryptionKeys, accountId, once, async () => {
      if ((await countUnderLock(tx, accountId)) >= maxSubscriptions) {
        return { kind: 'limit-reached', limit: maxSubscriptions } as const
      }
      const id = await insert(tx, context, input)
      return { kind: 'done', result: await readExisting(tx, accountId, id, context.openSecret) } as const
    })
    if (outcome.kind === 'done') {
      const target = `subscription:${outcome.result.id}`
      const details = describe(input)
      await audit.append(tx, { accountId, actor, action: 'subscription.created', target, details })
    }
    return outcome
  })
}

// Two that are created at once must not both be the last that the account may have.
async function countUnderLock(tx: Transaction<Tables>, accountId: string): Promise<number> {
  await tx
    .selectFrom('account')
    .select('id')
    .where('id', '=', accountId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  const { count } = await tx
    .selectFrom('subscription')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

async function insert(
  tx: Transaction<Tables>,
  { encryptionKeys }: StoreContext,
  { headers = {}, ...input }: NewSubscription,
): Promise<string> {
  // Made here, because what is sealed is bound to it.
  const { id } = await tx.selectNoFrom(sql<string>`webhooks.uuid_v7()`.as('id')).executeTakeFirstOrThrow()
  const hasHeaders = Object.keys(headers).length > 0
  await tx
    .insertInto('subscription')
    .values({
      id,
      account_id: input.accountId,
      url: input.url,
      events: [...input.events],
      description: input.description ?? '',
      sealed_headers: hasHeaders ? sealSecret(JSON.stringify(headers), id, encryptionKeys) : null,
      attempt_timeout_ms: input.timeoutMs ?? null,
      is_ordered: input.isOrdered ?? false,
      contact_email: input.contactEmail ?? null,
      state: input.state ?? 'active',
      state_reason: input.state === 'paused' ? 'requested' : null,
    })
    .execute()
  await addSecret(tx, encryptionKeys, id, input.secret)
  return id
}

function describe(input: NewSubscription): Readonly<Record<string, unknown>> {
  return {
    url: input.url,
    events: input.events,
    description: input.description ?? '',
    headers: Object.keys(input.headers ?? {}),
    timeout_ms: input.timeoutMs ?? null,
    is_ordered: input.isOrdered ?? false,
    contact_email: input.contactEmail ?? null,
    state: input.state ?? 'active',
  }
}
