import { randomBytes, randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'

let store: TestStore
let clients: Client[] = []
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  clients = []
  await store.query(
    'truncate webhooks.owed_delivery, webhooks.completed_delivery, webhooks.event, webhooks.event_identity, webhooks.subscription cascade',
  )
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await store.close()
})

/** A connection of another application, with the database's URL changed by `change`. */
async function connect(change: (url: URL) => void = () => undefined): Promise<Client> {
  const url = new URL(store.connectionString)
  change(url)
  const client = new Client({ connectionString: url.href })
  clients.push(client)
  await client.connect()
  return client
}

const PUBLISH = 'select * from webhooks.publish($1, $2, $3, $4)'

async function deliveries(eventId: string): Promise<readonly Row[]> {
  return await store.query('select * from webhooks.delivery where event_id = $1 order by id', [eventId])
}

async function bodyOf(eventId: string): Promise<string> {
  const rows = await store.query('select body from webhooks.event where event_id = $1', [eventId])
  expect(rows).toHaveLength(1)
  return rows[0]?.['body'].toString()
}

describe('an event', () => {
  test('is owed once to each subscription of its account that asked for its type or for all', async () => {
    const other = await store.apiKeys.create('globex', 'admin')
    const matching = [
      await store.subscribe({ events: ['scan.completed'] }),
      await store.subscribe({ events: ['scan.failed', 'scan.completed'] }),
      await store.subscribe({ events: ['*'] }),
      await store.subscribe({ events: ['*', 'scan.completed'] }),
    ]
    const paused = await store.subscribe()
    await store.query(`update webhooks.subscription set state = 'paused' where id = $1`, [paused.id])
    const deleted = await store.subscribe()
    await store.unsubscribe(deleted.id)
    await store.subscribe({ events: ['scan.failed'] })
    await store.subscribe({ events: ['scan'] })
    await store.subscribe({ accountId: other.accountId })
    const published = await store.events.publish({
      accountId: store.accountId,
      event: 'scan.completed',
      data: {},
    })
    expect(published).toMatchObject({ deliveryCount: 5, isNew: true })
    const owed = await deliveries(published.eventId)
    expect(new Set(owed.map((row) => row['subscription_id']))).toEqual(
      new Set([...matching, paused].map(({ id }) => id)),
    )
    expect(owed).toEqual(
      owed.map((row) => ({
        ...row,
        account_id: store.accountId,
        event: 'scan.completed',
        status: 'pending',
        attempt_count: 0,
        failure_count: 0,
        lease_id: null,
        due_at: row['created_at'],
      })),
    )
  })

  test('that nobody asked for is stored with no delivery', async () => {
    const [eventId = ''] = await store.publish()
    expect(await deliveries(eventId)).toEqual([])
    expect(await bodyOf(eventId)).toContain(eventId)
  })

  test('has exactly these bytes', async () => {
    const eventId = randomUUID()
    await store.events.publish({
      accountId: store.accountId,
      event: 'scan.completed',
      eventId,
      timestamp: new Date('2026-03-01T12:00:00.120Z'),
      data: { score: 77.6, text: 'Ünïcödé "quoted" \\ \u2028 </script> 😀', nested: [null, true, { a: 1 }] },
    })
    expect(await bodyOf(eventId)).toBe(
      `{"event":"scan.completed","event_id":"${eventId}","timestamp":"2026-03-01T12:00:00.120Z",` +
        `"data":{"score":77.6,"text":"Ünïcödé \\"quoted\\" \\\\ \u2028 </script> 😀","nested":[null,true,{"a":1}]}}`,
    )
  })

  test.each([
    ['white space and the order of names', '{ "b" : 1,\n\t"a":2 }'],
    ['numbers as they were written', '{"a":1.0,"b":1e2,"c":-0,"d":12345678901234567890}'],
    ['escapes', String.raw`{"a":"\u00e9\/\n"}`],
    ['a name that comes twice', '{"a":1,"a":2}'],
  ])('keeps %s of the publisher’s JSON', async (_name, json) => {
    const eventId = randomUUID()
    await store.query(PUBLISH, [store.accountId, 'scan.completed', json, eventId])
    expect(await bodyOf(eventId)).toMatch(/"data":(.*)}$/s)
    expect((await bodyOf(eventId)).split('"data":')[1]).toBe(`${json}}`)
  })

  test.each([
    ['2026-03-01 12:00:00+00', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01 12:00:00.9999+00', '2026-03-01T12:00:00.999Z'],
    ['2026-03-01 12:00:00.000999+05:30', '2026-03-01T06:30:00.000Z'],
    ['1970-01-01 00:00:00+00', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31 23:59:59.999999+00', '9999-12-31T23:59:59.999Z'],
  ])('that happened at %s is sent, stored and answered with %s', async (timestamp, expected) => {
    const client = await connect()
    await client.query(
      `set timezone = 'Asia/Kolkata'; set datestyle = 'German'; set intervalstyle = 'iso_8601'`,
    )
    const eventId = randomUUID()
    const { rows } = await client.query<Row>(`${PUBLISH.slice(0, -1)}, $5)`, [
      store.accountId,
      'scan.completed',
      '{}',
      eventId,
      timestamp,
    ])
    expect(rows[0]).toMatchObject({ is_new: true })
    expect(JSON.parse(await bodyOf(eventId)).timestamp).toBe(expected)
    const [stored] = await store.query('select "timestamp" from webhooks.event where event_id = $1', [
      eventId,
    ])
    expect(stored?.['timestamp'].toISOString()).toBe(expected)
  })

  test('without a timestamp happened now, to the millisecond in every place', async () => {
    const before = Date.now()
    const { eventId, timestamp } = await store.events.publish({
      accountId: store.accountId,
      event: 'scan.completed',
      data: {},
    })
    expect(timestamp.getTime()).toBeGreaterThanOrEqual(before)
    expect(timestamp.getTime()).toBeLessThanOrEqual(Date.now())
    expect(JSON.parse(await bodyOf(eventId)).timestamp).toBe(timestamp.toISOString())
    const [row] = await store.query(
      `select extract(microseconds from "timestamp")::int % 1000 as rest from webhooks.event where event_id = $1`,
      [eventId],
    )
    expect(row).toEqual({ rest: 0 })
  })
})

describe('the same event_id', () => {
  test('again makes nothing new and is answered as the first time, whatever else it says', async () => {
    await store.subscribe()
    const first = {
      accountId: store.accountId,
      event: 'scan.completed',
      data: { n: 1 },
      eventId: randomUUID(),
    }
    const published = await store.events.publish({ ...first, timestamp: new Date(5000) })
    await store.subscribe()
    const repeated = await store.events.publish({ ...first, event: 'scan.failed', data: { n: 2 } })
    expect(published).toMatchObject({ deliveryCount: 1, isNew: true, timestamp: new Date(5000) })
    expect(repeated).toEqual({ ...published, isNew: false })
    expect(await deliveries(first.eventId)).toHaveLength(1)
    expect(JSON.parse(await bodyOf(first.eventId)).data).toEqual({ n: 1 })
  })

  test('20 times at once is new exactly once', async () => {
    await store.subscribe()
    await store.subscribe()
    const event = { accountId: store.accountId, event: 'scan.completed', data: {}, eventId: randomUUID() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.events.publish(event)))
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(
      new Set(answers.map(({ timestamp, deliveryCount }) => `${timestamp.toISOString()} ${deliveryCount}`))
        .size,
    ).toBe(1)
    expect(await deliveries(event.eventId)).toHaveLength(2)
  })

  test('in another account is another event', async () => {
    const other = await store.apiKeys.create('globex', 'publisher')
    const event = { event: 'scan.completed', data: {}, eventId: randomUUID() }
    const answers = [
      await store.events.publish({ ...event, accountId: store.accountId }),
      await store.events.publish({ ...event, accountId: other.accountId }),
    ]
    expect(answers.map(({ isNew }) => isNew)).toEqual([true, true])
  })
})

