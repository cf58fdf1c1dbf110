import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest'
import { type FilledLog, fillLog, readLog } from '../../scale/log/fill.ts'
import { filtersFor } from '../../scale/log/filters.ts'
import type { DeliveryFilter } from '../../src/store/delivery-filter.ts'
import { readWindow } from '../../src/store/find-deliveries.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const WINDOW = 200

let store: TestStore
let log: FilledLog

beforeAll(async () => {
  store = await openTestStore()
  await fillLog(store.database.pool, 15_000, () => undefined)
  log = await readLog(store.database.pool)
})
afterAll(() => store.close())

// The names are known before the log is filled.
const nowhere = '00000000-0000-0000-0000-000000000000'
const names = filtersFor({
  accountId: nowhere,
  subscriptionId: nowhere,
  failingId: nowhere,
  deliveryId: nowhere,
  eventId: nowhere,
  middle: new Date(),
  attempts: 0,
  deliveries: 0,
}).map(({ name }) => name)

function filterOf(name: string): DeliveryFilter {
  return filtersFor(log).find((one) => one.name === name)!.filter
}

/** Every id that the filter finds, page by page, and how many pages it took. */
async function walk(filter: DeliveryFilter, limit: number) {
  const ids: string[] = []
  let after: string | undefined
  do {
    const page = await store.deliveries.list(log.accountId, filter, { limit, ...(after && { after }) })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    ids.push(...page.items.map(({ id }) => id))
    after = page.next
  } while (after !== undefined)
  return ids
}

/** The same, by reading everything. */
async function readAll(filter: DeliveryFilter): Promise<readonly string[]> {
  const rows = await store.query(
    `select id from webhooks.delivery
     where account_id = $1 and ($2::uuid[] is null or id = any($2)) and ($3::uuid is null or subscription_id = $3)
       and ($4::text is null or event = $4) and ($5::uuid is null or event_id = $5) and ($6::text is null or status = $6)
       and ($7::text is null or last_outcome = $7) and ($8::int is null or last_http_status = $8)
       and ($9::bool is null or is_test = $9) and ($10::bool is null or (redelivery_of is not null) = $10)
       and ($11::uuid is null or redelivery_of = $11)
       and ($12::timestamptz is null or id >= webhooks.first_id_at($12))
       and ($13::timestamptz is null or id < webhooks.first_id_at($13))
     order by id desc`,
    [
      log.accountId,
      filter.ids,
      filter.subscriptionId,
      filter.event,
      filter.eventId,
      filter.status,
      filter.outcome,
      filter.httpStatus,
      filter.isTest,
      filter.isRedelivery,
      filter.redeliveryOf,
      filter.since,
      filter.until,
    ],
  )
  return rows.map((row) => row['id'])
}

describe('a search', () => {
  it.each(names)('for %s finds exactly what reading everything finds, newest first', async (name) => {
    const filter = filterOf(name)
    expect(await walk(filter, 997)).toEqual(await readAll(filter))
  })

  it.each([1, 3, 100])('gives pages of %i, each id once', async (limit) => {
    const filter = { status: 'canceled', since: log.middle } as const
    expect(await walk(filter, limit)).toEqual(await readAll(filter))
  })
})

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)]
}

/** The key of an event; any for one that nobody published. */
async function keyOf(eventId: string): Promise<string> {
  const [row] = await store.query('select event_key from webhooks.event_identity where event_id = $1', [
    eventId,
  ])
  return row?.['event_key'] ?? eventId
}

test.each(names)('a search for %s reads no more than its window, along an index', async (name) => {
  const filter = filterOf(name)
  const eventKey = filter.eventId && (await keyOf(filter.eventId))
  const { db, pool } = store.database
  const { sql, parameters } = readWindow(
    { ...filter, accountId: log.accountId, ...(eventKey && { eventKey }) },
    undefined,
    WINDOW,
    21,
  ).compile(db)
  const client = await pool.connect()
  // On partitions as small as these, it would be right to read all and sort.
  await client.query('set enable_seqscan = off; set enable_bitmapscan = off')
  // What few deliveries have in common is sorted.
  if (eventKey === undefined) await client.query('set enable_sort = off')
  const { rows } = await client.query(`explain (analyze, format json) ${sql}`, [...parameters])
  client.release(true)
  const scans = flatten(rows[0]['QUERY PLAN'][0]['Plan']).filter((node) =>
    /^(owed|completed)_delivery/.test(node['Relation Name'] ?? ''),
  )
  expect(new Set(scans.map((node) => node['Node Type']))).toEqual(new Set(['Index Scan']))
  const read = scans.map((node) => {
    return node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0))
  })
  // Each branch reads a window, and one row more to see that it ends.
  expect(read.reduce((sum, rowCount) => sum + rowCount, 0)).toBeLessThanOrEqual(3 * (WINDOW + 1))
})
