import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Benchmark } from '../benchmark.ts'
import { formatRatio, measureInTurns, ratioOf, spreadOf } from '../rounds.ts'
import { startActor } from '../sender/actor.ts'
import { type BenchAccount, type BenchSender, startBenchSender } from '../sender/bench-sender.ts'
import { publishInBatches } from '../sender/publish.ts'
import { quantile } from '../statistics.ts'
import { formatCount } from '../table.ts'
import type { BadEndpointsRequest, BadEndpointsResponse } from './bad-endpoints.ts'
import { type HealthyEndpoints, openHealthyEndpoints } from './healthy-endpoints.ts'

const HEALTHY = 200
const DRIP = 50
const EVENTS_PER_SECOND = 200
const data = JSON.stringify({ number: 1 })

/** What the bad endpoints of others do to the latency of healthy ones. */
export const isolationBenchmark: Benchmark = {
  description: `${HEALTHY} healthy endpoints alone, and beside one that never answers and ${DRIP} that answer a byte a second`,
  async run({ rounds: requested, isQuick, dataDirectory, senders }) {
    const rounds = requested ?? (isQuick ? 1 : 5)
    const pending = isQuick ? 1000 : 1_000_000
    const seconds = isQuick ? 2 : 20
    const sender = await startBenchSender(dataDirectory, senders)
    const bad = await startActor<BadEndpointsRequest, BadEndpointsResponse>(
      fileURLToPath(import.meta.resolve('./bad-endpoints.ts')),
    )
    const healthy = await openHealthyEndpoints(HEALTHY)
    try {
      const accounts: BenchAccount[] = []
      for (const [index, url] of healthy.urls.entries()) {
        accounts.push(await sender.createAccount(`healthy ${index}`, [url]))
      }
      const badAccounts = await createBacklog(sender, await bad.ask({ dead: 1, drip: DRIP }), pending)
      const measure = () => measureLatencies(sender, accounts, healthy, seconds)
      const measured = await measureInTurns(
        [
          {
            name: 'alone',
            async measure() {
              await setPaused(sender, badAccounts, true)
              return measure()
            },
          },
          {
            name: 'beside bad ones',
            async measure() {
              await setPaused(sender, badAccounts, false)
              return measure()
            },
          },
        ],
        rounds,
      )
      const rows = ['alone', 'beside bad ones'].map((name) => [
        name,
        ...[0.5, 0.9, 0.99, 1].map((share) =>
          spreadOf(measured, name, (latencies) => quantile(latencies, share)).median.toFixed(1),
        ),
        name === 'alone'
          ? ''
          : formatRatio(ratioOf(measured, name, 'alone', (latencies) => quantile(latencies, 0.99))),
        name === 'alone' ? '' : '≤ 1.10',
      ])
      return {
        facts: [
          ...sender.database.facts,
          `${rounds} rounds of ${seconds} s, ${EVENTS_PER_SECOND} events a second; ${formatCount(pending)} deliveries owed to the endpoint that never answers`,
          await describeBad(sender, badAccounts),
        ],
        tables: [
          {
            title: 'Publishing to first byte at a healthy endpoint, milliseconds',
            columns: ['', 'p50', 'p90', 'p99', 'longest', 'p99 × alone (quartiles)', 'bar'],
            rows,
          },
        ],
        measurements: measured.map((round) => Object.fromEntries(round)),
      }
    } finally {
      await sender.close()
      await bad.stop()
      healthy.close()
    }
  },
}

async function createBacklog(
  sender: BenchSender,
  { dead, drip }: BadEndpointsResponse,
  pending: number,
): Promise<readonly BenchAccount[]> {
  const deadAccount = await sender.createAccount('dead', dead)
  const dripAccount = await sender.createAccount('drip', drip)
  const accounts = [deadAccount, dripAccount]
  await setPaused(sender, accounts, true)
  await publishInBatches(sender, deadAccount, pending, 10_000)
  await publishInBatches(sender, dripAccount, Math.ceil(pending / 1000), 1000)
  await sender.database.pool.query('vacuum analyze webhooks.owed_delivery')
  return accounts
}

/** Pausing waits until the attempts under way have ended. */
async function setPaused(
  { database: { pool } }: BenchSender,
  accounts: readonly BenchAccount[],
  isPaused: boolean,
): Promise<void> {
  const ids = accounts.map(({ accountId }) => accountId)
  await pool.query(
    `update webhooks.subscription set state = $2, held_until = null where account_id = any ($1::uuid[])`,
    [ids, isPaused ? 'paused' : 'active'],
  )
  if (!isPaused) {
    await pool.query(`select pg_notify('webhooks_due', '')`)
    return
  }
  for (;;) {
    const { rows } = await pool.query(
      `select from webhooks.owed_delivery where account_id = any ($1::uuid[]) and lease_id is not null limit 1`,
      [ids],
    )
    if (rows.length === 0) return
    await delay(500)
  }
}

/** Publishes at random moments, each event to one of the endpoints, and waits for the last of them. */
async function measureLatencies(
  { database: { pool } }: BenchSender,
  accounts: readonly BenchAccount[],
  healthy: HealthyEndpoints,
  seconds: number,
): Promise<readonly number[]> {
  const latencies: Promise<number>[] = []
  const publishing: Promise<unknown>[] = []
  const began = performance.now()
  let nextAt = 0
  while (nextAt < seconds * 1000) {
    const waitMs = began + nextAt - performance.now()
    if (waitMs > 0) await delay(waitMs)
    const { accountId } = accounts[Math.floor(Math.random() * accounts.length)]!
    const { eventId, arrival } = healthy.expect()
    const publishedAt = performance.now()
    latencies.push(arrival.then((arrivedAt) => arrivedAt - publishedAt))
    publishing.push(
      pool.query({
        name: 'publish-one',
        text: `select webhooks.publish($1, 'scan.completed', $2::json, $3)`,
        values: [accountId, data, eventId],
      }),
    )
    // The waits of a Poisson process: as uneven as independent customers are.
    nextAt += (-Math.log(1 - Math.random()) * 1000) / EVENTS_PER_SECOND
  }
  await Promise.all(publishing)
  return Promise.all(latencies)
}

async function describeBad(
  { database: { pool } }: BenchSender,
  accounts: readonly BenchAccount[],
): Promise<string> {
  const { rows } = await pool.query<{ attempts: string; states: string }>(
    `select (select count(*) from webhooks.attempt a join webhooks.delivery d on d.id = a.delivery_id
             where d.account_id = any ($1::uuid[])) as attempts,
       (select string_agg(distinct state || case when is_probing then ' and probed' else '' end, ', ')
        from webhooks.subscription where account_id = any ($1::uuid[])) as states`,
    [accounts.map(({ accountId }) => accountId)],
  )
  return `the bad ones got ${rows[0]?.attempts} attempts, and are ${rows[0]?.states} in the end`
}
