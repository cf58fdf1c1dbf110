import type { Receiver } from '../../receive/receiver.ts'
import { readRequest } from './read-request.ts'
import { writeReply } from './write-reply.ts'

/** Answers a request, as the routes of Next.js and the servers of Bun, Deno and Workers want it. */
export type WebhookHandler = (request: Request) => Promise<Response>

const fix =
  'Something read the body before webhookHandler saw it. Give webhookHandler the request first, or read a copy: ' +
  'await request.clone().json().'

/**
 * Binds a receiver to anything that speaks `Request` and `Response`.
 *
 * Give it the request before anything reads its body: signatures cover the exact bytes, and they can be read once.
 *
 * Next.js loads its routes in `next build` as well: where the secret is not there by then, make the receiver at the first
 * request.
 *
 * @throws whatever broke the body, other than the client going away.
 *
 * @example
 * export const POST = webhookHandler(receiver) // Next.js, in app/webhooks/route.ts
 * export const POST = ({ request }) => handler(request) // SvelteKit and Astro; Remix calls it `action`
 * export default { fetch: webhookHandler(receiver) } // Bun, Deno, Workers
 */
export function webhookHandler(receiver: Receiver): WebhookHandler {
  return async (request) => {
    const received = await readRequest(request, { maxBodyBytes: receiver.maxBodyBytes, fix })
    // Nobody reads it. In an access log, 499 stands for a client that has gone.
    if (!received) return new Response(null, { status: 499 })
    return writeReply(await receiver.receive(received))
  }
}
