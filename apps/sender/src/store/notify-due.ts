import { sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Lets every dispatcher look at this lane as soon as the transaction commits. */
export async function notifyDue(tx: Transaction<Tables>, subscriptionId: string): Promise<void> {
  await sql`select pg_notify('webhooks_due', ${subscriptionId})`.execute(tx)
}
