import type { Readable } from 'node:stream'
import type { Receiver } from '@complywise/webhooks'
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { readBody, readRequest, type WebhookRequest } from './read-request.ts'
import { writeReply } from './write-reply.ts'

/** A Fastify plugin. Its content type parser is its own: the routes beside it keep theirs. */
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
    scope.addContentTypeParser('*', (_request: FastifyRequest, payload: Readable) =>
      readBody(payload, receiver.maxBodyBytes),
    )
    scope.setErrorHandler<FastifyError, WebhookRequest>((error, request, reply) => {
      if (reply.raw.closed) return reply.hijack()
      // What Fastify refuses ahead of the parser is the receiver's to answer as well.
      if (refusals.has(error.code)) return answer(request, reply)
      throw error
    })
    scope.route<WebhookRequest>({ method: scope.supportedMethods, url: '/', handler: answer })
  }

  async function answer(request: FastifyRequest<WebhookRequest>, reply: FastifyReply): Promise<FastifyReply> {
    const received = readRequest(request, reply)
    return received ? writeReply(reply, await receiver.receive(received)) : reply.hijack()
  }
}

const refusals: ReadonlySet<string> = new Set([
  'FST_ERR_CTP_INVALID_MEDIA_TYPE',
  'FST_ERR_ROUTE_MISSING_CONTENT_TYPE',
])
