import { createHash } from 'node:crypto'

/** One line of the record of who was told what, when; with the names that exports have. */
export interface Entry {
  /** 1, 2, 3 …, without gaps. */
  readonly seq: number
  /** When it was written, RFC 3339 UTC. */
  readonly at: string
  readonly event_id: string | null
  /** The event's type. */
  readonly event: string | null
  readonly target: string | null
  readonly key: string | null
  readonly framework: string | null
  readonly control: string | null
  readonly action: string | null
  /** The call to the destination; `null` for decisions. */
  readonly operation: string | null
  /**
   * Of a decision: `decided`, `held`, `stale`, `unchanged`, `ignored`, `canceled`, `revived`. Of an operation: `done`,
   * `found` (by looking for it), `dry_run`, `retry`, `ambiguous`, `operator`, `payload`. Of a step: a `StepResult`.
   */
  readonly result: string
  /** A stable code, or what a person gave as the reason. */
  readonly reason: string | null
  /**
   * What an auditor can look up: a permalink, an issue key; of a decision, what a mute or quiet hours say, or which person has
   * resolved it.
   */
  readonly proof: string | null
  /** `hash` of the entry before; 64 zeros for the first. */
  readonly prev_hash: string
  /** SHA-256, lowercase hex. @see {@link hashEntry} */
  readonly hash: string
}

/** What an entry says, before it has its place in the chain. */
export type EntryContent = Omit<Entry, 'seq' | 'prev_hash' | 'hash'>

/** The fields of an entry, in the order of columns and of what is hashed. */
export const entryFields = [
  'seq',
  'at',
  'event_id',
  'event',
  'target',
  'key',
  'framework',
  'control',
  'action',
  'operation',
  'result',
  'reason',
  'proof',
  'prev_hash',
  'hash',
] as const satisfies readonly (keyof Entry)[]

const hashed = entryFields.filter((field) => field !== 'hash')

/**
 * SHA-256 of the JSON array of all other fields in the order of {@link entryFields}, without white space, as UTF-8; so
 * that anybody can check an export with another program.
 */
export function hashEntry(entry: Omit<Entry, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify(hashed.map((field) => entry[field])))
    .digest('hex')
}
