import type { Reply } from '@complywise/webhooks'
import type { FastifyReply } from 'fastify'

/** Sends a reply, verbatim. */
export function writeReply(reply: FastifyReply, { status, headers, body }: Reply): FastifyReply {
  // To a string, Fastify would add a charset.
  const bytes = new TextEncoder().encode(body)
  return reply.code(status).headers(headers).send(bytes)
}
