import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { AuditLog } from './audit.ts'
import { type Page, toPage } from './page.ts'
import { countRecoverable, type RecoverRange } from './recoverable.ts'
import type { Tables } from './tables.ts'

/** A redelivery of everything that a subscription did not receive in some time. */
export interface RecoverJob extends RecoverRange {
  readonly id: string
  readonly status: 'running' | 'completed' | 'canceled'
  /** Deliveries to make, counted when it was asked for. */
  readonly totalCount: number
  /** Deliveries made. */
  readonly redeliveredCount: number
  readonly deliveriesPerSecond: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly completedAt: Date | null
}

/** What to recover, how fast, and who asks. */
export interface NewRecoverJob extends RecoverRange {
  readonly accountId: string
  readonly deliveriesPerSecond: number
  readonly actor: string
}

/** What starting a job did. */
export type RecoverStart =
  | { readonly kind: 'started'; readonly job: RecoverJob }
  /** The subscription has a job already. */
  | { readonly kind: 'running'; readonly job: RecoverJob }
  | { readonly kind: 'not_found' }

/** Jobs of one account at a time. */
export interface RecoverJobStore {
  /** How many deliveries a job would make; `undefined` when the account has no such subscription. */
  count(accountId: string, range: RecoverRange): Promise<number | undefined>
  /** Stores a job. Whoever calls {@link advanceRecoverJob} makes its deliveries. */
  start(job: NewRecoverJob): Promise<RecoverStart>
  get(accountId: string, id: string): Promise<RecoverJob | undefined>
  /** Newest first. */
  list(
    accountId: string,
    filter: { readonly subscriptionId?: string },
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Page<RecoverJob>>
  /** Ends a job; what it made stays. `undefined` when there is none; one that had ended already is left as it is. */
  cancel(accountId: string, id: string, actor: string): Promise<RecoverJob | undefined>
}

/** Jobs in PostgreSQL; their start and their cancelation are recorded in the audit log. */
export function createRecoverJobStore(db: Kysely<Tables>, audit: AuditLog): RecoverJobStore {
  return {
    async count(accountId, range) {
      if (!(await hasSubscription(db, accountId, range.subscriptionId))) return undefined
      return await countRecoverable(db, range)
    },
    start: (job) => start(db, audit, job),
    get: (accountId, id) => find(db, sql`account_id = ${accountId} and id = ${id}`),
    async list(accountId, { subscriptionId }, { limit, after }) {
      const { rows } = await sql<JobRow>`
        select * from webhooks.recover_job
        where account_id = ${accountId}
          and (${subscriptionId ?? null}::uuid is null or subscription_id = ${subscriptionId ?? null})
          and (${after ?? null}::uuid is null or id < ${after ?? null})
        order by id desc limit ${limit + 1}`.execute(db)
      return toPage(rows.map(toJob), limit)
    },
    cancel: (accountId, id, actor) =>
      db.transaction().execute((tx) => cancel(tx, audit, accountId, id, actor)),
  }
}

async function start(db: Kysely<Tables>, audit: AuditLog, input: NewRecoverJob): Promise<RecoverStart> {
  const { accountId, subscriptionId, since, deliveriesPerSecond, actor } = input
  if (!(await hasSubscription(db, accountId, subscriptionId))) return { kind: 'not_found' }
  const running = await findRunning(db, subscriptionId)
  if (running !== undefined) return { kind: 'running', job: running }
  // Before the transaction: counting may take seconds.
  const count = await countRecoverable(db, input)
  return await db.transaction().execute(async (tx): Promise<RecoverStart> => {
    const inserted = await insert(tx, input, count)
    if (inserted.kind === 'running') return inserted
    const { job } = inserted
    const details = {
      since,
      until: job.until,
      total_count: count,
      deliveries_per_second: deliveriesPerSecond,
      job: job.id,
    }
    const target = `subscription:${subscriptionId}`
    await audit.append(tx, { accountId, actor, action: 'recover.started', target, details })
    return inserted
  })
}

type Inserted = Exclude<RecoverStart, { readonly kind: 'not_found' }>

async function insert(tx: Transaction<Tables>, input: NewRecoverJob, count: number): Promise<Inserted> {
  const { accountId, subscriptionId, since, until, deliveriesPerSecond, actor } = input
  const { rows } = await sql<JobRow>`
    insert into webhooks.recover_job
      (account_id, subscription_id, since, until, total_count, deliveries_per_second, created_by)
    values (${accountId}, ${subscriptionId}, ${since}, least(${until}::timestamptz, now()), ${count},
      ${deliveriesPerSecond}, ${actor})
    on conflict (subscription_id) where status = 'running' do nothing
    returning *`.execute(tx)
  const [row] = rows
  if (row !== undefined) return { kind: 'started', job: toJob(row) }
  const running = await findRunning(tx, subscriptionId)
  // Else it ended in between.
  return running === undefined ? await insert(tx, input, count) : { kind: 'running', job: running }
}

function findRunning(db: Kysely<Tables>, subscriptionId: string): Promise<RecoverJob | undefined> {
  return find(db, sql`subscription_id = ${subscriptionId} and status = 'running'`)
}

async function cancel(
  tx: Transaction<Tables>,
  audit: AuditLog,
  accountId: string,
  id: string,
  actor: string,
): Promise<RecoverJob | undefined> {
  const { rows } = await sql<JobRow>`
    update webhooks.recover_job set status = 'canceled', due_at = null, completed_at = now()
    where account_id = ${accountId} and id = ${id} and status = 'running'
    returning *`.execute(tx)
  const [row] = rows
  if (row === undefined) return await find(tx, sql`account_id = ${accountId} and id = ${id}`)
  const details = { redelivered_count: row.redelivered_count, job: id }
  const target = `subscription:${row.subscription_id}`
  await audit.append(tx, { accountId, actor, action: 'recover.canceled', target, details })
  return toJob(row)
}

async function find(db: Kysely<Tables>, which: RawBuilder<unknown>): Promise<RecoverJob | undefined> {
  const { rows } = await sql<JobRow>`select * from webhooks.recover_job where ${which}`.execute(db)
  return rows[0] && toJob(rows[0])
}

async function hasSubscription(db: Kysely<Tables>, accountId: string, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('subscription')
    .select('id')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

interface JobRow {
  readonly id: string
  readonly subscription_id: string
  readonly since: Date
  readonly until: Date
  readonly status: RecoverJob['status']
  readonly total_count: number
  readonly redelivered_count: number
  readonly deliveries_per_second: number
  readonly created_by: string
  readonly created_at: Date
  readonly completed_at: Date | null
}

function toJob(row: JobRow): RecoverJob {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    since: row.since,
    until: row.until,
    status: row.status,
    totalCount: row.total_count,
    redeliveredCount: row.redelivered_count,
    deliveriesPerSecond: row.deliveries_per_second,
    createdBy: row.created_by,
    createdAt: row.created_at,
    completedAt: row.completed_at,
  }
}
