import type { ServerResponse } from 'node:http'
import type { Receiver } from '../../receive/receiver.ts'
import { type NodeRequest, readRequest } from './read-request.ts'
import { writeReply } from './write-reply.ts'

/** A request listener. It answers every request itself, so it takes no `next`, and its promise never rejects. */
export type WebhookHandler = (request: NodeRequest, response: ServerResponse) => Promise<void>

const fix =
  'Something consumed the body before webhookHandler saw it. Call webhookHandler ahead of it, or let it keep the ' +
  'bytes as request.rawBody.'

/**
 * Binds a receiver to Node's HTTP server, or to a route of any framework that hands over Node's own request and
 * response.
 *
 * Call it before anything parses bodies: signatures cover the exact bytes, and a parser consumes them. Bytes that a
 * parser kept, as a `Uint8Array` in `request.rawBody` or `request.body`, are used.
 *
 * @example
 * createServer(webhookHandler(receiver)).listen(3000)
 */
export function webhookHandler(receiver: Receiver): WebhookHandler {
  return async (request, response) => {
    const received = await readRequest(request, response, { maxBodyBytes: receiver.maxBodyBytes, fix })
    if (received) writeReply(response, await receiver.receive(received))
  }
}
