import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client, type Pool } from 'pg'
import { chooseRange } from '../src/domain/statistics-range.ts'
import { type Database, openDatabase } from '../src/store/database.ts'
import { foldStatistics } from '../src/store/fold-statistics.ts'
import { migrate } from '../src/store/migrate.ts'
import { createStatisticsStore } from '../src/store/read-statistics.ts'
import { fillLog, readLog } from './log/fill.ts'

/** Measures how long statistics take. Numbers are of the machine that it runs on. */
const usage = `Usage: node --conditions=@complywise/source scale/statistics.ts [options]

Fills a new database with a Delivery Log of 30 days and 50 subscriptions, as it was before anything was counted, has it
counted, and asks for statistics of several ranges with every filter.

  --attempts <n>     attempts in the log (1000000)
  --database <url>   PostgreSQL on which to create the database (postgres://postgres@127.0.0.1:5432/postgres)
  --runs <n>         times that each question is asked (20)
  --deltas <n>       deliveries counted, but not yet added up, beside all that (20000)
`

const { values: options } = parseArgs({
  options: {
    attempts: { type: 'string', default: '1000000' },
    database: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' },
    runs: { type: 'string', default: '20' },
    deltas: { type: 'string', default: '20000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const HOUR_MS = 3_600_000

const ADD_DELTAS = `
  insert into webhooks.statistics_delta
    (account_id, subscription_id, event, made_at, status, ended_at, has_succeeded, latency_bin, count)
  select account_id, id, 'scan.completed', at, 'succeeded', at, true, n % 20, 1
  from (select *, row_number() over () - 1 as place, count(*) over () as total from webhooks.subscription) s,
    lateral (select n, now() - n % 60 * interval '1 second' as at from generate_series(0, $1::int - 1) n) instant
  where n % total = place`

if (options.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const name = `scale_statistics_${process.pid}`
  await execute(`create database ${name} template template0`)
  const url = new URL(options.database)
  url.pathname = `/${name}`
  const database = openDatabase({ connectionString: url.href, maxConnections: 4 })
  try {
    await fill(database.pool)
    await database.pool.query(ADD_DELTAS, [Number(options.deltas)])
    await database.pool.query('vacuum analyze')
    console.table(await measureAll(database))
  } finally {
    await database.close()
    await execute(`drop database ${name} with (force)`)
  }
}

async function fill(pool: Pool): Promise<void> {
  const own = join(import.meta.dirname, '../src/store/migrations')
  const older = await mkdtemp(join(tmpdir(), 'migrations-'))
  const names = (await readdir(own)).filter((name) => name < '0009')
  await Promise.all(names.map((name) => copyFile(join(own, name), join(older, name))))
  await migrate(pool, { directory: older })
  await rm(older, { recursive: true })
  await timed('filled', () => fillLog(pool, Number(options.attempts), () => undefined))
  await timed('counted', () => migrate(pool))
  await timed('added up', async () => {
    while (await foldStatistics(pool)) continue
  })
}

interface Measured {
  readonly question: string
  readonly deliveries: number
  readonly p50Ms: number
  readonly maxMs: number
}

async function measureAll({ pool, db }: Database): Promise<readonly Measured[]> {
  const log = await readLog(pool)
  const statistics = createStatisticsStore(db)
  const filters = {
    all: {},
    'a subscription': { subscriptionId: log.failingId },
    'a type': { event: 'scan.failed' },
    both: { subscriptionId: log.failingId, event: 'scan.failed' },
  }
  const results: Measured[] = []
  for (const hours of [1.9, 9, 24, 7 * 24, 29 * 24]) {
    const now = new Date()
    const chosen = chooseRange({ since: new Date(now.getTime() - hours * HOUR_MS) }, now)
    if (chosen.kind !== 'range') throw new Error(chosen.kind)
    for (const [name, filter] of Object.entries(filters)) {
      const question = `${hours} h by ${chosen.range.stepSeconds} s, ${name}`
      const ask = async () => {
        const { buckets } = await statistics.overTime(log.accountId, filter, chosen.range)
        return buckets.reduce((sum, { deliveries }) => sum + deliveries.succeeded + deliveries.failed, 0)
      }
      results.push(await measure(question, ask))
    }
  }
  const { rows } = await pool.query<{ id: string }>('select id from webhooks.subscription order by id')
  const ids = rows.map((row) => row.id)
  const ask = async () => (await statistics.ofSubscriptions(log.accountId, ids, new Date())).length
  return [...results, await measure(`${ids.length} subscriptions`, ask)]
}

async function measure(question: string, ask: () => Promise<number>): Promise<Measured> {
  const times: number[] = []
  let deliveries = 0
  for (let count = 0; count < Number(options.runs); count += 1) {
    const startedAt = performance.now()
    deliveries = await ask()
    times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  return {
    question,
    deliveries,
    p50Ms: round(times[Math.floor(times.length / 2)]!),
    maxMs: round(times.at(-1)!),
  }
}

async function timed(what: string, run: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now()
  await run()
  process.stderr.write(`${what} in ${round((performance.now() - startedAt) / 1000)} s\n`)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

async function execute(statement: string): Promise<void> {
  const client = new Client({ connectionString: options.database })
  await client.connect()
  await client.query(statement)
  await client.end()
}