describe('inside the transaction of another application', () => {
  test('nothing is published when it is rolled back', async () => {
    await store.subscribe()
    const client = await connect()
    const eventId = randomUUID()
    await client.query('begin')
    await client.query(PUBLISH, [store.accountId, 'scan.completed', '{}', eventId])
    await client.query('rollback')
    expect(await deliveries(eventId)).toEqual([])
    expect(await store.query('select from webhooks.event where event_id = $1', [eventId])).toEqual([])
  })

  test('dispatchers hear of it when it is committed, and not before', async () => {
    const { id } = await store.subscribe()
    const listener = await connect()
    const heard: string[] = []
    listener.on('notification', ({ payload = '' }) => heard.push(payload))
    await listener.query('listen webhooks_due')
    const client = await connect()
    await client.query('begin')
    await client.query(PUBLISH, [store.accountId, 'scan.completed', '{}', randomUUID()])
    await client.query(PUBLISH, [store.accountId, 'scan.completed', '{}', randomUUID()])
    await listener.query('select 1')
    expect(heard).toEqual([])
    await client.query('commit')
    await eventually(() => heard.length > 0)
    expect(heard).toEqual([id])
  })

  test('more lanes than a notification can name are named by several', async () => {
    await store.query(
      `insert into webhooks.subscription (account_id, url, events)
       select $1, 'https://example.com', '{*}' from generate_series(1, 401)`,
      [store.accountId],
    )
    const listener = await connect()
    const heard: string[] = []
    listener.on('notification', ({ payload = '' }) => heard.push(payload))
    await listener.query('listen webhooks_due')
    const [eventId = ''] = await store.publish()
    await eventually(() => heard.length === 3)
    const owed = await store.query('select subscription_id from webhooks.owed_delivery where event_id = $1', [
      eventId,
    ])
    expect(heard.map((payload) => payload.split(',').length)).toEqual([200, 200, owed.length - 400])
    expect(new Set(heard.flatMap((payload) => payload.split(',')))).toEqual(
      new Set(owed.map((row) => row['subscription_id'])),
    )
  })

  test('that stays open, other publishers of the same subscription and the dispatcher do not wait', async () => {
    const { id } = await store.subscribe()
    const client = await connect()
    await client.query('begin')
    await client.query(PUBLISH, [store.accountId, 'scan.completed', '{}', randomUUID()])
    const others = await connect((url) => url.searchParams.set('options', '-c lock_timeout=500'))
    const eventId = randomUUID()
    await others.query(PUBLISH, [store.accountId, 'scan.completed', '{}', eventId])
    const { deliveries: claimed } = await store.queue.claim(
      [{ subscriptionId: id, room: 10, retryRoom: 10 }],
      60_000,
    )
    expect(claimed.map((delivery) => delivery.eventId)).toEqual([eventId])
    await client.query('commit')
    const { deliveries: rest } = await store.queue.claim(
      [{ subscriptionId: id, room: 10, retryRoom: 10 }],
      60_000,
    )
    expect(rest).toHaveLength(1)
  })

  test('a delivery is as old as the publishing, not as the transaction, so that the log finds it by time', async () => {
    const { id: subscriptionId } = await store.subscribe()
    const client = await connect()
    const { rows } = await client
      .query<Row>('begin; select now() as began')
      .then((results) => [results].flat().at(-1)!)
    await eventually(() => Date.now() > rows[0]?.['began'].getTime() + 20)
    await client.query(PUBLISH, [store.accountId, 'scan.completed', '{}', randomUUID()])
    await client.query('commit')
    const find = (since: Date, until: Date) =>
      store.deliveries.list(store.accountId, { subscriptionId, since, until }, { limit: 10 })
    const [delivery] = (await find(new Date(0), new Date(Date.now() + 1000))).items
    const createdAt = delivery?.createdAt ?? new Date(0)
    const after = new Date(createdAt.getTime() + 1)
    expect(createdAt.getTime()).toBeGreaterThan(rows[0]?.['began'].getTime() + 15)
    expect((await find(createdAt, after)).items).toHaveLength(1)
    expect((await find(after, new Date(Date.now() + 1000))).items).toEqual([])
    expect((await find(new Date(0), createdAt)).items).toEqual([])
  })
})

