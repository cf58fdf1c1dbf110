import { once } from 'node:events'
import { createServer } from 'node:http'
import { createReceiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks-express'
import express from 'express'
import { say } from './screen.ts'

/** A customer's server, with the SDK. */
export interface DemoReceiver {
  readonly name: string
  readonly url: string
  /** How many attempts of each event its handler fails, on purpose. */
  readonly failures: number
  /** The ids of the events that were handled, in order; one that was handled twice stands there twice. */
  readonly handled: readonly string[]
  /** Accepts events signed with `secret`; before, every request is answered 404. */
  trust(secret: string): void
  close(): void
}

/** Starts an Express app on a free port. Its handler fails the first `failures` attempts of each event. */
export async function startReceiver(name: string, failures: number): Promise<DemoReceiver> {
  const app = express()
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port')
  const handled: string[] = []
  const attempts = new Map<string, number>()

  function trust(secret: string): void {
    // The failures are the demo's own, so their log would only get in the way.
    const receiver = createReceiver({ secret, log: { warn: console.warn, error: () => undefined } })
    receiver.onAny((event) => {
      const attempt = (attempts.get(event.event_id) ?? 0) + 1
      attempts.set(event.event_id, attempt)
      if (attempt <= failures) {
        say('failed', name, `${event.event} verified, but its handler fails (${attempt} of ${failures})`)
        throw new Error('failing on purpose')
      }
      handled.push(event.event_id)
      say('handled', name, `${event.event} verified and handled`)
    })
    app.post('/webhooks', webhookHandler(receiver))
  }

  return {
    name,
    url: `http://127.0.0.1:${address.port}/webhooks`,
    failures,
    handled,
    trust,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
