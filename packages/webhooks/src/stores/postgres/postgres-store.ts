import { WebhookError } from '../../errors.ts'
import type { Claim, DedupeStore, HeldClaim } from '../../receive/dedupe-store.ts'
import type { ClaimedHandler } from '../claimed-handler.ts'
import { type PostgresClient, queryRows, type Row } from './postgres-client.ts'
import { defaultTable, setupStatement } from './schema.ts'
import { createStatements } from './statements.ts'
import { tableNames } from './table-names.ts'

/** Where a {@link postgresStore} keeps its records. */
export interface PostgresStoreOptions {
  /** A pool or client of `pg`, or the `sql` of postgres.js; it stays yours to close. A pooler such as pgbouncer will do. */
  readonly client: PostgresClient
  /**
   * The table of events, with or without a schema; another with the suffix `_checkpoints` is beside it.
   * Default: `complywise_webhook_events`.
   */
  readonly table?: string
}

/** A {@link DedupeStore} in PostgreSQL, whose marks can be made in a handler's own transaction. */
export interface PostgresStore extends DedupeStore {
  /**
   * Creates the tables unless they exist; see `postgresSchema` to do so in a migration. Any number of processes may call it
   * at once, at every start.
   */
  setup(): Promise<void>
  /**
   * Makes the handler's own transaction record that the handler has finished: its effects and this mark are committed
   * together or not at all, so however often the event is delivered and whoever crashes, the effects happen exactly once.
   * Call it first in the transaction, which must be in the database of the store, and at the default level `read committed`.
   *
   * While the transaction is open nobody else can claim the event, even when the lease runs out. Once it was committed the
   * handler does not run for this event again, even when it throws afterwards.
   *
   * @param context what the handler was called with.
   * @param transaction the client that the transaction is on: a `PoolClient` or `Client` of `pg` after `begin`, or what
   * `sql.begin` of postgres.js passes. Not the pool.
   * @throws {WebhookError} `claim_lost` when another has claimed the event meanwhile, or when the handler was called without a
   * claim; `store_unusable` when no transaction is open. Either way, let it roll the transaction back.
   *
   * @example
   * receiver.on('scan.completed', (event, context) =>
   *   sql.begin(async (transaction) => {
   *     await store.join(context, transaction)
   *     await transaction`insert into scans ${transaction(event.data)}`
   *   }),
   * )
   */
  join(context: ClaimedHandler, transaction: PostgresClient): Promise<void>
}

/** One claim in so many also removes records that nobody needs any more: more than were added since. */
const forgetEvery = 64
/** A record may be removed while it is looked at. */
const maxRounds = 3

/**
 * Remembers events in PostgreSQL 12 or later; for any number of processes. Call `setup()` once, or run `postgresSchema`
 * in a migration. Leases are measured by the server's clock. What the client rejects with is passed on.
 *
 * Each verb is a statement or a few on the primary key, each a transaction of its own, and none waits for a handler's
 * transaction: a `statement_timeout` or `lock_timeout` of a second is enough. For handlers that join set
 * `idle_in_transaction_session_timeout` to more than they take: a transaction whose process has vanished from the network
 * holds its event until the server ends it.
 *
 * Prefer `pg`: when its connection is lost in a transaction, postgres.js 3.4.9 can end the process (porsager/postgres#1208).
 *
 * @throws {WebhookError} `option_invalid` when `table` cannot be a table's name.
 *
 * @example
 * const store = postgresStore({ client: new Pool({ connectionString }) })
 * await store.setup()
 * const receiver = createReceiver({ secret, store })
 */
export function postgresStore({ client, table = defaultTable }: PostgresStoreOptions): PostgresStore {
  const statements = createStatements(tableNames(table))
  let claims = 0

  async function query(
    statement: keyof typeof statements,
    values: readonly (string | number)[],
    on = client,
  ): Promise<readonly Row[]> {
    try {
      return await queryRows(on, statements[statement], values)
    } catch (error) {
      if (sqlState(error) !== '42P01') throw error
      const message = `The tables of the store ${table} do not exist. Call setup() at start, or run postgresSchema().`
      throw new WebhookError('store_unusable', message, { cause: error })
    }
  }

  async function isHeld(
    statement: 'renew' | 'checkpoint' | 'complete' | 'release',
    { key, token }: HeldClaim,
    ...values: readonly (string | number)[]
  ): Promise<boolean> {
    return (await query(statement, [key, token, ...values])).length > 0
  }

  return {
    async setup() {
      await queryRows(client, setupStatement(table), [])
    },
    async claim(key, { leaseMs, retentionMs }) {
      if (claims++ % forgetEvery === 0) await query('forgetSome', [])
      const token = crypto.randomUUID()
      const values = [key, token, leaseMs, retentionMs]
      for (let round = 0; round < maxRounds; round += 1) {
        if ((await query('claimNew', values)).length > 0) return { kind: 'claimed', token, finished: [] }
        const [seen] = await query('claimAgain', values)
        if (seen?.['claimed'] === true) {
          const finished = (await query('finished', [key])).map((row) => String(row['handler']))
          return { kind: 'claimed', token, finished }
        }
        if (seen?.['forgotten'] === false) return describe(seen, leaseMs)
        await query('forgetEvent', [key])
      }
      return { kind: 'in_progress', retryAfterMs: leaseMs }
    },
    renew: (claim) => isHeld('renew', claim, claim.leaseMs, claim.retentionMs),
    checkpoint: (claim, handler) => isHeld('checkpoint', claim, claim.retentionMs, handler),
    complete: (claim) => isHeld('complete', claim, claim.retentionMs),
    release: (claim) => isHeld('release', claim, claim.retentionMs),
    async join({ claim, handler }, transaction) {
      if (claim === undefined) {
        throw new WebhookError(
          'claim_lost',
          'The handler was called without a claim, so there is nothing to join.',
        )
      }
      await assertTransaction(transaction)
      if ((await query('join', [claim.key, claim.token, handler], transaction)).length > 0) return
      throw new WebhookError('claim_lost', 'Another has claimed the event meanwhile: roll back.')
    },
  }

  /** A mark that is committed by itself would lose the event if the handler then failed. */
  async function assertTransaction(transaction: PostgresClient): Promise<void> {
    try {
      if (transaction !== client) return void (await query('assertTransaction', [], transaction))
    } catch (error) {
      if (sqlState(error) !== '25P01') throw error
    }
    const message =
      'join needs the client of the transaction that the handler has begun, not that of the store.'
    throw new WebhookError('store_unusable', message)
  }
}

/** What is told of an event that is not free. */
function describe(seen: Row, leaseMs: number): Claim {
  if (seen['completed'] === true) return { kind: 'duplicate' }
  const remainingMs = Number(seen['remaining'])
  // Otherwise another was faster, or the transaction of a handler outlives its lease: as good as a lease that starts now.
  return { kind: 'in_progress', retryAfterMs: remainingMs > 0 ? remainingMs : leaseMs }
}

function sqlState(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
