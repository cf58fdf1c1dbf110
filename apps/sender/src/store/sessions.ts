import { createHash, randomBytes } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import { actorOf, keyIdOf, type Principal } from './api-keys.ts'
import type { AuditLog } from './audit.ts'
import type { Tables } from './tables.ts'

/** How long a session lasts, whatever is done in it, in milliseconds. */
export const SESSION_MS = 12 * 3_600_000

/** Sessions of one key, after which the oldest ends when another begins. */
const MAX_SESSIONS = 20

/** A session that just began. The token cannot be read again. */
export interface BegunSession {
  /** 43 characters of base64url: 256 random bits. */
  readonly token: string
  readonly expiresAt: Date
}

/** A session that counts. */
export interface Session {
  readonly principal: Principal
  readonly expiresAt: Date
}

/** Sessions of the web page. When one begins, and when a person ends it, the audit log has an entry. */
export interface SessionStore {
  /**
   * Begins a session for whoever came with an API key. Of more than 20, the key's oldest ones end.
   *
   * @throws {Error} when the principal is not one of an API key.
   */
  begin(principal: Principal): Promise<BegunSession>
  /** Whose session it is; `undefined` if it is nobody's, has ended, or its key was revoked. */
  find(token: string): Promise<Session | undefined>
  /** Ends a session for good; one that has ended already, or never was, is nothing to it. */
  end(token: string): Promise<void>
}

/** Sessions in PostgreSQL, found by the SHA-256 of their tokens. */
export function createSessionStore(db: Kysely<Tables>, audit: AuditLog): SessionStore {
  return {
    begin: (principal) => begin(db, audit, principal),
    async find(token) {
      const row = await db
        .selectFrom('session')
        .innerJoin('api_key', 'api_key.id', 'session.api_key_id')
        .select(['expires_at', 'api_key_id', 'account_id', 'role'])
        .where('token_hash', '=', hash(token))
        .where('expires_at', '>', sql<Date>`now()`)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const { api_key_id: keyId, account_id: accountId, role, expires_at: expiresAt } = row
      return { principal: { actor: actorOf(keyId), accountId, role }, expiresAt }
    },
    end: (token) => end(db, audit, token),
  }
}

async function begin(
  db: Kysely<Tables>,
  audit: AuditLog,
  { accountId, actor, role }: Principal,
): Promise<BegunSession> {
  const keyId = keyIdOf(actor)
  if (keyId === undefined) throw new Error('Only an API key can begin a session')
  const token = randomBytes(32).toString('base64url')
  const expiresAt = sql<Date>`now() + ${SESSION_MS} * interval '1 millisecond'`
  return await db.transaction().execute(async (tx) => {
    // One sign-in of a key after the other, or none would see what others begin meanwhile.
    await tx.selectFrom('api_key').select('id').where('id', '=', keyId).forNoKeyUpdate().execute()
    const row = await tx
      .insertInto('session')
      .values({ api_key_id: keyId, token_hash: hash(token), expires_at: expiresAt })
      .returning(['id', 'expires_at'])
      .executeTakeFirstOrThrow()
    const details = { role, expires_at: row.expires_at.toISOString() }
    const target = `session:${row.id}`
    await endOldest(tx, keyId)
    await audit.append(tx, { accountId, actor, action: 'session.created', target, details })
    return { token, expiresAt: row.expires_at }
  })
}

// Those that have expired are left to whoever deletes them, so that neither waits for the other.
async function endOldest(tx: Transaction<Tables>, keyId: string): Promise<void> {
  await tx
    .deleteFrom('session')
    .where('id', 'in', (sessions) =>
      sessions
        .selectFrom('session')
        .select('id')
        .where('api_key_id', '=', keyId)
        .where('expires_at', '>', sql<Date>`now()`)
        .orderBy('expires_at', 'desc')
        .orderBy('id', 'desc')
        .offset(MAX_SESSIONS),
    )
    .execute()
}

function end(db: Kysely<Tables>, audit: AuditLog, token: string): Promise<void> {
  return db.transaction().execute(async (tx) => {
    const session = await tx
      .deleteFrom('session')
      .where('token_hash', '=', hash(token))
      .returning(['id', 'api_key_id', sql<boolean>`expires_at > now()`.as('is_live')])
      .executeTakeFirst()
    if (session?.is_live !== true) return
    const key = await tx
      .selectFrom('api_key')
      .select('account_id')
      .where('id', '=', session.api_key_id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    // The key's revocation, which is recorded itself, has ended it before.
    if (key === undefined) return
    await audit.append(tx, {
      accountId: key.account_id,
      actor: actorOf(session.api_key_id),
      action: 'session.ended',
      target: `session:${session.id}`,
      details: {},
    })
  })
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
