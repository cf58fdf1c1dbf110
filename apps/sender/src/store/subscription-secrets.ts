import { sql, type Transaction } from 'kysely'
import { type EncryptionKeys, openSecret, sealSecret } from './sealed-secret.ts'
import type { Tables } from './tables.ts'

const HINT_CHARACTERS = 4
const MIN_CHARACTERS_TO_HINT = 16

/** Secrets of one subscription that may sign at once; each makes the signature header longer. */
export const MAX_SECRETS = 5

/** Why a secret cannot take over: as many are signing as may, until `freeAt`. */
export interface SecretRefusal {
  readonly kind: 'too-many-secrets'
  readonly freeAt: Date
}

/** Stores a secret as the subscription's newest. */
export async function addSecret(
  tx: Transaction<Tables>,
  keys: EncryptionKeys,
  subscriptionId: string,
  secret: string,
): Promise<void> {
  await tx
    .insertInto('subscription_secret')
    .values({
      subscription_id: subscriptionId,
      sealed: sealSecret(secret, subscriptionId, keys),
      hint: hint(secret),
    })
    .execute()
}

/**
 * Lets a secret take over from those there are: each signs on for `overlapSeconds`, none for longer than it would have.
 * An old secret that is given again takes over as the new one; so a rotation that came too early can be undone.
 * The newest one given again stays as it is, and only ends the others earlier.
 *
 * The subscription's row must be locked.
 */
export async function replaceSecret(
  tx: Transaction<Tables>,
  keys: EncryptionKeys,
  subscriptionId: string,
  secret: string,
  overlapSeconds: number,
): Promise<SecretRefusal | undefined> {
  const secrets = await tx
    .selectFrom('subscription_secret')
    .select(['id', 'sealed', 'expires_at'])
    .where('subscription_id', '=', subscriptionId)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .orderBy('id', 'desc')
    .execute()
  const known = secrets.findIndex(({ sealed }) => opensTo(sealed, subscriptionId, keys, secret))
  const staying = overlapSeconds === 0 ? [] : secrets.filter((_, index) => index !== known)
  if (staying.length + 1 > MAX_SECRETS) return { kind: 'too-many-secrets', freeAt: firstToExpire(staying) }
  const ids = staying.map(({ id }) => id)
  const [newest] = secrets
  const isNewest = known === 0 && newest !== undefined
  await tx
    .deleteFrom('subscription_secret')
    .where('subscription_id', '=', subscriptionId)
    .where(sql<boolean>`id <> all (${isNewest ? [newest.id, ...ids] : ids}::uuid[])`)
    .execute()
  await tx
    .updateTable('subscription_secret')
    .set({
      expires_at: sql<Date>`least(expires_at, now() + ${overlapSeconds} * interval '1 second')`,
    })
    .where(sql<boolean>`id = any (${ids}::uuid[])`)
    .execute()
  if (!isNewest) await addSecret(tx, keys, subscriptionId, secret)
  return undefined
}

// The end of a short secret would give away too much of it.
function hint(secret: string): string {
  const characters = Array.from(secret)
  return characters.length < MIN_CHARACTERS_TO_HINT ? '' : characters.slice(-HINT_CHARACTERS).join('')
}

// One that does not open any more is another one for all that can be told.
function opensTo(sealed: Uint8Array, subscriptionId: string, keys: EncryptionKeys, secret: string): boolean {
  try {
    return openSecret(sealed, subscriptionId, keys) === secret
  } catch {
    return false
  }
}

function firstToExpire(secrets: readonly { readonly expires_at: Date | null }[]): Date {
  return new Date(Math.min(...secrets.flatMap(({ expires_at: at }) => (at === null ? [] : at.getTime()))))
}