describe('a role that may only publish', () => {
  const password = randomBytes(8).toString('hex')
  let role: string

  beforeAll(async () => {
    role = `publisher_${new URL(store.connectionString).pathname.slice(1)}`
    await store.query(`create role ${role} login password '${password}'`)
    await store.query(`grant usage on schema webhooks to ${role}`)
    await store.query(`grant execute on function webhooks.publish to ${role}`)
  })
  afterAll(async () => {
    await store.query(`drop owned by ${role}`)
    await store.query(`drop role ${role}`)
  })

  function connectAsPublisher(): Promise<Client> {
    return connect((url) => {
      url.username = role
      url.password = password
    })
  }

  test('publishes', async () => {
    await store.subscribe()
    const client = await connectAsPublisher()
    const eventId = randomUUID()
    const { rows } = await client.query<Row>(PUBLISH, [store.accountId, 'scan.completed', '{}', eventId])
    expect(rows[0]).toMatchObject({ published_event_id: eventId, delivery_count: 1, is_new: true })
    expect(await deliveries(eventId)).toHaveLength(1)
  })

  test.each([
    'account',
    'api_key',
    'subscription',
    'subscription_secret',
    'event',
    'event_identity',
    'owed_delivery',
    'completed_delivery',
    'attempt',
  ])('reads and writes nothing of %s', async (table) => {
    const client = await connectAsPublisher()
    await expect(client.query(`select from webhooks.${table}`)).rejects.toThrow('permission denied')
    await expect(client.query(`delete from webhooks.${table}`)).rejects.toThrow('permission denied')
  })

  test.each([
    ['the Delivery Log', 'select from webhooks.delivery'],
    ['partitions', `select webhooks.ensure_partitions('2026-01-01')`],
    ['storing', `select webhooks.store_event(null, null, null, null, null, null, null)`],
    ['batches', `select webhooks.publish_all(null, null, null, null, null, null)`],
  ])('may not use %s', async (_name, statement) => {
    const client = await connectAsPublisher()
    await expect(client.query(statement)).rejects.toThrow('permission denied')
  })

  test('cannot lend its rights to functions and operators of its own', async () => {
    const client = await connectAsPublisher()
    await client.query(`
      create function pg_temp.cardinality(uuid[]) returns int language plpgsql as
        $$ begin raise exception 'called as %', current_user; end $$;
      set search_path = pg_temp, pg_catalog`)
    const { rows } = await client.query<Row>(PUBLISH, [store.accountId, 'scan.completed', '{}', randomUUID()])
    expect(rows[0]).toMatchObject({ is_new: true })
  })

  test('that has not been granted execution publishes nothing', async () => {
    await store.query(`revoke execute on function webhooks.publish from ${role}`)
    const client = await connectAsPublisher()
    const publishing = client.query(PUBLISH, [store.accountId, 'scan.completed', '{}', randomUUID()])
    await expect(publishing).rejects.toThrow('permission denied for function publish')
  })
})

