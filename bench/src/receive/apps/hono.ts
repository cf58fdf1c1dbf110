import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { webhookHandler } from '../../../../packages/webhooks-hono/src/index.ts'
import type { Receiver } from '../../../../packages/webhooks/src/index.ts'
import { verifyByHand } from '../verify-by-hand.ts'

export async function bare(handle: () => void): Promise<Server> {
  const app = new Hono()
  app.post('/webhooks', async (context) => {
    const body = new Uint8Array(await context.req.arrayBuffer())
    if (!verifyByHand(body, context.req.header('x-complywise-signature'))) return context.body(null, 401)
    handle()
    return context.body(null, 200)
  })
  return serve(app)
}

export async function complywise(receiver: Receiver): Promise<Server> {
  const app = new Hono()
  app.post('/webhooks', webhookHandler(receiver))
  return serve(app)
}

function serve({ fetch }: Hono): Server {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without options it is a server for HTTP/1.1
  return createAdaptorServer({ fetch }) as Server
}
