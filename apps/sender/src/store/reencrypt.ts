import type { Pool, PoolClient } from 'pg'
import { ownerOf } from './idempotency.ts'
import { type EncryptionKeys, openSecret, sealPrefix, sealSecret } from './sealed-secret.ts'

/** What became of everything that is sealed in the database. */
export interface Reencrypted {
  /** How much was sealed anew with the current key. */
  readonly resealedCount: number
  /** How much opens with the current key alone, now that all was looked at. */
  readonly currentCount: number
  /** What does not, by what it belongs to. */
  readonly others: readonly Other[]
}

/** Something that does not open with the current key. */
export interface Other {
  readonly table: string
  readonly owner: string
  /**
   * `older-key`: a sender sealed it with an older key meanwhile, or is just changing it; another run finds it.
   * `unreadable`: no key opens it.
   */
  readonly reason: 'older-key' | 'unreadable'
}

const BATCH = 500

/**
 * Seals with the current key everything in the database that older keys have sealed.
 *
 * It may run beside senders that know both keys, may be stopped at any time, and goes on where it was: each batch is a
 * transaction of its own. A row that is locked is left for the next pass, so nothing waits for another in a circle.
 */
export async function reencrypt(pool: Pool, keys: EncryptionKeys): Promise<Reencrypted> {
  const client = await pool.connect()
  try {
    let resealedCount = 0
    for (const place of places) {
      let resealed: number
      do {
        resealed = await resealAll(client, place, keys)
        resealedCount += resealed
      } while (resealed > 0)
    }
    // One snapshot: a row that is changed meanwhile moves, and would be missed.
    await client.query('begin isolation level repeatable read read only')
    const found = []
    for (const place of places) found.push(await inspect(client, place, keys))
    await client.query('commit')
    return {
      resealedCount,
      currentCount: found.reduce((total, { currentCount }) => total + currentCount, 0),
      others: found.flatMap(({ others }) => others),
    }
  } finally {
    // Undoes a batch that failed.
    client.release(true)
  }
}

/** A column with sealed values. */
interface Place {
  readonly table: string
  readonly column: string
  /** What tells the owner, as an SQL list. */
  readonly ownerColumns: string
  ownerOf(row: Readonly<Record<string, string>>): string
}

const places: readonly Place[] = [
  {
    table: 'subscription_secret',
    column: 'sealed',
    ownerColumns: 'subscription_id',
    ownerOf: (row) => row['subscription_id'] ?? '',
  },
  {
    table: 'subscription',
    column: 'sealed_headers',
    ownerColumns: 'id as subscription_id',
    ownerOf: (row) => row['subscription_id'] ?? '',
  },
  {
    table: 'idempotency_key',
    column: 'sealed_answer',
    ownerColumns: 'account_id, key',
    ownerOf: (row) => ownerOf(row['account_id'] ?? '', row['key'] ?? ''),
  },
]

/** A row: its place, what is sealed, and the columns that tell the owner. */
type SealedRow = Readonly<Record<string, string>> & { readonly place: string; readonly sealed: Buffer }

// The place has another name than `ctid`, or the rows would be sorted by its text.
//
// One pass over the table, in the order of its pages, so that what cannot be opened is met once.
async function resealAll(client: PoolClient, place: Place, keys: EncryptionKeys): Promise<number> {
  const { table, column, ownerColumns } = place
  const select = `
    select ctid::text as place, ${column} as sealed, ${ownerColumns} from webhooks.${table}
    where ctid > $1::tid and substring(${column} from 1 for ${sealPrefix(keys.current).byteLength}) <> $2
    order by ctid limit ${BATCH} for update skip locked`
  const update = `
    update webhooks.${table} as t set ${column} = u.sealed
    from unnest($1::tid[], $2::bytea[]) as u (place, sealed) where t.ctid = u.place`
  let after = '(0,0)'
  let count = 0
  for (;;) {
    await client.query('begin')
    const { rows } = await client.query<SealedRow>(select, [after, sealPrefix(keys.current)])
    const resealed = rows.flatMap((row) => {
      const owner = place.ownerOf(row)
      const secret = open(row.sealed, owner, keys)
      return secret === undefined ? [] : [{ place: row.place, sealed: sealSecret(secret, owner, keys) }]
    })
    await client.query(update, [resealed.map(({ place }) => place), resealed.map(({ sealed }) => sealed)])
    await client.query('commit')
    count += resealed.length
    after = rows.at(-1)?.place ?? after
    if (rows.length < BATCH) return count
  }
}

// Opens everything with the current key alone: the id of a key in front of what is sealed proves nothing.
async function inspect(
  client: PoolClient,
  place: Place,
  keys: EncryptionKeys,
): Promise<Pick<Reencrypted, 'currentCount' | 'others'>> {
  const { table, column, ownerColumns } = place
  const select = `
    select ctid::text as place, ${column} as sealed, ${ownerColumns} from webhooks.${table}
    where ctid > $1::tid and ${column} is not null order by ctid limit ${BATCH}`
  const others: Other[] = []
  let after = '(0,0)'
  let count = 0
  for (;;) {
    const { rows } = await client.query<SealedRow>(select, [after])
    for (const row of rows) {
      const owner = place.ownerOf(row)
      count += 1
      if (open(row.sealed, owner, { current: keys.current, previous: [] }) !== undefined) continue
      const reason = open(row.sealed, owner, keys) === undefined ? 'unreadable' : 'older-key'
      others.push({ table, owner, reason })
    }
    after = rows.at(-1)?.place ?? after
    if (rows.length < BATCH) return { currentCount: count - others.length, others }
  }
}

function open(sealed: Uint8Array, owner: string, keys: EncryptionKeys): string | undefined {
  try {
    return openSecret(sealed, owner, keys)
  } catch {
    return undefined
  }
}
