import { createServer, type Server } from 'node:http'
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks'
import express from 'express'
import { webhookHandler } from '../../../../packages/webhooks-express/src/index.ts'
import type { Receiver } from '../../../../packages/webhooks/src/index.ts'
import { SECRET } from '../sign-requests.ts'
import { verifyByHand } from '../verify-by-hand.ts'

export async function bare(handle: () => void): Promise<Server> {
  const app = express()
  app.post('/webhooks', express.raw({ type: 'application/json' }), (request, response) => {
    if (!verifyByHand(request.body, request.headers['x-complywise-signature']))
      return response.status(401).end()
    handle()
    return response.status(200).end()
  })
  return createServer(app)
}

export async function complywise(receiver: Receiver): Promise<Server> {
  const app = express()
  app.post('/webhooks', webhookHandler(receiver))
  return createServer(app)
}

/** octokit's own middleware, which verifies and parses. */
export async function octokit(handle: () => void): Promise<Server> {
  const webhooks = new Webhooks({ secret: SECRET })
  webhooks.onAny(handle)
  const app = express()
  app.use(createNodeMiddleware(webhooks, { path: '/webhooks' }))
  return createServer(app)
}
