import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Client, type Pool } from 'pg'
import { openDatabase } from '../src/store/database.ts'
import { createDeliveryStore } from '../src/store/deliveries.ts'
import { readWindow } from '../src/store/find-deliveries.ts'
import { migrate } from '../src/store/migrate.ts'
import { countRecoverable } from '../src/store/recoverable.ts'
import { fillLog, readLog } from './log/fill.ts'
import { filtersFor } from './log/filters.ts'

/** Measures how long the Delivery Log takes for every filter. Numbers are of the machine that it runs on. */
const usage = `Usage: node --conditions=@complywise/source scale/log.ts [options]

Fills a new database with a Delivery Log of 30 days and 50 subscriptions, and asks for its first page with every filter.

  --attempts <n>     attempts in the log (1000000)
  --database <url>   PostgreSQL on which to create the database (postgres://postgres@127.0.0.1:5432/postgres)
  --runs <n>         times that each filter is asked for (20)
  --explain <file>   write the plans there, EXPLAIN (ANALYZE, BUFFERS) as JSON
  --json             print JSON
  --keep             leave the database behind, and name it
  --reuse <name>     measure a database that was kept
`

const { values: options } = parseArgs({
  options: {
    attempts: { type: 'string', default: '1000000' },
    database: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' },
    runs: { type: 'string', default: '20' },
    explain: { type: 'string' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    reuse: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const LIMIT = 20

if (options.help) process.stdout.write(usage)
else await main()

interface Measured {
  readonly filter: string
  readonly found: number
  /** Whether the answer was cut short by the time that a search may take. */
  readonly isPartial: boolean
  readonly p50Ms: number
  readonly maxMs: number
}

async function main(): Promise<void> {
  const name = options.reuse ?? `scale_log_${process.pid}`
  if (options.reuse === undefined) await execute(`create database ${name} template template0`)
  const url = new URL(options.database)
  url.pathname = `/${name}`
  const database = openDatabase({ connectionString: url.href, maxConnections: 4 })
  try {
    await migrate(database.pool)
    if (options.reuse === undefined) await fill(database.pool)
    const log = await readLog(database.pool)
    const store = createDeliveryStore(database.db)
    const results: Measured[] = []
    const plans: Record<string, unknown> = {}
    for (const { name: filterName, filter } of filtersFor(log)) {
      results.push(
        await measure(filterName, async () => {
          const page = await store.list(log.accountId, filter, { limit: LIMIT })
          return { found: page.items.length, isPartial: page.items.length < LIMIT && page.next !== undefined }
        }),
      )
      plans[filterName] = await explain(database, log.accountId, filter)
    }
    results.push(
      await measure('one delivery', async () => ({
        found: (await store.get(log.accountId, log.deliveryId)) ? 1 : 0,
        isPartial: false,
      })),
    )
    const month = {
      subscriptionId: log.failingId,
      since: new Date(Date.now() - 30 * 86_400_000),
      until: new Date(),
    }
    results.push(
      await measure('count to recover', async () => ({
        found: await countRecoverable(database.db, month),
        isPartial: false,
      })),
    )
    if (options.explain !== undefined) await writeFile(options.explain, JSON.stringify(plans, null, 2))
    report(log, results)
  } finally {
    await database.close()
    if (options.keep) process.stderr.write(`kept the database ${name}\n`)
    else if (options.reuse === undefined) await execute(`drop database ${name} with (force)`)
  }
}

async function fill(pool: Pool): Promise<void> {
  const startedAt = performance.now()
  await fillLog(pool, Number(options.attempts), (day) => process.stderr.write(`filled day ${day} of 30\n`))
  process.stderr.write(`filled in ${Math.round((performance.now() - startedAt) / 1000)} s\n`)
}

async function measure(
  filter: string,
  run: () => Promise<{ readonly found: number; readonly isPartial: boolean }>,
): Promise<Measured> {
  const times: number[] = []
  let last = { found: 0, isPartial: false }
  for (let count = 0; count < Number(options.runs); count += 1) {
    const startedAt = performance.now()
    last = await run()
    times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  return { filter, ...last, p50Ms: round(times[Math.floor(times.length / 2)]!), maxMs: round(times.at(-1)!) }
}

async function explain(
  { pool, db }: ReturnType<typeof openDatabase>,
  accountId: string,
  filter: Parameters<typeof readWindow>[0] | object,
): Promise<unknown> {
  const { sql, parameters } = readWindow({ ...filter, accountId }, undefined, 5000, LIMIT + 1).compile(db)
  const { rows } = await pool.query(`explain (analyze, buffers, format json) ${sql}`, [...parameters])
  return rows[0]['QUERY PLAN']
}

function report(log: object, results: readonly Measured[]): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...log, results }, null, 2)}\n`)
    return
  }
  console.log(log)
  console.table(results)
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}

async function execute(statement: string): Promise<void> {
  const client = new Client({ connectionString: options.database })
  await client.connect()
  await client.query(statement)
  await client.end()
}
