import { createHash, randomBytes } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { AuditLog } from './audit.ts'
import { type Page, toPage } from './page.ts'
import type { Tables } from './tables.ts'

/** What a key may do: manage webhooks, read, or publish. Each role may do that only. */
export type Role = 'admin' | 'member' | 'publisher'

/** All roles, in the order in which help texts list them. */
export const roles = ['admin', 'member', 'publisher'] as const satisfies readonly Role[]

/** Who is calling. */
export interface Principal {
  /** For the audit log: `key:<id>`, or `user:<subject>` of a token. */
  readonly actor: string
  readonly accountId: string
  readonly role: Role
}

/** A key without the key itself, which is not stored. */
export interface ApiKey {
  readonly id: string
  readonly accountId: string
  readonly role: Role
  /** What it is for, in the words of whoever made it; may be empty. */
  readonly name: string
  readonly createdAt: Date
  readonly revokedAt: Date | null
}

/** A key that was just made. The key itself cannot be shown again. */
export interface CreatedApiKey extends ApiKey {
  readonly key: string
}

/** What to make. */
export interface NewApiKey {
  readonly role: Role
  readonly name: string
}

/** Who is calling, in the words of whoever made the account and the key. */
export interface CallerNames {
  readonly accountName: string
  readonly keyName: string
}

/** Accounts and the keys that speak for them. Every change is recorded in the audit log as made by `actor`. */
export interface ApiKeyStore {
  /**
   * Makes a key for the account of that name, and the account if there is none, as whoever runs the sender may: the
   * actor is `command:keys`.
   */
  create(accountName: string, role: Role, name?: string): Promise<CreatedApiKey>
  /** Makes a key for an account that there is. */
  add(accountId: string, key: NewApiKey, actor: string): Promise<CreatedApiKey>
  /** Keys of an account, newest first, revoked ones included. */
  list(accountId: string, page: { readonly limit: number; readonly after?: string }): Promise<Page<ApiKey>>
  /**
   * Revokes a key of the account for good: no request that begins afterwards is let in with it. Revoking it again
   * changes nothing.
   *
   * @returns the key, or `undefined` when the account has none with this id.
   */
  revoke(accountId: string, id: string, actor: string): Promise<ApiKey | undefined>
  /** Whose key it is; `undefined` if it is nobody's or was revoked. */
  authenticate(key: string): Promise<Principal | undefined>
  /** The names of the account, and of the key that an actor is; without a key, as with a token, its name is empty. */
  nameCaller(principal: Principal): Promise<CallerNames>
  /** The id of the account of that name. */
  findAccount(name: string): Promise<string | undefined>
  /** Whether there is an account with this id. */
  hasAccount(id: string): Promise<boolean>
}

/** The actor of what a person does with `sender keys`. */
export const KEYS_COMMAND = 'command:keys'

/** Keys in PostgreSQL, found by their SHA-256. */
export function createApiKeyStore(db: Kysely<Tables>, audit: AuditLog): ApiKeyStore {
  return {
    create: (accountName, role, name = '') =>
      db.transaction().execute(async (tx) => {
        const accountId = await upsertAccount(tx, accountName)
        return await insert(tx, audit, accountId, { role, name }, KEYS_COMMAND)
      }),
    add: (accountId, key, actor) =>
      db.transaction().execute((tx) => insert(tx, audit, accountId, key, actor)),
    async list(accountId, { limit, after }) {
      let query = select(db, accountId)
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (after !== undefined) query = query.where('id', '<', after)
      return toPage((await query.execute()).map(toApiKey), limit)
    },
    revoke: (accountId, id, actor) => revoke(db, audit, accountId, id, actor),
    async authenticate(key) {
      const row = await db
        .selectFrom('api_key')
        .select(['id', 'account_id', 'role'])
        .where('key_hash', '=', hash(key))
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return row && { actor: actorOf(row.id), accountId: row.account_id, role: row.role }
    },
    async nameCaller({ accountId, actor }) {
      const row = await db
        .selectFrom('account')
        .leftJoin('api_key', (join) => join.on('api_key.id', '=', keyIdOf(actor) ?? null))
        .select(['account.name as accountName', 'api_key.name as keyName'])
        .where('account.id', '=', accountId)
        .executeTakeFirstOrThrow()
      return { accountName: row.accountName, keyName: row.keyName ?? '' }
    },
    async findAccount(name) {
      const row = await db.selectFrom('account').select('id').where('name', '=', name).executeTakeFirst()
      return row?.id
    },
    async hasAccount(id) {
      const row = await db.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst()
      return row !== undefined
    },
  }
}

const KEY_ACTOR = 'key:'

/** How the audit log and the request log name whoever calls with the key. */
export function actorOf(keyId: string): string {
  return KEY_ACTOR + keyId
}

/** The id of the key that an actor is, if it is one: {@link actorOf} the other way round. */
export function keyIdOf(actor: string): string | undefined {
  return actor.startsWith(KEY_ACTOR) ? actor.slice(KEY_ACTOR.length) : undefined
}

async function upsertAccount(tx: Transaction<Tables>, name: string): Promise<string> {
  const { id } = await tx
    .insertInto('account')
    .values({ name })
    // An update that changes nothing, because DO NOTHING returns no row.
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ name }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

async function insert(
  tx: Transaction<Tables>,
  audit: AuditLog,
  accountId: string,
  { role, name }: NewApiKey,
  actor: string,
): Promise<CreatedApiKey> {
  const key = `cwk_${role}_${randomBytes(32).toString('base64url')}`
  const row = await tx
    .insertInto('api_key')
    .values({ account_id: accountId, role, name, key_hash: hash(key) })
    .returning(columns)
    .executeTakeFirstOrThrow()
  const target = `api_key:${row.id}`
  await audit.append(tx, { accountId, actor, action: 'api_key.created', target, details: { role, name } })
  return { ...toApiKey(row), key }
}

function revoke(
  db: Kysely<Tables>,
  audit: AuditLog,
  accountId: string,
  id: string,
  actor: string,
): Promise<ApiKey | undefined> {
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .updateTable('api_key')
      .set({ revoked_at: sql<Date>`now()` })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returning(columns)
      .executeTakeFirst()
    if (row === undefined) {
      const revoked = await select(tx, accountId).where('id', '=', id).executeTakeFirst()
      return revoked && toApiKey(revoked)
    }
    const { role, name } = row
    const target = `api_key:${id}`
    await audit.append(tx, { accountId, actor, action: 'api_key.revoked', target, details: { role, name } })
    return toApiKey(row)
  })
}

const columns = ['id', 'account_id', 'role', 'name', 'created_at', 'revoked_at'] as const

function select(db: Kysely<Tables>, accountId: string) {
  return db.selectFrom('api_key').select(columns).where('account_id', '=', accountId)
}

type ApiKeyRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    accountId: row.account_id,
    role: row.role,
    name: row.name,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
