import { type AuditKeys, auditHash, type ChainedEntry, headSeal, NO_HASH } from './audit-chain.ts'

/** An entry as it is stored. */
export interface StoredEntry extends ChainedEntry {
  readonly hash: Uint8Array
}

/** How a chain ends, as it is stored. */
export interface StoredHead {
  readonly accountId: string
  readonly number: string
  readonly hash: Uint8Array
  readonly seal: Uint8Array
}

/** What an auditor noted of a chain: how long it was, and its last hash. */
export interface NotedHead {
  readonly number: string
  readonly hash: Uint8Array
}

/**
 * The first thing that is wrong with a chain:
 *
 * - `changed`: the entry is not what was hashed, or was hashed with a key that is not known here;
 * - `missing`: there is none of this number, and there are later ones;
 * - `repeated`: there is another one of this number;
 * - `unchained`: the entry is genuine, and does not follow the one before: it is from another copy of the database;
 * - `truncated`: the chain was longer than this;
 * - `unsealed`: the record of the chain's end is missing, not genuine, or not of the last entry;
 * - `other_than_noted`: the entry is not the one that the auditor noted.
 */
export type BreakKind =
  | 'changed'
  | 'missing'
  | 'repeated'
  | 'unchained'
  | 'truncated'
  | 'unsealed'
  | 'other_than_noted'

/** Where a chain is broken. */
export interface Break {
  readonly kind: BreakKind
  /** The entry that is broken, or is missing; for `unsealed`, the last one. */
  readonly number: string
}

/** Checks a chain entry by entry, in the order of their numbers. */
export interface ChainCheck {
  /** @returns what is wrong with this entry; after that, the check is over. */
  next(entry: StoredEntry): Break | undefined
  /** What is wrong with the chain as a whole, once there are no more entries. */
  end(head: StoredHead | undefined): Break | undefined
  /** The number and the hash of the last entry. */
  last(): { readonly number: string; readonly hash: Uint8Array }
}

/** Whose chain is checked, and what is known of it from elsewhere. */
export interface ChainOwner {
  readonly id: string
  /** Something is there that no change makes without an entry, so the chain cannot be empty. */
  readonly hasChanges: boolean
}

/** Begins the check of an account's chain, of which the auditor may have `noted` earlier ends. */
export function checkChain(owner: ChainOwner, keys: AuditKeys, noted: readonly NotedHead[] = []): ChainCheck {
  const allKeys = [keys.current, ...keys.previous]
  let number = 0n
  let hash = NO_HASH

  function next(entry: StoredEntry): Break | undefined {
    const expected = number + 1n
    if (BigInt(entry.number) > expected) return { kind: 'missing', number: String(expected) }
    if (BigInt(entry.number) < expected) return { kind: 'repeated', number: entry.number }
    const isGenuine =
      entry.accountId === owner.id && allKeys.some((key) => equal(auditHash(entry, key), entry.hash))
    if (!isGenuine) return { kind: 'changed', number: entry.number }
    if (!equal(entry.previousHash, hash)) return { kind: 'unchained', number: entry.number }
    const isOther = noted.some((head) => head.number === entry.number && !equal(head.hash, entry.hash))
    if (isOther) return { kind: 'other_than_noted', number: entry.number }
    number = expected
    hash = entry.hash
    return undefined
  }

  function end(head: StoredHead | undefined): Break | undefined {
    const following = String(number + 1n)
    if (noted.some((head) => BigInt(head.number) > number)) return { kind: 'truncated', number: following }
    if (head === undefined && number === 0n) {
      // An account in which nothing was ever changed has no chain at all.
      return owner.hasChanges ? { kind: 'truncated', number: following } : undefined
    }
    if (head === undefined) return { kind: 'unsealed', number: String(number) }
    const isGenuine = allKeys.some((key) => equal(headSeal(head, key), head.seal))
    if (!isGenuine) return { kind: 'unsealed', number: String(number) }
    if (BigInt(head.number) > number) return { kind: 'truncated', number: following }
    return BigInt(head.number) === number && equal(head.hash, hash)
      ? undefined
      : { kind: 'unsealed', number: String(number) }
  }

  return { next, end, last: () => ({ number: String(number), hash }) }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