describe('refused with a code', () => {
  const INVALID = '22023'
  const valid = { event: 'scan.completed', data: '{}', eventId: randomUUID(), timestamp: '2026-03-01' }

  test.each<[string, Partial<Record<'accountId' | keyof typeof valid, string | null>>, string]>([
    ['no account', { accountId: null }, INVALID],
    ['an account that does not exist', { accountId: randomUUID() }, INVALID],
    ['no event', { event: null }, INVALID],
    ['an empty event', { event: '' }, INVALID],
    ['the wildcard', { event: '*' }, INVALID],
    ['an event without a dot', { event: 'scan' }, INVALID],
    ['an event in upper case', { event: 'Scan.completed' }, INVALID],
    ['an event with a line break', { event: 'scan.completed\n' }, INVALID],
    ['an event of 101 characters', { event: `a.${'b'.repeat(99)}` }, INVALID],
    ['no data', { data: null }, INVALID],
    ['an array as data', { data: '[]' }, INVALID],
    ['null as data', { data: 'null' }, INVALID],
    ['data that is not JSON', { data: '{' }, '22P02'],
    ['no event_id', { eventId: null }, INVALID],
    ['an event_id that is no UUID', { eventId: 'x' }, '22P02'],
    ['no timestamp', { timestamp: null }, INVALID],
    ['infinity', { timestamp: 'infinity' }, INVALID],
    ['minus infinity', { timestamp: '-infinity' }, INVALID],
    ['the year 1969', { timestamp: '1969-12-31 23:59:59.999999+00' }, INVALID],
    ['the year 10000', { timestamp: '10000-01-01 00:00:00+00' }, INVALID],
    ['a year before Christ', { timestamp: '0044-03-15 BC' }, INVALID],
    ['an envelope larger than allowed', { data: `{"a":"${'x'.repeat(262_144)}"}` }, '54000'],
  ])('is %s, and nothing is stored', async (_name, change, code) => {
    await store.subscribe()
    const { accountId, event, data, eventId, timestamp } = { accountId: store.accountId, ...valid, ...change }
    const publishing = store.query('select webhooks.publish($1, $2, $3, $4, $5)', [
      accountId,
      event,
      data,
      eventId,
      timestamp,
    ])
    await expect(publishing).rejects.toMatchObject({ code })
    expect(await store.query('select from webhooks.event')).toEqual([])
    expect(await store.query('select from webhooks.delivery')).toEqual([])
  })

  test('but an envelope of 262,144 bytes is stored', async () => {
    const eventId = randomUUID()
    const empty = { accountId: store.accountId, event: 'scan.completed', eventId: randomUUID() }
    await store.events.publish({ ...empty, data: { a: '' } })
    const overhead = Buffer.byteLength(await bodyOf(empty.eventId))
    await store.events.publish({ ...empty, eventId, data: { a: 'x'.repeat(262_144 - overhead) } })
    expect(Buffer.byteLength(await bodyOf(eventId))).toBe(262_144)
    const larger = { ...empty, eventId: randomUUID(), data: { a: 'x'.repeat(262_145 - overhead) } }
    await expect(store.events.publish(larger)).rejects.toMatchObject({ code: '54000' })
  })
})
