import { createHmac, hkdfSync } from 'node:crypto'

/** An entry of the audit log as its hash covers it. */
export interface ChainedEntry {
  readonly accountId: string
  /** Counted from 1 without gaps, in decimal digits. */
  readonly number: string
  /** RFC 3339, UTC, microseconds. */
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly target: string
  /** JSON, exactly as it is stored. */
  readonly details: string
  /** The hash of the entry before; {@link NO_HASH} for the first. */
  readonly previousHash: Uint8Array
}

/** How long a chain is and how it ends. */
export interface ChainHead {
  readonly accountId: string
  /** Of the last entry; `0` where there is none. */
  readonly number: string
  readonly hash: Uint8Array
}

/** The keys of the hashes. */
export interface AuditKeys {
  /** For entries that are added, and for those that it made. */
  readonly current: Uint8Array
  /** Verify what was added before the current one took over. */
  readonly previous: readonly Uint8Array[]
}

const HASH_BYTES = 32

/** Stands for the hash of the entry before the first one. */
export const NO_HASH: Uint8Array = Buffer.alloc(HASH_BYTES)

/**
 * The key of the audit log's hashes, derived from a secret (HKDF with SHA-256, RFC 5869, no salt), so that the secret
 * can have another use as well.
 */
export function deriveAuditKey(secret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'complywise-webhooks audit', HASH_BYTES))
}

/** HMAC-SHA256 over {@link entryText}. */
export function auditHash(entry: ChainedEntry, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(entryText(entry)).digest()
}

/**
 * What an entry's hash covers: each field as a netstring, `<bytes in UTF-8>:<field>,`, so that no two entries have one
 * text; hashes in hexadecimal digits.
 *
 * @see docs/security.md#audit-log
 */
function entryText(entry: ChainedEntry): string {
  const { accountId, number, at, actor, action, target, details, previousHash } = entry
  return netstrings(['audit-entry', accountId, number, at, actor, action, target, details, hex(previousHash)])
}

/**
 * HMAC-SHA256 over a chain's end. Whoever can write to the database can cut entries off, but not seal the shorter
 * chain, unless they have kept an older seal.
 */
export function headSeal({ accountId, number, hash }: ChainHead, key: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(netstrings(['audit-head', accountId, number, hex(hash)]))
    .digest()
}

function netstrings(fields: readonly string[]): string {
  return fields.map((field) => `${Buffer.byteLength(field)}:${field},`).join('')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
