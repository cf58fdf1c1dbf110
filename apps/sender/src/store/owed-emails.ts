import { type Kysely, sql } from 'kysely'
import type { RecordedTransition } from '../domain/transition.ts'
import type { Tables } from './tables.ts'
import { transitionColumns } from './transition-log.ts'

/** An e-mail that this process may send until its lease ends. */
export interface OwedEmail {
  readonly id: string
  /** The subscription's contact; `null` for whoever operates the sender. */
  readonly recipient: string | null
  /** What it is about. */
  readonly transition: RecordedTransition
  /** The name of the account whose subscription it is. */
  readonly accountName: string
  /** What the subscription is for, in the words of whoever made it; may be empty. */
  readonly description: string
  /** How often sending it has failed. */
  readonly failures: number
  /** Since the transition. */
  readonly ageMs: number
}

/** E-mails that are owed. Every method is one statement and safe to repeat. */
export interface OwedEmailStore {
  /** Leases the e-mail that is due for longest, and the facts to write it from. */
  claim(leaseMs: number): Promise<OwedEmail | undefined>
  /** It was sent, or never will be. */
  complete(id: string): Promise<void>
  /** It could not be sent and is due again in `waitMs`. */
  postpone(id: string, waitMs: number): Promise<void>
  /** Forgets those that are older; returns how many. */
  expire(maxAgeMs: number): Promise<number>
}

/** Owed e-mails in PostgreSQL. */
export function createOwedEmailStore(db: Kysely<Tables>): OwedEmailStore {
  return {
    async claim(leaseMs) {
      const row = await db
        .with('claimed', (eb) =>
          eb
            .updateTable('owed_email')
            .set({ due_at: inMs(leaseMs) })
            .where('id', '=', (where) =>
              where
                .selectFrom('owed_email')
                .select('id')
                .where('due_at', '<=', sql<Date>`now()`)
                .orderBy('due_at')
                .limit(1)
                .forUpdate()
                .skipLocked(),
            )
            .returningAll(),
        )
        .selectFrom('claimed as c')
        .innerJoin('subscription_transition as t', 't.id', 'c.transition_id')
        .innerJoin('subscription as s', 's.id', 't.subscription_id')
        .innerJoin('account as a', 'a.id', 't.account_id')
        .select(transitionColumns)
        .select([
          'c.id as emailId',
          'c.recipient',
          'c.failure_count as failures',
          'a.name as accountName',
          's.description',
          sql<number>`extract(epoch from now() - t.at)::float8 * 1000`.as('ageMs'),
        ])
        .executeTakeFirst()
      if (row === undefined) return undefined
      const { emailId, recipient, failures, accountName, description, ageMs, ...transition } = row
      return { id: emailId, recipient, failures, accountName, description, ageMs, transition }
    },
    async complete(id) {
      await db.deleteFrom('owed_email').where('id', '=', id).execute()
    },
    async postpone(id, waitMs) {
      await db
        .updateTable('owed_email')
        .set((eb) => ({ due_at: inMs(waitMs), failure_count: eb('failure_count', '+', 1) }))
        .where('id', '=', id)
        .execute()
    },
    async expire(maxAgeMs) {
      const { numDeletedRows } = await db
        .deleteFrom('owed_email')
        .where('created_at', '<', inMs(-maxAgeMs))
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

function inMs(ms: number) {
  return sql<Date>`now() + ${ms}::float8 * interval '1 millisecond'`
}
