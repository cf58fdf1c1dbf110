import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Pool } from 'pg'

/** API keys of one account, a role each. */
export interface AccountKeys {
  readonly accountId: string
  readonly admin: string
  readonly member: string
  readonly publisher: string
}

/** Makes an account with a key for each role, named `admin’s laptop` and so on. */
export async function createAccount(pool: Pool, name = `account ${randomUUID()}`): Promise<AccountKeys> {
  const { rows } = await pool.query<{ id: string }>(
    'insert into webhooks.account (name) values ($1) returning id',
    [name],
  )
  const accountId = rows[0]!.id
  const keys = { admin: newKey('admin'), member: newKey('member'), publisher: newKey('publisher') }
  for (const [role, key] of Object.entries(keys)) {
    await pool.query(
      'insert into webhooks.api_key (account_id, role, name, key_hash) values ($1, $2, $3, $4)',
      [accountId, role, `${role}’s laptop`, createHash('sha256').update(key).digest()],
    )
  }
  return { accountId, ...keys }
}

function newKey(role: string): string {
  return `cwk_${role}_${randomBytes(32).toString('base64url')}`
}
