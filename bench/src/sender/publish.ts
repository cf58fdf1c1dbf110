import { Agent } from 'undici'
import type { BenchAccount, BenchSender } from './bench-sender.ts'

const data = {
  scan_job_id: '5b1f6a0e-3d0c-4f6e-9c55-2f1d7e6a8b90',
  total_controls: 49,
  passed: 38,
  failed: 11,
  score: 77.6,
}
const CALLS_AT_ONCE = 16
const agent = new Agent({ connections: CALLS_AT_ONCE })

/** Publishes `count` events in one transaction, with the SQL function that other transactions can call. */
export async function publishTogether(
  { database }: BenchSender,
  { accountId }: BenchAccount,
  count: number,
): Promise<void> {
  await database.pool.query({
    name: 'publish-together',
    text: `select webhooks.publish($1, 'scan.completed', $2::json) from generate_series(1, $3)`,
    values: [accountId, JSON.stringify(data), count],
  })
}

/** Publishes `count` events in transactions of `batch`, one after the other. */
export async function publishInBatches(
  sender: BenchSender,
  account: BenchAccount,
  count: number,
  batch: number,
): Promise<void> {
  for (let published = 0; published < count; published += batch) {
    await publishTogether(sender, account, Math.min(batch, count - published))
  }
}

/** Publishes `count` events through the API, 16 calls at a time. */
export async function publishThroughApi(
  sender: BenchSender,
  account: BenchAccount,
  count: number,
): Promise<void> {
  let started = 0
  async function call(): Promise<void> {
    while (started++ < count) await publishOneThroughApi(sender, account)
  }
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, call))
}

/** Publishes one event through the API. */
export async function publishOneThroughApi(sender: BenchSender, account: BenchAccount): Promise<void> {
  const { statusCode, body } = await agent.request({
    origin: sender.url,
    path: '/api/events',
    method: 'POST',
    headers: { authorization: `Bearer ${account.publisherKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'scan.completed', data }),
  })
  const text = await body.text()
  if (statusCode !== 202) throw new Error(`The API answered ${statusCode}: ${text}`)
}
