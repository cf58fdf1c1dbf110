import type { ServerResponse } from 'node:http'
import type { Receiver } from '@complywise/webhooks'
import { type NodeRequest, readRequest, writeReply } from '@complywise/webhooks/node'

/** An Express route handler. It answers every request itself, so it takes no `next`, and its promise never rejects. */
export type WebhookHandler = (request: NodeRequest, response: ServerResponse) => Promise<void>

const fix =
  'A body parser consumed the body before webhookHandler saw it. Register the webhook route before ' +
  'app.use(express.json()), or keep the bytes: express.json({ verify: (req, res, bytes) => { req.rawBody = bytes } }).'

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
    const received = await readRequest(request, response, { maxBodyBytes: receiver.maxBodyBytes, fix })
    if (received) writeReply(response, await receiver.receive(received))
  }
}
