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
 * @throws {WebhookError} `option_invalid` when `maxRecords` is not a positive integer.
 */
export function memoryStore(options: MemoryStoreOptions = {}): DedupeStore {
  const { maxRecords = 100_000, onEvict = warnOnce(), now = () => performance.now() } = options
  if (!Number.isInteger(maxRecords) || maxRecords < 1) {
    throw new WebhookError('option_invalid', `maxRecords must be a positive integer, not ${maxRecords}.`)
  }
  // Both in the order of the last change: where all claims have the same terms, the order in which they expire.
  const held = new Map<string, StoredEvent>()
  const idle = new Map<string, StoredEvent>()
  let tokens = 0

  return {
    async claim(key, { leaseMs, retentionMs }) {
      const at = now()
      const found = held.get(key) ?? idle.get(key)
      const known = found && found.expiresAt > at ? found : undefined
      if (known?.isCompleted) return { kind: 'duplicate' }
      if (known && known.leaseUntil > at) {
        return { kind: 'in_progress', retryAfterMs: known.leaseUntil - at }
      }
      if (!found && held.size + idle.size >= maxRecords) makeRoom(at)
      const leaseUntil = at + leaseMs
      const token = `${(tokens += 1)}`
      const finished = known?.finished ?? []
      const expiresAt = at + Math.max(leaseMs, retentionMs)
      idle.delete(key)
      held.delete(key)
      held.set(key, { token, isCompleted: false, leaseUntil, expiresAt, finished })
      return { kind: 'claimed', token, finished }
    },
    renew: async (claim) => change(claim, held, (record, at) => (record.leaseUntil = at + claim.leaseMs)),
    checkpoint: async (claim, handler) =>
      change(claim, held, (record) => (record.finished = [...new Set(record.finished).add(handler)])),
    complete: async (claim) =>
      idle.get(claim.key)?.token === claim.token ||
      change(claim, idle, (record) => {
        record.isCompleted = true
        record.leaseUntil = 0
        record.finished = []
      }),
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
    if (count === 0) {
      throw new WebhookError(
        'store_full',
        `All ${maxRecords} events that may be remembered are being handled.`,
      )
    }
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
      `The memory store of received webhooks is full: of more than ${maxRecords} events, the oldest are forgotten, and ` +
        'are handled again when they come again. Raise maxRecords, or use another store.',
    )
  }
}
