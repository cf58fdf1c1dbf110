import { createServer, type Server } from 'node:http'
import { webhookHandler } from '../../../../packages/webhooks/src/adapters/node/index.ts'
import type { Receiver } from '../../../../packages/webhooks/src/index.ts'
import { verifyByHand } from '../verify-by-hand.ts'

export async function bare(handle: () => void): Promise<Server> {
  return createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const isVerified = verifyByHand(Buffer.concat(chunks), request.headers['x-complywise-signature'])
      if (isVerified) handle()
      response.writeHead(isVerified ? 200 : 401).end()
    })
  })
}

export async function complywise(receiver: Receiver): Promise<Server> {
  const handle = webhookHandler(receiver)
  return createServer((request, response) => void handle(request, response))
}
