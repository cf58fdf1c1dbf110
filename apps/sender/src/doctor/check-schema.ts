import type { Pool } from 'pg'
import type { SenderConfig } from '../config.ts'
import { planMigrations } from '../store/migrate.ts'
import { readQueueFigures } from '../store/operational-figures.ts'
import { checkPartitions } from '../store/readiness-checks.ts'
import { type EncryptionKeys, openSecret } from '../store/sealed-secret.ts'
import { checkRights } from './check-rights.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const LAG_WARN_SECONDS = 60

/** Looks at what the sender keeps in the database. `keys` are `undefined` where there is none yet. */
export async function checkSchema(
  pool: Pool,
  keys: EncryptionKeys | undefined,
  roles: SenderConfig['roles'],
): Promise<readonly Finding[]> {
  const { missing, unknown } = await planMigrations(pool)
  if (unknown.length > 0) {
    const detail = `the database has ${unknown.join(', ')}, which this sender does not know`
    return [fail('migrations', detail, 'Run the newer sender that applied it.')]
  }
  if (missing.length > 0) {
    const detail = `to be applied: ${missing.join(', ')}`
    return [warn('migrations', detail, 'Run: sender migrate'), await checkCreate(pool)]
  }
  const rights = await checkRights(pool, roles)
  // What follows reads tables.
  if (rights.status === 'fail') return [ok('migrations', 'up to date'), rights]
  return [
    ok('migrations', 'up to date'),
    rights,
    await checkSecrets(pool, keys),
    await checkDays(pool),
    await checkDispatchers(pool),
  ]
}

async function checkCreate(pool: Pool): Promise<Finding> {
  const { rows } = await pool.query<{ may_create: boolean }>(
    "select has_database_privilege(current_database(), 'create') as may_create",
  )
  if (rows[0]?.may_create === true) return ok('rights', 'may create the schema')
  return fail(
    'rights',
    'may not create the schema',
    'As its owner: GRANT CREATE ON DATABASE … TO …; or run sender migrate as another role.',
  )
}

const SAMPLE = 1000

async function checkSecrets(pool: Pool, keys: EncryptionKeys | undefined): Promise<Finding> {
  const { rows } = await pool.query<{ subscription_id: string; sealed: Buffer }>(
    'select subscription_id, sealed from webhooks.subscription_secret order by id desc limit $1',
    [SAMPLE],
  )
  if (rows.length === 0) return ok('encryption key', 'nothing is sealed yet')
  const closed = rows.filter((row) => keys === undefined || !opens(row.sealed, row.subscription_id, keys))
  if (closed.length === 0) return ok('encryption key', `opens all of the newest ${rows.length} secrets`)
  const detail = `does not open ${closed.length} of the newest ${rows.length} secrets`
  const remedy =
    'Set SENDER_ENCRYPTION_KEY to the key that they were stored with, or name it in SENDER_PREVIOUS_ENCRYPTION_KEYS.'
  return fail('encryption key', detail, remedy)
}

function opens(sealed: Uint8Array, subscriptionId: string, keys: EncryptionKeys): boolean {
  try {
    openSecret(sealed, subscriptionId, keys)
    return true
  } catch {
    return false
  }
}

async function checkDays(pool: Pool): Promise<Finding> {
  const { status, detail = '' } = await checkPartitions(pool)
  if (status === 'ok') return ok('partitions', 'today and tomorrow are there')
  return warn('partitions', detail, 'A sender in the role dispatcher makes them: is one running?')
}

async function checkDispatchers(pool: Pool): Promise<Finding> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name = 'complywise-sender listen'`,
  )
  const count = rows[0]?.count ?? 0
  const { oldestDueSeconds, owedDeliveries } = await readQueueFigures(pool)
  const lag = `${owedDeliveries} owed, the oldest due for ${Math.round(oldestDueSeconds)} s`
  if (count === 0) {
    const remedy = 'Start sender serve with dispatcher in SENDER_ROLES.'
    const isLate = oldestDueSeconds > LAG_WARN_SECONDS
    return (isLate ? fail : warn)('dispatchers', `none is connected; ${lag}`, remedy)
  }
  if (oldestDueSeconds > LAG_WARN_SECONDS) {
    return warn('dispatchers', `${count} connected; ${lag}`, 'See docs/operation.md, ComplyWiseSenderLag.')
  }
  return ok('dispatchers', `${count} connected; ${lag}`)
}
