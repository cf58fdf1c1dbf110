import { expect, test, vi } from 'vitest'
import type { Delivery } from '../../src/api/deliveries.ts'
import type { LogPage } from '../../src/api/delivery-pages.ts'
import { createLogFeed, type LogFeed, type LogFeedOptions } from '../../src/log/live/log-feed.ts'

const NOW = Date.UTC(2026, 2, 1, 12)

/** A log of which those that are `isListed` are read as the API reads them, in pages of `size`, newest first. */
function fakeLog(
  initial: readonly Delivery[],
  size = 100,
  isListed: (delivery: Delivery) => boolean = () => true,
) {
  const clock = { nowMs: NOW }
  let deliveries = [...initial]
  const cursors: (string | undefined)[] = []
  return {
    cursors,
    clock,
    /** Called once a page was read, and before it is answered. */
    meanwhile: () => {},
    put(...changed: readonly Delivery[]) {
      const known = new Map([...deliveries, ...changed].map((delivery) => [delivery.id, delivery]))
      deliveries = [...known.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1))
    },
    async readPage(cursor: string | undefined): Promise<LogPage> {
      cursors.push(cursor)
      const rest = deliveries.filter((each) => isListed(each) && (cursor === undefined || each.id < cursor))
      const page = rest.slice(0, size)
      const last = page.at(-1)
      const isLast = rest.length <= size || last === undefined
      await Promise.resolve()
      this.meanwhile()
      return {
        deliveries: page,
        next: isLast ? undefined : last.id,
        searchedToMs: isLast ? undefined : Date.parse(last.created_at),
        servedAtMs: clock.nowMs,
      }
    },
    readById: async (ids: readonly string[]) => deliveries.filter(({ id }) => ids.includes(id)),
  }
}

function feedOf(log: ReturnType<typeof fakeLog>, options: Partial<LogFeedOptions> = {}): LogFeed {
  return createLogFeed({
    readPage: (cursor) => log.readPage(cursor),
    readById: (ids) => log.readById(ids),
    matches: () => true,
    ...options,
  })
}

