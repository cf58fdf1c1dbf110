import { WebhookError } from '../../errors.ts'
import type { DedupeStore, HeldClaim } from '../../receive/dedupe-store.ts'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many events are remembered at most. Default 100,000. */
  readonly maxRecords?: number
  /**
   * Told whenever events had to be forgotten before their time: they are handled again when they come again. Default: a
   * warning on the console, once.
   */
  readonly onEvict?: (eviction: Eviction) => void
  /** Milliseconds of a clock that is never set. Default `performance.now`. */
  readonly now?: () => number
}

/** Events that were forgotten before their time. */
export interface Eviction {
  /** How many: the oldest of those that are not being handled. */
  readonly count: number
  readonly maxRecords: number
}

interface StoredEvent {
  token: string | undefined
  isCompleted: boolean
  leaseUntil: number
  expiresAt: number
  finished: readonly string[]
}

/**
 * Remembers events in this process: for development, tests, and a single process whose handlers tolerate that what was
 * delivered just before a restart may be delivered again just after it. It needs no timer and no cleaning up.
 *
 * Once `maxRecords` are remembered, those whose time is over make room; then the oldest that are not being handled, which
 * `onEvict` is told. Where all are being handled, a claim rejects with `store_full`.
 *
 * @throws {WebhookError} `option_invalid` when `maxRecords` is less than 1.
 */
export function memoryStore(options: MemoryStoreOptions = {}): DedupeStore {
  const { maxRecords = 100_000, onEvict = warnOnce(), now = () => performance.now() } = options
  if (!(maxRecords >= 1)) {
    throw new WebhookError('option_invalid', `maxRecords is ${maxRecords}; it must be at least 1.`)
  }
  // Both in the order of the last change: where all claims have the same terms, the order in which they expire.
  const held = new Map<string, StoredEvent>()
  const idle = new Map<string, StoredEvent>()
  let tokens = 0

  return {
    async claim(key, { leaseMs, retentionMs }) {
      const at = now()
      const found = held.get(key) ?? idle.get(key)
      let finished: readonly string[] = []
      if (!found) {
        if (held.size + idle.size >= maxRecords) makeRoom(at)
      } else {
        if (found.expiresAt > at) {
          if (found.isCompleted) return { kind: 'duplicate' }
          if (found.leaseUntil > at) return { kind: 'in_progress', retryAfterMs: found.leaseUntil - at }
          finished = found.finished
        }
        held.delete(key)
        idle.delete(key)
      }
      const token = `${(tokens += 1)}`
      const expiresAt = at + Math.max(leaseMs, retentionMs)
      held.set(key, { token, isCompleted: false, leaseUntil: at + leaseMs, expiresAt, finished })
      return { kind: 'claimed', token, finished }
    },
    renew: async (claim) => change(claim, held, (record, at) => (record.leaseUntil = at + claim.leaseMs)),
    checkpoint: async (claim, handler) =>
      change(claim, held, (record) => (record.finished = [...new Set(record.finished).add(handler)])),
    complete: async (claim) =>
      change(claim, idle, (record) => {
        record.isCompleted = true
        record.leaseUntil = 0
        record.finished = []
      }) || idle.get(claim.key)?.token === claim.token,
    release: async (claim) =>
      change(claim, idle, (record) => {
        record.token = undefined
        record.leaseUntil = 0
      }),
  }

  function change(
    { key, token, retentionMs }: HeldClaim,
    into: Map<string, StoredEvent>,
    apply: (record: StoredEvent, at: number) => void,
  ): boolean {
    const record = held.get(key)
    if (record?.token !== token) return false
    const at = now()
    apply(record, at)
    record.expiresAt = Math.max(record.leaseUntil, at + retentionMs)
    held.delete(key)
    into.set(key, record)
    return true
  }

  function makeRoom(at: number): void {
    const isExpired = (record: StoredEvent): boolean => record.expiresAt <= at
    if (drop(idle, isExpired) + drop(held, isExpired) > 0) return
    const count = drop(idle, () => true)
    if (count === 0) throw new WebhookError('store_full', `${maxRecords} events are in progress.`)
    onEvict({ count, maxRecords })
  }

  // Many at a time: finding the oldest entry of a map that has lost its oldest ones is not cheap.
  function drop(records: Map<string, StoredEvent>, mayGo: (record: StoredEvent) => boolean): number {
    const most = Math.ceil(maxRecords / 100)
    let count = 0
    for (const [key, record] of records) {
      if (count === most || !mayGo(record)) break
      records.delete(key)
      count += 1
    }
    return count
  }
}

function warnOnce(): (eviction: Eviction) => void {
  let hasWarned = false
  return ({ maxRecords }) => {
    if (hasWarned) return
    hasWarned = true
    console.warn(
      `Over ${maxRecords} webhook events: the memory store forgets the oldest, which run again if they come again. ` +
        'Raise maxRecords, or use another store.',
    )
  }
}
