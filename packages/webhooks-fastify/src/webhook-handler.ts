import type { Receiver } from '@complywise/webhooks'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { readRequest } from './read-request.ts'
import { writeReply } from './write-reply.ts'

/** A Fastify plugin. Its content type parser is its own: routes beside it keep theirs. */
export type WebhookHandler = FastifyPluginAsync

/**
 * Binds a receiver to a prefix of Fastify 5.
 *
 * @example
 * app.register(webhookHandler(receiver), { prefix: '/webhooks' })
 */
export function webhookHandler(receiver: Receiver): WebhookHandler {
  return async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    // What Fastify itself refuses before the route is the receiver's to answer, too.
    scope.setErrorHandler<{ code?: string }>(async (error, request, reply) => {
      if (error.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') throw error
      return answer(request, reply)
    })
    scope.all('/', answer)
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const received = await readRequest(request, reply, receiver.maxBodyBytes)
    return received ? writeReply(reply, await receiver.receive(received)) : reply.hijack()
  }
}
