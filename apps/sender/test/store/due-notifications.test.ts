import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createLogger } from '@complywise/service'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type DueNotifications, listenForDue } from '../../src/store/due-notifications.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const listeners = `select pid from pg_stat_activity
  where datname = current_database() and application_name = 'complywise-sender listen'`

let store: TestStore
let heard: (readonly string[])[]
let notifications: DueNotifications

beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  heard = []
  notifications = listenForDue(store.connectionString, (lanes) => heard.push(lanes), logger)
  await eventually(() => heard.length === 1)
})
afterEach(() => notifications.close())
afterAll(() => store.close())

test('once it listens, it asks for a search: something may have been missed', () => {
  expect(heard).toEqual([[]])
})

test('it names the lanes of a published event', async () => {
  const { id } = await store.subscribe({ events: ['scan.failed'] })
  await store.publish(1, 'scan.failed')
  await eventually(() => heard.length === 2)
  expect(heard[1]).toEqual([id])
})

// Every role of the database may notify on any channel.
test.each([
  ['garbage', 'garbage'],
  ['a list of garbage', 'a,b'],
  ['separators', ','],
  ['a lane beside garbage', '01950000-0000-7000-8000-000000000001,x'],
  ['SQL', "'; drop table webhooks.event; --"],
  ['a long text', 'x'.repeat(7000)],
  ['nothing', ''],
])('what no publisher said, %s, is passed over', async (_name, payload) => {
  const lane = '01950000-0000-7000-8000-000000000002'
  await store.query(`select pg_notify('webhooks_due', $1)`, [payload])
  await store.query(`select pg_notify('webhooks_due', $1)`, [lane])
  await eventually(() => heard.length >= 2)
  expect(heard).toEqual([[], [lane]])
})

test('a connection that was cut is replaced, and a search is asked for again', async () => {
  const [before] = await store.query(listeners)
  await store.query('select pg_terminate_backend($1)', [before?.['pid']])
  await eventually(() => heard.length === 2)
  const [after] = await store.query(listeners)
  expect(heard).toEqual([[], []])
  expect(after?.['pid']).not.toBe(before?.['pid'])
  const { id } = await store.subscribe({ events: ['evidence.uploaded'] })
  await store.publish(1, 'evidence.uploaded')
  await eventually(() => heard.length === 3)
  expect(heard[2]).toEqual([id])
})

test('closed, it leaves no connection and opens none', async () => {
  await notifications.close()
  await eventually(async () => (await store.query(listeners)).length === 0)
  await store.publish()
  expect(heard).toEqual([[]])
})

test('closed while the server is out of reach, it waits for no answer', async () => {
  const url = new URL(store.connectionString)
  const [host, port] = [url.hostname, Number(url.port)]
  const sockets: Socket[] = []
  // Everything that arrives gets lost once it is cut.
  const between = createServer({ allowHalfOpen: true }, (socket) => {
    const onward = connect(port, host)
    socket.pipe(onward).pipe(socket)
    socket.on('error', () => undefined)
    sockets.push(socket, onward)
  }).listen(0, '127.0.0.1')
  await once(between, 'listening')
  const address = between.address()
  if (typeof address === 'object' && address !== null) url.port = String(address.port)
  const lanes: (readonly string[])[] = []
  const far = listenForDue(url.href, (named) => lanes.push(named), logger)
  await eventually(() => lanes.length === 1)
  const [socket, onward] = sockets
  socket?.unpipe()
  onward?.unpipe()
  await expect(far.close()).resolves.toBeUndefined()
  for (const one of sockets) one.destroy()
  between.close()
})

test('closed before it was connected, it leaves no connection and says nothing', async () => {
  const lanes: (readonly string[])[] = []
  const early = listenForDue(store.connectionString, (named) => lanes.push(named), logger)
  await early.close()
  await notifications.close()
  await eventually(async () => (await store.query(listeners)).length === 0)
  expect(lanes).toEqual([])
})