/** A delivery that was made so many seconds before {@link NOW}. */
function madeAgo(seconds: number, changes: Partial<Delivery> = {}): Delivery {
  const ms = NOW - seconds * 1000
  const hex = ms.toString(16).padStart(12, '0')
  return {
    id: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`,
    subscription_id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
    url: 'https://example.com/webhooks',
    event: 'scan.completed',
    event_id: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
    matched_by: '*',
    redelivery_of: null,
    is_test: false,
    status: 'succeeded',
    reason: null,
    attempt_count: 1,
    last_outcome: 'succeeded',
    last_http_status: 200,
    next_attempt_at: null,
    created_at: new Date(ms).toISOString(),
    completed_at: new Date(ms + 50).toISOString(),
    ...changes,
  }
}

function many(count: number, fromSeconds = 1, changes: Partial<Delivery> = {}): readonly Delivery[] {
  return Array.from({ length: count }, (_, index) => madeAgo(fromSeconds + index, changes))
}

function isPending({ status }: Delivery): boolean {
  return status === 'pending'
}

function agesOf(feed: LogFeed): readonly number[] {
  return feed.getState().rows.map(({ createdAtMs }) => (NOW - createdAtMs) / 1000)
}

test('older deliveries are read page by page until there are none', async () => {
  const feed = feedOf(fakeLog(many(250)))
  await feed.readOlder()
  expect(feed.getState()).toMatchObject({ phase: 'open' })
  expect(feed.getState().rows).toHaveLength(100)
  await feed.readOlder()
  await feed.readOlder()
  expect(feed.getState()).toMatchObject({ phase: 'complete' })
  expect(agesOf(feed)).toEqual(many(250).map((_, index) => index + 1))
})

test('pages that are short or empty are followed until enough was found, and the search says how far it came', async () => {
  const log = fakeLog([])
  const pages: readonly LogPage[] = [
    { deliveries: [], next: 'a', searchedToMs: NOW - 1000, servedAtMs: NOW },
    { deliveries: many(3, 2), next: 'b', searchedToMs: NOW - 9000, servedAtMs: NOW },
    { deliveries: [], next: undefined, searchedToMs: undefined, servedAtMs: NOW },
  ]
  const seen: unknown[] = []
  const feed = feedOf(log, {
    readPage: async (cursor) => pages[[undefined, 'a', 'b'].indexOf(cursor)] ?? fail(cursor),
  })
  feed.subscribe(() => seen.push([feed.getState().phase, feed.getState().searchedToMs]))
  await feed.readOlder()
  expect(seen).toEqual([
    ['reading', undefined],
    ['searching', NOW - 1000],
    ['searching', NOW - 9000],
    ['complete', undefined],
  ])
  expect(agesOf(feed)).toEqual([2, 3, 4])
})

test('a search that was stopped goes on where it was', async () => {
  const log = fakeLog(many(30), 10)
  const feed = feedOf(log)
  const stop = feed.subscribe(() => {
    if (feed.getState().phase === 'searching') feed.stop()
  })
  await feed.readOlder()
  expect(feed.getState()).toMatchObject({ phase: 'stopped' })
  expect(agesOf(feed)).toHaveLength(10)
  stop()
  await feed.readOlder()
  expect(agesOf(feed)).toHaveLength(30)
  expect(log.cursors.filter((cursor) => cursor === undefined)).toHaveLength(1)
})

test('a reading that was left is not shown as one that was stopped', async () => {
  const feed = feedOf(fakeLog(many(30), 10))
  const reading = feed.readOlder()
  feed.stop('open')
  await reading
  expect(feed.getState()).toMatchObject({ phase: 'open', rows: [] })
  await feed.readOlder()
  expect(feed.getState().phase).toBe('complete')
})

test('a page that could not be read is read again when asked for', async () => {
  const log = fakeLog(many(3))
  let isDown = true
  const feed = feedOf(log, {
    readPage: async (cursor) => (isDown ? fail('down') : await log.readPage(cursor)),
  })
  await feed.readOlder()
  expect(feed.getState()).toMatchObject({ phase: 'failed', error: new Error('down') })
  isDown = false
  await feed.readOlder()
  expect(feed.getState()).toMatchObject({ phase: 'complete', error: undefined })
})

test('no more rows are kept than there may be', async () => {
  const feed = feedOf(fakeLog(many(250)), { maxRows: 120 })
  await feed.readOlder()
  await feed.readOlder()
  expect(feed.getState()).toMatchObject({ phase: 'full' })
  expect(feed.getState().rows).toHaveLength(120)
  feed.receive([madeAgo(0)])
  expect(agesOf(feed)[0]).toBe(0)
  expect(feed.getState().rows).toHaveLength(120)
})

test('what comes in live goes where it belongs', async () => {
  const feed = feedOf(fakeLog([madeAgo(10, { status: 'pending' }), madeAgo(20), madeAgo(30)]))
  await feed.readOlder()
  feed.receive([madeAgo(15), madeAgo(10), madeAgo(5)])
  expect(agesOf(feed)).toEqual([5, 10, 15, 20, 30])
  expect(feed.getState().rows[1]?.status).toBe('succeeded')
  expect(feed.getState().arrivedCount).toBe(2)
})

test('what comes in while the first page is read is not lost, and does not take the place of it', async () => {
  const feed = feedOf(fakeLog([madeAgo(10), madeAgo(20)]))
  const reading = feed.readOlder()
  feed.receive([madeAgo(5), madeAgo(500)])
  expect(agesOf(feed)).toEqual([])
  await reading
  expect(agesOf(feed)).toEqual([5, 10, 20, 500])
})

test('what was missed while the first page was read is read after it', async () => {
  const log = fakeLog([madeAgo(20)])
  const feed = feedOf(log)
  const reading = feed.readOlder()
  log.put(madeAgo(10))
  await feed.reread()
  expect(log.cursors).toHaveLength(1)
  await reading
  await vi.waitFor(() => expect(agesOf(feed)).toEqual([10, 20]))
})

test('a change that came in while its page was read is later than the page', async () => {
  const log = fakeLog([...many(100), madeAgo(500, { status: 'pending' })])
  const feed = feedOf(log)
  await feed.readOlder()
  log.meanwhile = () => feed.receive([madeAgo(500, { status: 'pending', last_outcome: 'timeout' })])
  await feed.readOlder()
  expect(feed.getState().rows.at(-1)?.outcome).toBe('timeout')
})

test('a change of what was not read yet waits for its page', async () => {
  const feed = feedOf(fakeLog(many(250)))
  await feed.readOlder()
  feed.receive([madeAgo(200)])
  expect(feed.getState().rows).toHaveLength(100)
})

test('a delivery that no longer is what was searched for stays in its place, changed', async () => {
  const feed = feedOf(fakeLog([madeAgo(10, { status: 'pending' })]), {
    matches: ({ status }) => status === 'pending',
  })
  await feed.readOlder()
  feed.receive([madeAgo(10), madeAgo(5), madeAgo(3, { status: 'pending' })])
  expect(feed.getState().rows.map(({ status }) => status)).toEqual(['pending', 'succeeded'])
})

test('an older state of a delivery does not replace a later one', async () => {
  const feed = feedOf(fakeLog([madeAgo(10)]))
  await feed.readOlder()
  feed.receive([madeAgo(10, { status: 'pending', attempt_count: 0 })])
  expect(feed.getState().rows[0]?.status).toBe('succeeded')
})

test('while new deliveries are held back, known ones change', async () => {
  const feed = feedOf(fakeLog([madeAgo(10, { status: 'pending' })]))
  await feed.readOlder()
  feed.hold('new')
  feed.receive([madeAgo(10), madeAgo(5), madeAgo(4)])
  expect(feed.getState()).toMatchObject({ heldCount: 2, rows: [{ status: 'succeeded' }] })
  feed.release()
  expect(agesOf(feed)).toEqual([4, 5, 10])
  feed.receive([madeAgo(3)])
  expect(feed.getState().heldCount).toBe(1)
  feed.hold('nothing')
  expect(agesOf(feed)).toEqual([3, 4, 5, 10])
})

test('while everything is held back, nothing changes until it no longer is', async () => {
  const feed = feedOf(fakeLog([madeAgo(10, { status: 'pending' })]))
  await feed.readOlder()
  feed.hold('all')
  feed.receive([madeAgo(10), madeAgo(5)])
  expect(feed.getState()).toMatchObject({ heldCount: 1, rows: [{ status: 'pending' }] })
  feed.hold('new')
  expect(feed.getState()).toMatchObject({ heldCount: 1, rows: [{ status: 'succeeded' }] })
  feed.hold('nothing')
  expect(agesOf(feed)).toEqual([5, 10])
})

test('what was missed is read again, down to what was seen', async () => {
  const log = fakeLog(many(300, 60), 50)
  const feed = feedOf(log)
  log.clock.nowMs = NOW - 59_000
  await feed.readOlder()
  log.put(...many(40), madeAgo(62, { attempt_count: 2 }))
  feed.interrupt()
  await feed.reread()
  expect(agesOf(feed).slice(0, 42)).toEqual([...many(40).map((_, index) => index + 1), 60, 61])
  expect(feed.getState().rows[42]?.attemptCount).toBe(2)
})

test('a pending delivery that no longer is on any page of the search is read by its id', async () => {
  const log = fakeLog([madeAgo(10, { status: 'pending' })])
  const feed = feedOf(log, { matches: ({ status }) => status === 'pending' })
  await feed.readOlder()
  log.put(madeAgo(10))
  const onlyPending = await log.readPage(undefined)
  expect(onlyPending.deliveries).toHaveLength(1)
  await feed.reread()
  expect(feed.getState().rows[0]?.status).toBe('succeeded')
})

test('many pending deliveries are read by their ids, a hundred at a time', async () => {
  const log = fakeLog(many(250, 1, { status: 'pending' }), 100, isPending)
  const asked: number[] = []
  const feed = feedOf(log, {
    readById(ids) {
      asked.push(ids.length)
      return log.readById(ids)
    },
  })
  while (feed.getState().phase !== 'complete') await feed.readOlder()
  log.put(...many(250))
  await feed.reread()
  expect(asked).toEqual([100, 100, 50])
  expect(new Set(feed.getState().rows.map(({ status }) => status))).toEqual(new Set(['succeeded']))
})

test.each([1000, 1001])(
  '%i pending deliveries are read by their ids, or the list begins anew',
  async (count) => {
    const log = fakeLog(many(count, 1, { status: 'pending' }), 100, isPending)
    const feed = feedOf(log)
    while (feed.getState().phase !== 'complete') await feed.readOlder()
    log.put(...many(count))
    await feed.reread()
    expect(feed.getState().phase).toBe('complete')
    expect(feed.getState().rows.map(({ status }) => status)).toEqual(
      Array.from({ length: count > 1000 ? 0 : count }, () => 'succeeded'),
    )
  },
)

test('when too much was missed, the list begins anew', async () => {
  const log = fakeLog(many(20, 100_000), 10)
  const feed = feedOf(log)
  log.clock.nowMs = NOW - 99_000_000
  await feed.readOlder()
  log.put(...many(500))
  feed.interrupt()
  await feed.reread()
  expect(agesOf(feed)).toEqual(many(50).map((_, index) => index + 1))
  expect(feed.getState().phase).toBe('open')
  await feed.readOlder()
  expect(agesOf(feed)[50]).toBe(51)
})

test('when too much was missed while new deliveries are held back, the list stays until they are asked for', async () => {
  const log = fakeLog(many(20, 100_000), 10)
  const feed = feedOf(log)
  log.clock.nowMs = NOW - 99_000_000
  await feed.readOlder()
  feed.hold('new')
  log.put(...many(500))
  await feed.reread()
  expect(feed.getState()).toMatchObject({ isGapped: true })
  expect(agesOf(feed)[0]).toBe(100_000)
  feed.release()
  await feed.reread()
  expect(feed.getState()).toMatchObject({ isGapped: false, heldCount: 0 })
  expect(agesOf(feed)[0]).toBe(1)
})

test.each([
  ['joins what was seen', 1],
  ['begins the list anew', 100_000],
])('what comes in while the newest are read is kept when that %s', async (_, seconds) => {
  const log = fakeLog(many(20, seconds + 20), 10)
  const feed = feedOf(log)
  log.clock.nowMs = NOW - seconds * 1000
  await feed.readOlder()
  const waiting = madeAgo(1, { status: 'pending', next_attempt_at: null })
  const changed = { ...waiting, last_outcome: 'timeout' }
  log.put(...(seconds > 1 ? many(500, 2) : []), waiting)
  log.meanwhile = () => feed.receive([madeAgo(0), changed])
  await feed.reread()
  expect(agesOf(feed).slice(0, 2)).toEqual([0, 1])
  expect(feed.getState().rows[1]?.outcome).toBe('timeout')
})

test('a delivery that came in and changed while the newest are read is left out once it does not match', async () => {
  const waiting = madeAgo(1, { status: 'pending' })
  const log = fakeLog([])
  const feed = feedOf(log, { matches: ({ status }) => status === 'pending' })
  await feed.readOlder()
  log.put(waiting)
  log.meanwhile = () => feed.receive([madeAgo(1)])
  await feed.reread()
  expect(feed.getState().rows).toEqual([])
})

test('a list that begins anew without finding anything is read on', async () => {
  const { log, feed } = rareSearch()
  feed.subscribe(() => {})
  await feed.readOlder()
  log.put(...many(200))
  await feed.reread()
  await vi.waitFor(() => expect(feed.getState().phase).toBe('complete'))
  expect(agesOf(feed)).toEqual([100_000])
})

test('a list that begins anew is not read on while nobody watches', async () => {
  const { log, feed } = rareSearch()
  await feed.readOlder()
  log.put(...many(200))
  await feed.reread()
  expect(feed.getState()).toMatchObject({ phase: 'open', rows: [] })
})

test('a search that was stopped stays so when it begins anew', async () => {
  const { log, feed } = rareSearch()
  const unsubscribe = feed.subscribe(() => {
    if (feed.getState().phase === 'searching') feed.stop()
  })
  log.put(...many(200))
  await feed.readOlder()
  unsubscribe()
  feed.subscribe(() => {})
  expect(feed.getState().phase).toBe('stopped')
  await feed.reread()
  expect(feed.getState()).toMatchObject({ phase: 'stopped', rows: [] })
})

test('when the newest could not be read, more may be new until they could', async () => {
  const log = fakeLog(many(3, 60))
  let isDown = false
  const feed = feedOf(log, {
    readPage: async (cursor) => (isDown ? fail('down') : await log.readPage(cursor)),
  })
  await feed.readOlder()
  feed.hold('new')
  log.put(madeAgo(5))
  isDown = true
  await feed.reread()
  expect(feed.getState()).toMatchObject({ isGapped: true, heldCount: 0 })
  isDown = false
  feed.release()
  await vi.waitFor(() => expect(agesOf(feed)[0]).toBe(5))
  expect(feed.getState()).toMatchObject({ isGapped: false, heldCount: 0 })
})

test('what is missed during a reading is not taken for seen', async () => {
  const log = fakeLog(many(20, 100_000), 10)
  const feed = feedOf(log)
  log.clock.nowMs = NOW - 99_000_000
  await feed.readOlder()
  log.meanwhile = () => feed.interrupt()
  await feed.reread()
  log.put(...many(30))
  feed.receive([madeAgo(1)])
  await feed.reread()
  expect(agesOf(feed).slice(0, 30)).toEqual(many(30).map((_, index) => index + 1))
})

test('more new deliveries than can be held back are read when they are asked for', async () => {
  const log = fakeLog(many(3, 100_000))
  const feed = feedOf(log)
  log.clock.nowMs = NOW - 99_000_000
  await feed.readOlder()
  await feed.reread()
  feed.hold('new')
  const made = many(5001)
  log.put(...made)
  feed.receive(made.slice(1))
  expect(feed.getState()).toMatchObject({ isGapped: false, heldCount: 5000 })
  feed.receive(made.slice(0, 1))
  expect(feed.getState()).toMatchObject({ isGapped: true, heldCount: 0 })
  feed.receive(made.slice(0, 1))
  feed.release()
  await feed.reread()
  expect(agesOf(feed).slice(0, 500)).toEqual(many(500).map((_, index) => index + 1))
})

/** A log in pages of ten, searched for its oldest delivery, which no other is like. */
function rareSearch() {
  const log = fakeLog([madeAgo(100_000, { event: 'scan.failed' })], 10)
  log.clock.nowMs = NOW - 99_000_000
  const feed = feedOf(log, {
    matches: ({ event }) => event === 'scan.failed',
    async readPage(cursor) {
      const page = await log.readPage(cursor)
      return { ...page, deliveries: page.deliveries.filter(({ event }) => event === 'scan.failed') }
    },
  })
  return { log, feed }
}

function fail(what: unknown): never {
  throw new Error(String(what))
}
