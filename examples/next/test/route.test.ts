import { once } from 'node:events'
import type { Server } from 'node:http'
import { sign } from '@complywise/webhooks/wire'
import { serve } from '@hono/node-server'
import { expect, it, onTestFinished, vi } from 'vitest'
import { POST } from '../app/api/webhooks/route.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'
const body = JSON.stringify({
  event: 'compliance.control_failed',
  event_id: eventId,
  timestamp: new Date().toISOString(),
  data: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
})

it('loads without a secret, prints a failed control, and refuses a tampered body', async () => {
  vi.stubEnv('COMPLYWISE_WEBHOOK_SECRET', secret)
  const log = vi.spyOn(console, 'log').mockReturnValue()
  vi.spyOn(console, 'warn').mockReturnValue()
  const url = await listen()
  const bytes = new TextEncoder().encode(body)
  const signature = await sign({ eventId, body: bytes, attemptedAt: new Date(), secrets: [secret] })
  const headers = { 'content-type': 'application/json', ...signature }

  const processed = await fetch(url, { method: 'POST', headers, body })
  expect([processed.status, await processed.json()]).toEqual([200, { status: 'processed' }])
  expect(log.mock.calls).toEqual([['SOC 2 CC6.1: passed -> failed']])

  const refused = await fetch(url, { method: 'POST', headers, body: `${body} ` })
  expect([refused.status, await refused.json()]).toEqual([401, { status: 'unauthorized' }])
})

/** Serves the route over a socket. Next.js itself takes 370 MB and a build; README.md says what was tried with it. */
async function listen(): Promise<string> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It is, unless told to speak HTTP/2.
  const server = serve({ fetch: POST, port: 0, hostname: '127.0.0.1' }) as Server
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.')
  return `http://127.0.0.1:${address.port}/api/webhooks`
}
