import { type HmacKey, hmacSha256, timingSafeEqual } from '#crypto'
import type { RequestHeaders } from '../wire/headers.ts'
import { keysOf, type SecretKeys } from '../wire/keys.ts'

/** What a finding is made of. */
export interface Evidence {
  /** The body as it arrived. */
  readonly body: Uint8Array
  readonly headers: RequestHeaders
  /** The secrets that are accepted. */
  readonly secrets: readonly NamedSecret[]
  /** Secrets that are not accepted any more. */
  readonly expiredSecrets: readonly NamedSecret[]
}

/** A secret and the name by which findings call it. */
export interface NamedSecret {
  readonly id: string
  readonly value: string
}

/**
 * Finds which of `keys` made one of `signatures`, comparing as `verify` does.
 *
 * @returns its index, or -1.
 */
export async function findSigner(
  keys: readonly HmacKey[],
  signatures: readonly Uint8Array[],
  body: Uint8Array,
  prefix?: Uint8Array,
): Promise<number> {
  const macs = await hmacSha256(keys, body, prefix)
  return macs.findIndex((mac) => signatures.some((signature) => timingSafeEqual(mac, signature)))
}

/** The keys of secrets, of which there may be none. */
export function keysOfAll(secrets: readonly NamedSecret[]): readonly SecretKeys[] {
  return secrets.length === 0 ? [] : keysOf(secrets.map(({ value }) => value))
}
