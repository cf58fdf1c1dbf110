import { once } from 'node:events'
import { createServer } from 'node:http'
import { createReceiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks-express'
import express from 'express'

/** A customer's server, with the SDK. */
export interface DemoReceiver {
  readonly url: string
  /** The ids of the events that were handled, in order; one that was handled twice stands there twice. */
  readonly handled: readonly string[]
  /** Makes its handler fail from now on, or no longer. */
  setFailing(isFailing: boolean): void
  close(): void
}

/**
 * Starts an Express app on a free port, for events signed with `secret`. Its handler fails the first `failures` attempts of
 * each event.
 */
export async function startReceiver(secret: string, failures: number): Promise<DemoReceiver> {
  const handled: string[] = []
  const attempts = new Map<string, number>()
  let isDown = false
  // The failures are the demo's own, so their log would only get in the way.
  const receiver = createReceiver({ secret, log: { warn: console.warn, error: () => undefined } })
  receiver.onAny((event) => {
    const attempt = (attempts.get(event.event_id) ?? 0) + 1
    attempts.set(event.event_id, attempt)
    if (isDown || attempt <= failures) throw new Error('failing on purpose')
    handled.push(event.event_id)
  })
  const app = express()
  app.post('/webhooks', webhookHandler(receiver))
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port')

  return {
    url: `http://127.0.0.1:${address.port}/webhooks`,
    handled,
    setFailing(isFailing) {
      isDown = isFailing
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
