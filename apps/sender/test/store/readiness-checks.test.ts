import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkKeys } from '../../src/store/readiness-checks.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

let store: TestStore

beforeAll(async () => {
  store = await openTestStore()
  await store.subscribe()
})
afterAll(() => store.close())

test('keys are well when they open the newest secrets, and named when they open none', async () => {
  expect(await checkKeys(store.database.pool, store.encryptionKeys)).toEqual({ status: 'ok' })
  expect(await checkKeys(store.database.pool, { current: randomBytes(32), previous: [] })).toEqual({
    status: 'unavailable',
    detail: 'opens none of the newest secrets',
  })
})

test('a database that says nothing is not blamed on the keys', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  const pool = new Pool({ host: '127.0.0.1', port, connectionTimeoutMillis: 100 })
  await expect(checkKeys(pool, store.encryptionKeys)).rejects.toThrow(/timeout/)
  for (const socket of sockets) socket.destroy()
  silent.close()
  await pool.end()
})
