import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { webhookHandler } from '../../../../packages/webhooks/src/adapters/fetch/index.ts'
import type { Receiver } from '../../../../packages/webhooks/src/index.ts'
import { verifyByHand } from '../verify-by-hand.ts'

export async function bare(handle: () => void): Promise<Server> {
  return serve(async (request) => {
    const body = new Uint8Array(await request.arrayBuffer())
    const isVerified = verifyByHand(body, request.headers.get('x-complywise-signature'))
    if (isVerified) handle()
    return new Response(null, { status: isVerified ? 200 : 401 })
  })
}

export async function complywise(receiver: Receiver): Promise<Server> {
  return serve(webhookHandler(receiver))
}

/** Node serves no fetch handlers by itself. */
function serve(fetch: (request: Request) => Promise<Response>): Server {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without options it is a server for HTTP/1.1
  return createAdaptorServer({ fetch }) as Server
}
