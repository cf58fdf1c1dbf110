import type { Server } from 'node:http'
import { fastify } from 'fastify'
import { webhookHandler } from '../../../../packages/webhooks-fastify/src/index.ts'
import type { Receiver } from '../../../../packages/webhooks/src/index.ts'
import { verifyByHand } from '../verify-by-hand.ts'

export async function bare(handle: () => void): Promise<Server> {
  const app = fastify()
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  app.post<{ Body: Buffer }>('/webhooks', (request, reply) => {
    if (!verifyByHand(request.body, request.headers['x-complywise-signature'])) return reply.code(401).send()
    handle()
    return reply.code(200).send()
  })
  await app.ready()
  return app.server
}

export async function complywise(receiver: Receiver): Promise<Server> {
  const app = fastify()
  await app.register(webhookHandler(receiver), { prefix: '/webhooks' })
  await app.ready()
  return app.server
}
