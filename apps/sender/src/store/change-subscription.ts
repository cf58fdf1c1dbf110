import { sql } from 'kysely'
import { checkCustomHeaders, type CustomHeaderProblem, maskHeaderValue } from '../domain/custom-headers.ts'
import {
  type ChangeRefusal,
  type ChangeTarget,
  type LockedSubscription,
  lockSubscription,
  readExisting,
  visibleState,
} from './locked-subscription.ts'
import { notifyDue } from './notify-due.ts'
import { sealSecret } from './sealed-secret.ts'
import { afresh } from './start-afresh.ts'
import type { StoreContext } from './subscription-store-context.ts'
import { openHeaders, type Subscription } from './subscription.ts'
import { recordTransition } from './transitions.ts'

/** What to change. What is absent stays. */
export interface SubscriptionChanges {
  readonly url?: string
  readonly events?: readonly string[]
  readonly description?: string
  /**
   * By name in lower case; `null` removes one, and in place of all of them removes all. A value that is the mask of
   * the present one leaves that as it is.
   */
  readonly headers?: Readonly<Record<string, string | null>> | null
  readonly timeoutMs?: number | null
  readonly isOrdered?: boolean
  readonly contactEmail?: string | null
}

/** The subscription as it is now, or why it was not changed. */
export type Changed =
  | { readonly kind: 'done'; readonly result: Subscription }
  /** The headers cannot be sent together with those that stay. */
  | { readonly kind: 'headers-refused'; readonly problems: readonly CustomHeaderProblem[] }
  | ChangeRefusal

/** {@link SubscriptionStore.change}. */
export async function changeSubscription(
  context: StoreContext,
  target: ChangeTarget,
  changes: SubscriptionChanges,
): Promise<Changed> {
  const { db, audit, encryptionKeys, openSecret } = context
  const { accountId, id, actor } = target
  return await db.transaction().execute(async (tx) => {
    const locked = await lockSubscription(tx, target)
    if (locked.kind !== 'locked') return locked
    const { row } = locked
    const present = openHeaders(row, openSecret)
    const headers = changes.headers === undefined ? present : mergeHeaders(present, changes.headers)
    const checked = checkCustomHeaders(headers)
    if (!checked.valid) return { kind: 'headers-refused', problems: checked.problems } as const
    const difference = { ...differenceOf(row, changes), ...headerDifference(present, headers) }
    const isMoved = difference['url'] !== undefined
    if (Object.keys(difference).length > 0) {
      const sealedHeaders =
        Object.keys(headers).length === 0 ? null : sealSecret(JSON.stringify(headers), id, encryptionKeys)
      await tx
        .updateTable('subscription')
        .set({
          ...columnsOf(changes),
          ...(changes.headers === undefined ? {} : { sealed_headers: sealedHeaders }),
          ...(isMoved ? afresh : {}),
          version: sql<number>`version + 1`,
          updated_at: sql<Date>`now()`,
        })
        .where('id', '=', id)
        .execute()
      if (isMoved && visibleState(row) === 'degraded') {
        const transition = { from: 'degraded', to: 'active', reason: 'requested' } as const
        await recordTransition(tx, { accountId, subscriptionId: id, actor, ...transition })
      }
      if (isMoved) await notifyDue(tx, id)
    }
    const result = await readExisting(tx, accountId, id, openSecret)
    if (Object.keys(difference).length > 0) {
      const details = { version: result.version, changed: difference }
      const entry = {
        accountId,
        actor,
        action: 'subscription.changed',
        target: `subscription:${id}`,
        details,
      }
      await audit.append(tx, entry)
    }
    return { kind: 'done', result } as const
  })
}

function mergeHeaders(
  present: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>> | null,
): Readonly<Record<string, string>> {
  if (changes === null) return {}
  const merged = new Map(Object.entries(present))
  for (const [name, value] of Object.entries(changes)) {
    const current = merged.get(name)
    const isMask = current !== undefined && current !== value && maskHeaderValue(name, current) === value
    if (value === null) merged.delete(name)
    else if (!isMask) merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

type Difference = Readonly<Record<string, unknown>>

function differenceOf(row: LockedSubscription, changes: SubscriptionChanges): Difference {
  const before = {
    url: row.url,
    events: row.events,
    description: row.description,
    timeout_ms: row.attempt_timeout_ms,
    is_ordered: row.is_ordered,
    contact_email: row.contact_email,
  }
  const after: Difference = {
    url: changes.url,
    events: changes.events,
    description: changes.description,
    timeout_ms: changes.timeoutMs,
    is_ordered: changes.isOrdered,
    contact_email: changes.contactEmail,
  }
  const entries = Object.entries(before).map(([name, from]) => ({
    name,
    from,
    to: after[name],
  }))
  return Object.fromEntries(
    entries
      .filter(({ from, to }) => to !== undefined && JSON.stringify(from) !== JSON.stringify(to))
      .map(({ name, from, to }) => [name, { from, to }]),
  )
}

// Names alone: a value may be a credential.
function headerDifference(
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
): Difference {
  const set = Object.keys(to).filter((name) => to[name] !== from[name])
  const removed = Object.keys(from).filter((name) => !Object.hasOwn(to, name))
  return set.length + removed.length === 0 ? {} : { headers: { set, removed } }
}

function columnsOf(changes: SubscriptionChanges) {
  return {
    ...(changes.url !== undefined && { url: changes.url }),
    ...(changes.events !== undefined && { events: [...changes.events] }),
    ...(changes.description !== undefined && { description: changes.description }),
    ...(changes.timeoutMs !== undefined && { attempt_timeout_ms: changes.timeoutMs }),
    ...(changes.isOrdered !== undefined && { is_ordered: changes.isOrdered }),
    ...(changes.contactEmail !== undefined && { contact_email: changes.contactEmail }),
  }
}
