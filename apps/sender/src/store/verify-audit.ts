import type { Pool, PoolClient } from 'pg'
import type { AuditKeys } from './audit-chain.ts'
import { AUDIT_INSTANT } from './audit.ts'
import {
  type Break,
  type ChainCheck,
  type ChainOwner,
  checkChain,
  type NotedHead,
  type StoredEntry,
  type StoredHead,
} from './check-chain.ts'
import { OPERATOR_SUBSCRIPTION_ID } from './operator-account.ts'

/** An account of which the chain is to be verified. */
export interface AuditedAccount extends ChainOwner {
  /** `undefined` when only its chain is left. */
  readonly name: string | undefined
}

/** What was found of one account's chain. */
export interface ChainReport {
  readonly account: AuditedAccount
  /** The last entry that is as it was written, and its hash; `0` when there is none. */
  readonly last: { readonly number: string; readonly hash: Uint8Array }
  readonly broken: Break | undefined
}

const BATCH = 1000

/** The accounts that have a chain or could have one, in the order of their ids. */
export async function listAuditedAccounts(pool: Pool): Promise<readonly AuditedAccount[]> {
  // Every key and subscription leaves an entry when it is made, but the subscription that settings make.
  const { rows } = await pool.query<{ id: string; name: string | null; has_changes: boolean }>(
    `select id, name,
       exists (select from webhooks.api_key k where k.account_id = known.id)
         or exists (select from webhooks.subscription s where s.account_id = known.id and s.id <> $1) as has_changes
     from (
       select id from webhooks.account
       union select account_id from webhooks.audit_head
       union select account_id from webhooks.audit_entry) as known
     left join webhooks.account using (id)
     order by id`,
    [OPERATOR_SUBSCRIPTION_ID],
  )
  return rows.map(({ id, name, has_changes }) => ({ id, name: name ?? undefined, hasChanges: has_changes }))
}

/**
 * Recomputes an account's whole chain, a thousand entries at a time.
 *
 * @param noted what an auditor has kept of the chain.
 * @param onEntry is given each entry that is as it was written, in order.
 */
export async function verifyAudit(
  pool: Pool,
  keys: AuditKeys,
  account: AuditedAccount,
  noted: readonly NotedHead[] = [],
  onEntry: (entry: StoredEntry) => Promise<void> = async () => undefined,
): Promise<ChainReport> {
  const client = await pool.connect()
  try {
    // One snapshot, or an entry that is added meanwhile would not fit the end that was read.
    await client.query('begin isolation level repeatable read read only')
    const check = checkChain(account, keys, noted)
    const broken =
      (await checkEntries(client, account.id, check, onEntry)) ??
      check.end(await readHead(client, account.id))
    await client.query('commit')
    return { account, last: check.last(), broken }
  } finally {
    // Ends the transaction too, where something failed.
    client.release(true)
  }
}

// A cursor and not pages by number: numbers may have been tampered with.
async function checkEntries(
  client: PoolClient,
  accountId: string,
  check: ChainCheck,
  onEntry: (entry: StoredEntry) => Promise<void>,
): Promise<Break | undefined> {
  await client.query(SELECT_ENTRIES, [accountId])
  for (;;) {
    const { rows } = await client.query<EntryRow>(`fetch ${BATCH} from entries`)
    for (const row of rows) {
      const entry = toStoredEntry(row)
      const broken = check.next(entry)
      if (broken !== undefined) return broken
      await onEntry(entry)
    }
    if (rows.length < BATCH) return undefined
  }
}

const SELECT_ENTRIES = `
declare entries no scroll cursor for
select account_id, number::text, to_char(at at time zone 'UTC', ${AUDIT_INSTANT}) as at, actor, action, target, details,
  previous_hash, hash
from webhooks.audit_entry where account_id = $1 order by audit_entry.number`

interface EntryRow {
  readonly account_id: string
  readonly number: string
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly details: string
  readonly previous_hash: Buffer
  readonly hash: Buffer
}

function toStoredEntry({ account_id, previous_hash, ...rest }: EntryRow): StoredEntry {
  return { ...rest, accountId: account_id, previousHash: previous_hash }
}

async function readHead(client: PoolClient, accountId: string): Promise<StoredHead | undefined> {
  const { rows } = await client.query<{ number: string; hash: Buffer; seal: Buffer }>(
    'select number::text, hash, seal from webhooks.audit_head where account_id = $1',
    [accountId],
  )
  return rows[0] && { accountId, ...rows[0] }
}
