import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { Client, type Pool } from 'pg'
import { openDatabase } from '../src/store/database.ts'
import {
  createDeliveryQueue,
  type DeliveryQueue,
  type LaneRoom,
  type Settlement,
} from '../src/store/delivery-queue.ts'
import { migrate } from '../src/store/migrate.ts'
import { ensurePartitions } from '../src/store/partitions.ts'
import { countPages } from './claim/count-pages.ts'
import { type Lanes, makeLanes, owe } from './claim/fill.ts'
import { summarize, time, type Timings } from './claim/timings.ts'

/** Measures how long a claim takes, however much is pending. Numbers are of the machine that it runs on. */
const usage = `Usage: node --conditions=@complywise/source scale/claim.ts [options]

Fills a new database with pending deliveries in 200 lanes, nine tenths of them in one, and claims and settles 8 of each of
32 lanes again and again; then drains 100,000 of the long lane with no vacuum in between.

  --pending <n,n,…>  sizes to measure, ascending (0,100000,1000000)
  --with-10m         measure 10,000,000 too
  --runs <n>         claims for each size (200)
  --database <url>   PostgreSQL on which to create the database (postgres://postgres@127.0.0.1:5432/postgres)
  --json             print JSON only
`

const { values: options } = parseArgs({
  options: {
    pending: { type: 'string', default: '0,100000,1000000' },
    'with-10m': { type: 'boolean', default: false },
    runs: { type: 'string', default: '200' },
    database: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const LANES = 200
const LANES_ASKED = 32
const ROOM = 8
const LEASE_MS = 60_000
const PAGE_RUNS = 20
const DRAINED = 100_000
const DRAIN_ROOM = 250

interface Measured {
  readonly pending: number
  readonly claim: Timings
  readonly settle: Timings
  /** The search for waiting lanes. */
  readonly sweep: Timings
  /** Pages that a claim touches, in the median: what it costs, whatever else the machine does. */
  readonly pages: number
  /** Median claim, as a multiple of that of the first size, in time and in pages. */
  readonly ratio: number
  readonly pagesRatio: number
}

if (options.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const sizes = options.pending.split(',').map(Number)
  if (options['with-10m']) sizes.push(10_000_000)
  const name = `scale_claim_${process.pid}`
  await execute(`create database ${name} template template0`)
  const url = new URL(options.database)
  url.pathname = `/${name}`
  const database = openDatabase({ connectionString: url.href, maxConnections: 2 })
  const { pool } = database
  try {
    await migrate(pool)
    await ensurePartitions(pool)
    const queue = createDeliveryQueue(pool, { current: randomBytes(32), previous: [] })
    const lanes = await makeLanes(pool, LANES)
    const measured: Measured[] = []
    let filled = 0
    for (const pending of sizes) {
      const [long = '', ...short] = lanes.ids
      await owe(pool, lanes, [long], Math.round((pending - filled) * 0.9))
      await owe(pool, lanes, short, Math.round((pending - filled) * 0.1))
      filled = pending
      await pool.query('vacuum analyze')
      const times = await measure(pool, queue, lanes)
      await owe(pool, lanes, lanes.ids.slice(0, LANES_ASKED), LANES_ASKED * ROOM)
      const pages = await measurePages(url.href, lanes)
      const [first = { claim: times.claim, pages }] = measured
      measured.push({
        pending,
        ...times,
        pages,
        ratio: round(times.claim.p50 / first.claim.p50),
        pagesRatio: round(pages / first.pages),
      })
      if (!options.json) process.stderr.write(`${pending} measured\n`)
    }
    const drain = await measureDrain(pool, queue, lanes)
    report(measured, drain)
  } finally {
    await database.close()
    await execute(`drop database ${name} with (force)`)
  }
}

function roomFor({ ids }: Lanes): readonly LaneRoom[] {
  return ids
    .slice(0, LANES_ASKED)
    .map((subscriptionId) => ({ subscriptionId, room: ROOM, retryRoom: ROOM / 2 }))
}

async function measure(
  pool: Pool,
  queue: DeliveryQueue,
  lanes: Lanes,
): Promise<Pick<Measured, 'claim' | 'settle' | 'sweep'>> {
  const asked = lanes.ids.slice(0, LANES_ASKED)
  const claims: number[] = []
  const settlements: number[] = []
  const sweeps: number[] = []
  for (let run = 0; run < Number(options.runs); run += 1) {
    // As much as is claimed next, so that every claim finds its room full and the backlog stays as long as it is.
    await owe(pool, lanes, asked, LANES_ASKED * ROOM)
    const { deliveries } = await time(claims, () => queue.claim(roomFor(lanes), LEASE_MS))
    if (deliveries.length !== LANES_ASKED * ROOM) throw new Error(`Only ${deliveries.length} were claimed`)
    await time(settlements, () => queue.settle(deliveries.map(succeeded)))
    if (run % 10 === 0) await time(sweeps, () => queue.findWaitingLanes())
  }
  return { claim: summarize(claims), settle: summarize(settlements), sweep: summarize(sweeps) }
}

async function measurePages(connectionString: string, lanes: Lanes): Promise<number> {
  const pages = await countPages(connectionString, async (pool) => {
    const queue = createDeliveryQueue(pool, { current: randomBytes(32), previous: [] })
    for (let run = 0; run < PAGE_RUNS; run += 1) {
      await queue.release((await queue.claim(roomFor(lanes), LEASE_MS)).deliveries)
    }
  })
  // Claims and releases in turn.
  const claims = pages.filter((_, index) => index % 2 === 0).toSorted((a, b) => a - b)
  return claims[PAGE_RUNS / 2] ?? 0
}

interface Drain {
  readonly settled: number
  readonly firstClaims: Timings
  readonly lastClaims: Timings
  readonly ratio: number
}

// What was settled leaves dead entries at the head of the lane's index. Claims have to get past them.
async function measureDrain(pool: Pool, queue: DeliveryQueue, lanes: Lanes): Promise<Drain> {
  await pool.query('alter table webhooks.owed_delivery set (autovacuum_enabled = off)')
  const [subscriptionId = ''] = lanes.ids
  await owe(pool, lanes, [subscriptionId], DRAINED)
  const claims: number[] = []
  for (let settled = 0; settled < DRAINED; settled += DRAIN_ROOM) {
    const { deliveries } = await time(claims, () =>
      queue.claim([{ subscriptionId, room: DRAIN_ROOM, retryRoom: DRAIN_ROOM / 2 }], LEASE_MS),
    )
    await queue.settle(deliveries.map(succeeded))
  }
  const firstClaims = summarize(claims.slice(10, 60))
  const lastClaims = summarize(claims.slice(-50))
  return { settled: DRAINED, firstClaims, lastClaims, ratio: round(lastClaims.p50 / firstClaims.p50) }
}

function succeeded(delivery: Settlement['delivery']): Settlement {
  return {
    delivery,
    result: { outcome: 'succeeded', httpStatus: 200, startedAt: new Date(), durationMs: 1 },
    verdict: { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' },
  }
}

function report(measured: readonly Measured[], drain: Drain): void {
  if (!options.json) {
    const cells = measured.map(({ pending, claim, settle, sweep, pages, ratio, pagesRatio }) => ({
      pending,
      'claim p50 ms': claim.p50,
      'claim p99 ms': claim.p99,
      'settle p50 ms': settle.p50,
      'sweep p50 ms': sweep.p50,
      ratio,
      'claim pages': pages,
      'pages ratio': pagesRatio,
    }))
    console.table(cells)
    process.stdout.write(
      `A claim of ${DRAIN_ROOM} after ${drain.settled} settled without a vacuum: ` +
        `${drain.firstClaims.p50} ms at first, ${drain.lastClaims.p50} ms in the end (${drain.ratio}).\n`,
    )
  }
  process.stdout.write(`${JSON.stringify({ claims: measured, drain })}\n`)
}

function round(ratio: number): number {
  return Number(ratio.toFixed(2))
}

async function execute(statement: string): Promise<void> {
  const client = new Client({ connectionString: options.database })
  await client.connect()
  await client.query(statement)
  await client.end()
}
