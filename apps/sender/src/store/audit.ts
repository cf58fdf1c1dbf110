import { CompiledQuery, type Transaction } from 'kysely'
import { auditHash, headSeal, NO_HASH } from './audit-chain.ts'
import type { Tables } from './tables.ts'

/** One administrative change. */
export interface AuditEntry {
  readonly accountId: string
  /** Who made it: `key:<id>`, `user:<subject of the token>` or `command:<name>`. */
  readonly actor: string
  /** What was done, as kind and past participle: `subscription.created`. */
  readonly action: string
  /** What it was done to, as kind and id: `subscription:<id>`. */
  readonly target: string
  /** What changed, in the names of the API. Stored as JSON and readable by every administrator: never a secret. */
  readonly details: Readonly<Record<string, unknown>>
}

/** The record of administrative changes: one chain of hashes for each account. */
export interface AuditLog {
  /**
   * Adds an entry to the account's chain, in the transaction of the change itself: both happen or neither does.
   *
   * To be the last statement of the transaction that locks anything. From here to the commit, every other change of the
   * account waits; a transaction that went on to lock a row could wait for one of those.
   */
  append(tx: Transaction<Tables>, entry: AuditEntry): Promise<void>
}

/** Makes the log. `auditKey` is the key of the hashes, see {@link deriveAuditKey}. */
export function createAuditLog(auditKey: Uint8Array): AuditLog {
  return { append: (tx, entry) => append(tx, auditKey, entry) }
}

async function append(
  tx: Transaction<Tables>,
  key: Uint8Array,
  { accountId, actor, action, target, details }: AuditEntry,
): Promise<void> {
  const head = await lockHead(tx, accountId)
  const number = String(BigInt(head.number) + 1n)
  const entry = { accountId, number, at: head.at, actor, action, target, details: JSON.stringify(details) }
  const hash = auditHash({ ...entry, previousHash: head.hash }, key)
  const seal = headSeal({ accountId, number, hash }, key)
  await tx.executeQuery(
    CompiledQuery.raw(INSERT, [
      accountId,
      number,
      entry.at,
      actor,
      action,
      target,
      entry.details,
      head.hash,
      hash,
      seal,
    ]),
  )
}

interface Head {
  readonly number: string
  readonly hash: Buffer
  /** When the lock was had, so that instants ascend with the numbers. */
  readonly at: string
}

async function lockHead(tx: Transaction<Tables>, accountId: string): Promise<Head> {
  const { rows } = await tx.executeQuery<Head>(CompiledQuery.raw(LOCK, [accountId, NO_HASH]))
  const [head] = rows
  if (head === undefined) throw new Error('An upsert returned no row')
  return head
}

/** An instant as it is hashed: UTC, microseconds. */
export const AUDIT_INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`

// The update changes nothing; it locks the row, and gives it as the transaction before has left it. The instant is
// read in the outer query, after that.
const LOCK = `
with head as (
  insert into webhooks.audit_head as h (account_id, number, hash, seal)
  values ($1, 0, $2, $2)
  on conflict (account_id) do update set number = h.number
  returning number, hash
)
select number::text, hash, to_char(clock_timestamp() at time zone 'UTC', ${AUDIT_INSTANT}) as at from head`

const INSERT = `
with entry as (
  insert into webhooks.audit_entry (account_id, number, at, actor, action, target, details, previous_hash, hash)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
)
update webhooks.audit_head set number = $2, hash = $9, seal = $10 where account_id = $1`
