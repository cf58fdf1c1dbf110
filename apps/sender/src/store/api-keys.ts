import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Tables } from './database.ts'

/** What a key may do: manage webhooks, read, or publish. Each role may do that only. */
export type Role = 'admin' | 'member' | 'publisher'

/** All roles, in the order in which help texts list them. */
export const roles = ['admin', 'member', 'publisher'] as const satisfies readonly Role[]

/** Who is calling. */
export interface Principal {
  readonly keyId: string
  readonly accountId: string
  readonly role: Role
}

/** A key that was just made. The key itself is not stored and cannot be shown again. */
export interface CreatedApiKey {
  readonly id: string
  readonly accountId: string
  readonly role: Role
  readonly key: string
}

/** Accounts and the keys that speak for them. */
export interface ApiKeyStore {
  /** Makes a key for the account of that name, and the account if there is none. */
  create(accountName: string, role: Role): Promise<CreatedApiKey>
  /** Whose key it is; `undefined` if it is nobody's or was revoked. */
  authenticate(key: string): Promise<Principal | undefined>
  /** The id of the account of that name. */
  findAccount(name: string): Promise<string | undefined>
}

/** Keys in PostgreSQL, found by their SHA-256. */
export function createApiKeyStore(db: Kysely<Tables>): ApiKeyStore {
  return {
    async create(accountName, role) {
      const key = `cwk_${role}_${randomBytes(32).toString('base64url')}`
      const accountId = await upsertAccount(db, accountName)
      const { id } = await db
        .insertInto('api_key')
        .values({ account_id: accountId, role, key_hash: hash(key) })
        .returning('id')
        .executeTakeFirstOrThrow()
      return { id, accountId, role, key }
    },
    async authenticate(key) {
      const row = await db
        .selectFrom('api_key')
        .select(['id', 'account_id', 'role'])
        .where('key_hash', '=', hash(key))
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return row && { keyId: row.id, accountId: row.account_id, role: row.role }
    },
    async findAccount(name) {
      const row = await db.selectFrom('account').select('id').where('name', '=', name).executeTakeFirst()
      return row?.id
    },
  }
}

async function upsertAccount(db: Kysely<Tables>, name: string): Promise<string> {
  const { id } = await db
    .insertInto('account')
    .values({ name })
    // An update that changes nothing, because DO NOTHING returns no row.
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ name }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
