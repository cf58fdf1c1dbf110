import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { webhookHandler } from '@complywise/webhooks-fastify'
import fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyRequest } from 'fastify'
import { controlPath, type ReceiverFixture, receiverFixture } from '../fixture/receiver-fixture.ts'
import type { ParserRoute, RunningServer, Subject } from '../subject.ts'
import { firstMediaTypeOnly } from './exceptions.ts'

interface Parser extends ParserRoute {
  /** What the app around the plugin does to bodies. */
  readonly app: (scope: FastifyInstance) => void
}

const parsers: readonly Parser[] = [
  {
    parser: 'a JSON parser of the app',
    path: '/behind-parser',
    app: (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
        done(null, JSON.parse(String(body))),
      )
    },
    outcome: 'works',
  },
  {
    parser: 'a parser of the app for everything',
    path: '/behind-catch-all',
    app: (scope) =>
      scope.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) =>
        buffer(payload),
      ),
    outcome: 'works',
  },
  {
    parser: 'a preParsing hook that gives the bytes back',
    path: '/behind-giving-hook',
    app: (scope) =>
      scope.addHook('preParsing', async (_request, _reply, payload) =>
        Readable.from([await buffer(payload)], { objectMode: false }),
      ),
    outcome: 'works',
  },
  {
    parser: 'a preParsing hook that reads the body',
    path: '/behind-reading-hook',
    app: (scope) =>
      scope.addHook('preParsing', async (_request, _reply, payload) => {
        await buffer(payload)
      }),
    outcome: { fix: 'Leave the routes of webhookHandler out of that hook' },
  },
]

/** Fastify, in the version that the adapter supports. */
export const fastifySubject: Subject = { name: 'fastify 5', start, parsers, exceptions: firstMediaTypeOnly }

async function start(): Promise<RunningServer> {
  const fixture = receiverFixture()
  const app = fastify({ forceCloseConnections: true })
  for (const { path, receiver } of fixture.routes) app.register(webhookHandler(receiver), { prefix: path })
  for (const parser of parsers) app.register(behind(parser, fixture))
  app.get(controlPath, (request, reply) => reply.type('application/json').send(fixture.control(request.url)))
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() }
}

/** An app of its own, since what it does to bodies would do for all routes. */
function behind({ app, path }: Parser, { receiver }: ReceiverFixture): FastifyPluginAsync {
  return async (scope) => {
    app(scope)
    await scope.register(webhookHandler(receiver), { prefix: path })
  }
}
