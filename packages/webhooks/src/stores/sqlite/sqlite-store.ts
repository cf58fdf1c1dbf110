import { WebhookError } from '../../errors.ts'
import type { Claim, ClaimTerms, DedupeStore, HeldClaim } from '../../receive/dedupe-store.ts'
import type { ClaimedHandler } from '../claimed-handler.ts'
import { givenDatabase, openDatabase, type SqliteDatabase } from './sqlite-database.ts'
import { prepareStatements, schema, type Statements } from './statements.ts'
import { isInTransaction, whenFree } from './when-free.ts'

/** Where a {@link sqliteStore} keeps its records: a file of its own, or the program's database. */
export type SqliteStoreOptions =
  | {
      /** The file, created unless it exists; its folder must exist. On a disk of this machine: locks need one. */
      readonly path: string
    }
  | {
      /**
       * A database that is open, in which the store makes one table, `complywise_webhook_events`. Its settings stay as they
       * are. For several processes use `journal_mode = WAL` and a `busy_timeout`. To survive power cuts it needs
       * `synchronous = FULL`, which some packages lower.
       */
      readonly database: SqliteDatabase
    }

/** A {@link DedupeStore} in SQLite, whose marks can be made in a handler's own transaction. */
export interface SqliteStore extends DedupeStore {
  /**
   * Makes the handler's own transaction record that the handler has finished: its effects and this mark are committed
   * together or not at all, so however often the event is delivered and whoever crashes, the effects happen exactly once.
   * The transaction must be on the `database` that the store was given. Call it first in it, after `BEGIN IMMEDIATE`.
   *
   * @param context what the handler was called with.
   * @throws {WebhookError} `claim_lost` when another has claimed the event meanwhile, or when the handler was called without
   * a claim; `store_unusable` when no transaction is open. Either way, roll the transaction back.
   *
   * @example
   * receiver.on('scan.completed', (event, context) => {
   *   database.exec('BEGIN IMMEDIATE')
   *   try {
   *     store.join(context)
   *     insertScan.run(event.data.scan_job_id, event.data.score)
   *     database.exec('COMMIT')
   *   } catch (error) {
   *     database.exec('ROLLBACK')
   *     throw error
   *   }
   * })
   */
  join(context: ClaimedHandler): void
  /** Closes the file that the store has opened; a database that it was given stays open. */
  close(): void
}

/** One claim in so many also removes records whose time is over: more than were added since. */
const forgetEvery = 64

/**
 * Remembers events in a SQLite database: for one machine, with any number of processes. What was acknowledged survives
 * restarts, `kill -9` and power cuts. The store to choose unless several machines receive the same events.
 *
 * Leases are measured by the machine's clock. One that is set back keeps no event for longer than its lease; one that is set
 * forward by more than that lets another claim what is being handled, and the fence keeps the former holder from completing.
 *
 * @throws {WebhookError} `store_unusable` when the database cannot be opened, or has another's table of that name.
 *
 * @example
 * const receiver = createReceiver({ secret, store: sqliteStore({ path: 'webhooks.sqlite' }) })
 */
export function sqliteStore(options: SqliteStoreOptions): SqliteStore {
  const opened = 'path' in options ? openDatabase(options.path, schema) : givenDatabase(options.database)
  const { database, durably, close } = opened
  const statements = prepareStatements(database)
  let claims = 0

  return {
    claim: (key, terms) =>
      whenFree(database, () => {
        if (claims++ % forgetEvery === 0) statements.forget.all(Date.now())
        return claim(statements, key, terms)
      }),
    renew: ({ key, token, leaseMs, retentionMs }) =>
      whenFree(database, () => {
        const now = Date.now()
        const expiresAt = now + Math.max(leaseMs, retentionMs)
        return isHeld(statements.renew.all(now + leaseMs, leaseMs, expiresAt, key, token))
      }),
    checkpoint: (held, handler) =>
      whenFree(database, () => durably(() => checkpoint(statements, held, handler))),
    complete: ({ key, token, retentionMs }) =>
      whenFree(database, () =>
        durably(() => isHeld(statements.complete.all(Date.now() + retentionMs, key, token))),
      ),
    release: ({ key, token, retentionMs }) =>
      whenFree(database, () => isHeld(statements.release.all(Date.now() + retentionMs, key, token))),
    join: (context) => joinTransaction(database, statements, context),
    close,
  }
}

function claim(statements: Statements, key: string, terms: ClaimTerms): Claim {
  const now = Date.now()
  const token = crypto.randomUUID()
  const expiresAt = now + Math.max(terms.leaseMs, terms.retentionMs)
  const values = [key, token, now + terms.leaseMs, terms.leaseMs, expiresAt, now, now, now]
  const [won] = rowsOf(statements.claim.all(...values))
  if (won) return { kind: 'claimed', token, finished: JSON.parse(String(won['finished'])) }
  const [seen] = rowsOf(statements.find.all(key))
  if (Number(seen?.['completed']) === 1) return { kind: 'duplicate' }
  const leaseMs = Number(seen?.['lease_ms'])
  let retryAfterMs = Number(seen?.['lease_until']) - now
  if (retryAfterMs > leaseMs) {
    // The clock was set back, by how much nobody knows: the lease starts anew, once.
    statements.shortenLease.all(now, key, now)
    retryAfterMs = leaseMs
  }
  // Given back between the two statements, where this is not over 0.
  return retryAfterMs > 0 ? { kind: 'in_progress', retryAfterMs } : claim(statements, key, terms)
}

function checkpoint(statements: Statements, claim: HeldClaim, handler: string): boolean {
  const expiresAt = Date.now() + claim.retentionMs
  return isHeld(statements.checkpoint.all(handler, handler, expiresAt, claim.key, claim.token))
}

function joinTransaction(database: SqliteDatabase, statements: Statements, context: ClaimedHandler): void {
  if (isInTransaction(database) === false) {
    const message = 'No transaction is open on the database that the store was given: begin one first.'
    throw new WebhookError('store_unusable', message)
  }
  if (!context.claim) {
    const message = 'The handler was called without a claim, so the store cannot keep it from running again.'
    throw new WebhookError('claim_lost', message)
  }
  if (checkpoint(statements, context.claim, context.handler)) return
  throw new WebhookError('claim_lost', 'Another has claimed the event: roll the transaction back.')
}

function rowsOf(rows: readonly unknown[]): readonly Row[] {
  return rows.filter((row): row is Row => typeof row === 'object' && row !== null)
}

/** Numbers may be big integers: that is a setting of the database. */
type Row = Readonly<Record<string, unknown>>

function isHeld(rows: readonly unknown[]): boolean {
  return rows.length > 0
}
