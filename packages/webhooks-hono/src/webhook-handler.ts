import type { Receiver } from '@complywise/webhooks'
import type { Context } from 'hono'
import { readRequest } from './read-request.ts'
import { writeReply } from './write-reply.ts'

/** A Hono handler, for an app of any environment. */
export type WebhookHandler = (context: Context) => Promise<Response>

/**
 * Binds a receiver to a route of Hono 4, on any runtime.
 *
 * @throws whatever broke the body, other than the client going away.
 *
 * @example
 * app.all('/webhooks', webhookHandler(receiver))
 */
export function webhookHandler(receiver: Receiver): WebhookHandler {
  return async (context) => {
    const received = await readRequest(context.req, receiver.maxBodyBytes)
    // Nobody reads it. In an access log, 499 stands for a client that has gone.
    if (!received) return new Response(null, { status: 499 })
    return writeReply(context, await receiver.receive(received))
  }
}
