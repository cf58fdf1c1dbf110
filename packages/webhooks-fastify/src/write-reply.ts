import type { Reply } from '@complywise/webhooks'
import type { FastifyReply } from 'fastify'

/** Sends a reply, verbatim. */
export function writeReply(reply: FastifyReply, { status, headers, body }: Reply): FastifyReply {
  // Without a serializer of its own, Fastify would add a charset. As text it leaves in one piece with the headers.
  return reply.code(status).headers(headers).serializer(asItIs).send(body)
}

function asItIs(body: unknown): string {
  return String(body)
}
