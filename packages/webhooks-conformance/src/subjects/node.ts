import { webhookHandler } from '@complywise/webhooks/node'
import { controlPath, receiverFixture } from '../fixture/receiver-fixture.ts'
import type { Subject } from '../subject.ts'
import { firstMediaTypeOnly } from './exceptions.ts'
import { serveNode } from './serve-node.ts'

/** Node's own HTTP server. */
export const nodeSubject: Subject = {
  name: 'node:http',
  exceptions: firstMediaTypeOnly,
  start() {
    const fixture = receiverFixture()
    const handlers = new Map(fixture.routes.map(({ path, receiver }) => [path, webhookHandler(receiver)]))
    return serveNode((request, response) => {
      const url = request.url ?? '/'
      const path = url.split('?', 1)[0]!
      if (path === controlPath) return response.end(fixture.control(url))
      const handler = handlers.get(path)
      return handler ? handler(request, response) : response.writeHead(404).end()
    })
  },
}
