import { createRequire } from 'node:module'
import { webhookHandler } from '@complywise/webhooks-express'
import express5 from 'express'
import { controlPath, receiverFixture } from '../fixture/receiver-fixture.ts'
import { tenantsPath } from '../fixture/tenants.ts'
import type { ParserRoute, Subject } from '../subject.ts'
import { firstMediaTypeOnly } from './exceptions.ts'
import { serveNode } from './serve-node.ts'

type Express = typeof express5
type Middleware = ReturnType<Express['json']>

// The alias has no types; what is used here is the same in both versions.
const express4: Express = createRequire(import.meta.url)('express-4')

interface Parser extends ParserRoute {
  readonly middleware: (express: Express) => Middleware
}

const refused = { fix: 'express.json({ verify:' } as const

const parsers: readonly Parser[] = [
  {
    parser: 'express.json()',
    path: '/behind-json',
    middleware: (express) => express.json(),
    outcome: refused,
  },
  {
    parser: 'express.text()',
    path: '/behind-text',
    middleware: (express) => express.text({ type: '*/*' }),
    outcome: refused,
  },
  {
    parser: 'express.urlencoded()',
    path: '/behind-urlencoded',
    middleware: (express) => express.urlencoded({ extended: true, type: () => true }),
    outcome: refused,
  },
  {
    parser: 'a middleware that reads the stream',
    path: '/behind-reader',
    middleware: () => (request, _response, next) => void request.resume().on('end', next),
    outcome: refused,
  },
  {
    parser: 'express.raw()',
    path: '/behind-raw',
    middleware: (express) => express.raw({ type: '*/*' }),
    outcome: 'works',
  },
  {
    parser: 'express.json() that keeps the bytes, as the log advises',
    path: '/behind-keeping-json',
    middleware: (express) =>
      express.json({ verify: (request, _response, bytes) => Object.assign(request, { rawBody: bytes }) }),
    outcome: 'works',
  },
  {
    parser: 'express.json() for another media type',
    path: '/behind-other-json',
    middleware: (express) => express.json({ type: 'text/json' }),
    outcome: 'works',
  },
]

/** Express, in the versions that the adapter supports. */
export const expressSubjects: readonly Subject[] = [
  { name: 'express 5', start: () => start(express5), parsers, exceptions: firstMediaTypeOnly },
  { name: 'express 4', start: () => start(express4), parsers, exceptions: firstMediaTypeOnly },
]

function start(express: Express): ReturnType<Subject['start']> {
  const fixture = receiverFixture()
  const app = express()
  for (const { path, receiver } of fixture.routes) {
    // A router cuts its path off `request.url`.
    if (path === tenantsPath) app.use(path, express.Router().all('/', webhookHandler(receiver)))
    else app.all(path, webhookHandler(receiver))
  }
  for (const { path, middleware } of parsers) {
    app.post(path, middleware(express), webhookHandler(fixture.receiver))
  }
  app.get(controlPath, (request, response) => void response.type('json').send(fixture.control(request.url)))
  return serveNode(app)
}
