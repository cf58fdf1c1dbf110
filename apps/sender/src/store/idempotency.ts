import { type Kysely, sql, type Transaction } from 'kysely'
import { type EncryptionKeys, openSecret, sealSecret } from './sealed-secret.ts'
import type { Tables } from './tables.ts'

/** A request that may be sent again, and is to be carried out once. */
export interface OnceOnly<Result> {
  /** The request's Idempotency-Key. Keys of one account are apart from those of others. */
  readonly key: string
  /** SHA-256 of all that was asked. */
  readonly requestHash: Uint8Array
  /** The answer to be given, this time and again. */
  toAnswer(result: Result): StoredAnswer
}

/** An answer as it is given again. It may hold a secret, and is stored sealed. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Why a request is not carried out: its key was there before. */
export type Repeated =
  | { readonly kind: 'replayed'; readonly answer: StoredAnswer }
  /** The key belongs to a request that asked for something else. */
  | { readonly kind: 'key-reused' }
  /** The first request with the key is being carried out right now. */
  | { readonly kind: 'key-in-use' }

/** For how long answers are kept, in milliseconds. */
export const IDEMPOTENCY_RETENTION_MS = 24 * 3_600_000

/** What tells one request with a key from another. */
export type KeyedRequest = Pick<OnceOnly<unknown>, 'key' | 'requestHash'>

/**
 * Carries out `work` and stores its answer in the same transaction: whoever repeats the request finds either both or
 * neither, wherever a process was killed.
 *
 * The answer is forgotten when the subscription that is the result is deleted.
 *
 * @returns what `work` gave, or that the request is repeated. Without `once` the work is always done.
 */
export async function runOnce<
  Result extends { readonly id: string },
  Refusal extends { readonly kind: string },
>(
  tx: Transaction<Tables>,
  keys: EncryptionKeys,
  accountId: string,
  once: OnceOnly<Result> | undefined,
  work: () => Promise<{ readonly kind: 'done'; readonly result: Result } | Refusal>,
): Promise<{ readonly kind: 'done'; readonly result: Result } | Refusal | Repeated> {
  if (once === undefined) return await work()
  if (!(await tryLock(tx, accountId, once.key))) return { kind: 'key-in-use' }
  const earlier = await recall(tx, keys, accountId, once)
  if (earlier !== undefined) return earlier
  const outcome = await work()
  if (isDone(outcome)) {
    const { result } = outcome
    await remember(tx, keys, accountId, once, result.id, once.toAnswer(result))
  }
  return outcome
}

function isDone<Result>(
  outcome: { readonly kind: 'done'; readonly result: Result } | { readonly kind: string },
): outcome is { readonly kind: 'done'; readonly result: Result } {
  return outcome.kind === 'done'
}

/** The answer that was stored for the key, if there is one and it is not too old. */
export async function recall(
  db: Kysely<Tables>,
  keys: EncryptionKeys,
  accountId: string,
  { key, requestHash }: KeyedRequest,
): Promise<Repeated | undefined> {
  const row = await db
    .selectFrom('idempotency_key')
    .select(['request_hash', 'http_status', 'sealed_answer'])
    .where('account_id', '=', accountId)
    .where('key', '=', key)
    .where('created_at', '>', sql<Date>`now() - ${IDEMPOTENCY_RETENTION_MS} * interval '1 millisecond'`)
    .executeTakeFirst()
  if (row === undefined) return undefined
  if (!row.request_hash.equals(requestHash)) return { kind: 'key-reused' }
  const stored: Pick<StoredAnswer, 'headers' | 'body'> = JSON.parse(
    openSecret(row.sealed_answer, ownerOf(accountId, key), keys),
  )
  return { kind: 'replayed', answer: { ...stored, status: row.http_status } }
}

// Held to the end of the transaction; a process that dies lets go of it.
async function tryLock(tx: Transaction<Tables>, accountId: string, key: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${ownerOf(accountId, key)}, 0)) as locked`.execute(tx)
  return rows[0]?.locked === true
}

// There may be a row that is too old to count.
async function remember(
  tx: Transaction<Tables>,
  keys: EncryptionKeys,
  accountId: string,
  { key, requestHash }: KeyedRequest,
  subscriptionId: string,
  { status, headers, body }: StoredAnswer,
): Promise<void> {
  const answer = {
    request_hash: Buffer.from(requestHash),
    http_status: status,
    sealed_answer: sealSecret(JSON.stringify({ headers, body }), ownerOf(accountId, key), keys),
    subscription_id: subscriptionId,
  }
  await tx
    .insertInto('idempotency_key')
    .values({ account_id: accountId, key, ...answer })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'key']).doUpdateSet({ ...answer, created_at: sql<Date>`now()` }),
    )
    .execute()
}

/** What the answer to a request with this key is sealed for. */
export function ownerOf(accountId: string, key: string): string {
  return `idempotency key ${accountId} ${key}`
}
