import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseNetwork } from '../../src/domain/address.ts'
import { createConnectionPool } from '../../src/network/connection-pool.ts'
import { createNetwork } from '../../src/network/open-connection.ts'
import { type RawServer, startRawServer } from '../dispatch/support/raw-server.ts'

const loopback = ['127.0.0.0/8'].map(parseNetwork).filter((network) => network !== undefined)

let server: RawServer
beforeEach(async () => {
  server = await startRawServer()
})
afterEach(() => server.close())

test.each([
  ['is used again', 60_000, true],
  ['that is too old is not, however lately it was used', 0, false],
])('a connection %s', async (_name, maxAgeMs, isKept) => {
  const network = createNetwork({ allowedNetworks: loopback })
  const pool = createConnectionPool({ network, maxPerOrigin: 1, maxHeaderBytes: 8192, maxAgeMs })
  const url = new URL(server.url)
  const first = await pool.open(url, new AbortController().signal, () => undefined)
  const waiting = pool.open(url, new AbortController().signal, () => undefined)
  pool.release(first)
  expect((await waiting) === first).toBe(isKept)
  await pool.close()
})
