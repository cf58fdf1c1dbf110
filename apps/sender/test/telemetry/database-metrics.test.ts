import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createLogger } from '@complywise/service'
import { Pool } from 'pg'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { addDatabaseMetrics } from '../../src/telemetry/database-metrics.ts'

test('while the database takes connections and says nothing, a scrape is answered without its figures', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  // Without any limit of its own: only the scrape's can end the wait.
  const pool = new Pool({ host: '127.0.0.1', port: typeof address === 'object' ? address?.port : 0 })
  const registry = new Registry()
  addDatabaseMetrics(registry, pool, createLogger({ name: 'test', level: 'silent' }))
  const text = await registry.metrics()
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(samples).toEqual([expect.stringMatching(/^complywise_sender_figures_failures_total \d+$/)])
  for (const socket of sockets) socket.destroy()
  silent.close()
  await pool.end()
})
