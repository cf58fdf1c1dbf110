import { webhookHandler } from '@complywise/webhooks-hono'
import { getRequestListener } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { validator } from 'hono/validator'
import { controlPath, receiverFixture } from '../fixture/receiver-fixture.ts'
import type { ParserRoute, RunningServer, Subject } from '../subject.ts'
import { serveNode } from './serve-node.ts'

interface Parser extends ParserRoute {
  readonly middleware: MiddlewareHandler
}

const parsers: readonly Parser[] = [
  {
    parser: 'c.req.json()',
    path: '/behind-json',
    middleware: async (context, next) => {
      await context.req.json()
      await next()
    },
    outcome: 'works',
  },
  {
    parser: 'c.req.text()',
    path: '/behind-text',
    middleware: async (context, next) => {
      await context.req.text()
      await next()
    },
    outcome: 'works',
  },
  {
    parser: 'c.req.arrayBuffer()',
    path: '/behind-array-buffer',
    middleware: async (context, next) => {
      await context.req.arrayBuffer()
      await next()
    },
    outcome: 'works',
  },
  {
    parser: 'a JSON validator',
    path: '/behind-validator',
    middleware: validator('json', (value) => value),
    outcome: 'works',
  },
  {
    parser: 'bodyLimit()',
    path: '/behind-limit',
    middleware: bodyLimit({ maxSize: 100_000 }),
    outcome: 'works',
  },
  {
    parser: 'c.req.raw.json()',
    path: '/behind-raw-json',
    middleware: async (context, next) => {
      await context.req.raw.json()
      await next()
    },
    outcome: { fix: 'Read it through c.req instead' },
  },
]

/** Hono on Node. */
export const honoSubject: Subject = { name: 'hono', start, parsers }

function start(): Promise<RunningServer> {
  const fixture = receiverFixture()
  const app = new Hono()
  for (const { path, receiver } of fixture.routes) app.all(path, webhookHandler(receiver))
  for (const { path, middleware } of parsers) app.all(path, middleware, webhookHandler(fixture.receiver))
  app.get(controlPath, (context) => fixture.controlFetch(context.req.raw))
  return serveNode(getRequestListener(app.fetch))
}
