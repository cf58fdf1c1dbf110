import type { Reply } from '@complywise/webhooks'
import type { FastifyReply } from 'fastify'

/** Sends a reply, verbatim. */
export function writeReply(reply: FastifyReply, { status, headers, body }: Reply): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}
