import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { webhookHandler } from '@complywise/webhooks/node'
import { controlPath, receiverFixture } from '../fixture/receiver-fixture.ts'
import type { ParserRoute, Subject } from '../subject.ts'
import { firstMediaTypeOnly } from './exceptions.ts'
import { serveNode } from './serve-node.ts'

interface Parser extends ParserRoute {
  readonly read: (request: IncomingMessage) => unknown
}

const refused = { fix: 'Call webhookHandler ahead of it' } as const

const parsers: readonly Parser[] = [
  {
    parser: 'a listener that reads the stream',
    path: '/behind-reader',
    read: (request) => buffer(request),
    outcome: refused,
  },
  {
    parser: 'a listener that decodes the stream',
    path: '/behind-decoder',
    read: (request) => request.setEncoding('utf8'),
    outcome: refused,
  },
  {
    parser: 'a listener that keeps the bytes, as the log advises',
    path: '/behind-keeper',
    read: async (request) => Object.assign(request, { rawBody: await buffer(request) }),
    outcome: 'works',
  },
]

/** Node's own HTTP server. */
export const nodeSubject: Subject = {
  name: 'node:http',
  exceptions: firstMediaTypeOnly,
  parsers,
  start() {
    const fixture = receiverFixture()
    const handlers = new Map(fixture.routes.map(({ path, receiver }) => [path, webhookHandler(receiver)]))
    const readers = new Map(parsers.map(({ path, read }) => [path, read]))
    return serveNode(async (request, response) => {
      const url = request.url ?? '/'
      const path = url.split('?', 1)[0]!
      if (path === controlPath) return response.end(fixture.control(url))
      await readers.get(path)?.(request)
      const handler = handlers.get(readers.has(path) ? '/webhooks' : path)
      return handler ? handler(request, response) : response.writeHead(404).end()
    })
  },
}
