import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createLogger } from '@complywise/service'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLiveConnection } from '../../src/live/live-connection.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const logger = createLogger({ name: 'test', level: 'silent' })

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.drop())

test('a connection that comes about after the last viewer left is closed again', async () => {
  const { hostname, port, href } = new URL(database.connectionString)
  const inbound: Socket[] = []
  let isHeld = false
  const way = createServer((socket) => {
    inbound.push(socket)
    const outbound = connect(Number(port), hostname)
    for (const end of [socket, outbound]) end.on('error', () => undefined)
    socket.on('close', () => outbound.destroy()).pipe(outbound)
    outbound.on('close', () => socket.destroy())
    if (!isHeld) outbound.pipe(socket)
    else held.push(() => outbound.pipe(socket))
  })
  const held: (() => void)[] = []
  way.listen(0, '127.0.0.1')
  await once(way, 'listening')
  const address = way.address()
  const viaWay = new URL(href)
  viaWay.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`

  let connected = 0
  const listener = { changed() {}, published() {}, connected: () => (connected += 1) }
  const live = openLiveConnection(viaWay.href, listener, logger)
  await eventually(() => connected === 1)
  isHeld = true
  inbound[0]?.destroy()
  await eventually(() => held.length === 1)
  const closing = live.close()
  for (const letThrough of held) letThrough()
  await closing
  await eventually(() => inbound.every((socket) => socket.destroyed))
  expect([inbound.length, connected]).toEqual([2, 1])
  way.close()
})
