import type { ServerResponse } from 'node:http'
import type { Receiver } from '@complywise/webhooks'
import { type ParsedRequest, readRequest } from './read-request.ts'
import { writeReply } from './write-reply.ts'

/** An Express route handler. It answers every request itself, so it takes no `next`, and its promise never rejects. */
export type WebhookHandler = (request: ParsedRequest, response: ServerResponse) => Promise<void>

/**
 * Binds a receiver to a route of Express 4 or 5.
 *
 * Put the route ahead of `app.use(express.json())`: signatures cover the exact bytes of the body, and a parser
 * consumes them.
 *
 * @example
 * app.post('/webhooks', webhookHandler(receiver))
 */
export function webhookHandler(receiver: Receiver): WebhookHandler {
  return async (request, response) => {
    const received = await readRequest(request, response, receiver.maxBodyBytes)
    if (received) writeReply(response, await receiver.receive(received))
  }
}
