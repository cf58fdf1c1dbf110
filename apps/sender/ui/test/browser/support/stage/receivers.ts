import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createReceiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks-express'
import { createSelfSignedCertificate } from './certificate.ts'

/** A customer's server, on this machine. */
export interface StageReceiver {
  readonly url: string
  close(): Promise<void>
}

/** What a receiver answers every request with. */
export interface FixedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A receiver with the SDK, which handles everything that is signed with `secret`. */
export async function startVerifyingReceiver(secret: string): Promise<StageReceiver> {
  const receiver = createReceiver({ secret, log: { warn: ignore, error: ignore } })
  receiver.onAny(() => undefined)
  const handle = webhookHandler(receiver)
  return await listen(createServer((request, response) => void handle(request, response)))
}

/** A receiver that answers what `answer` says, asked for each request; never, where that is `undefined`. */
export async function startReceiver(answer: () => FixedAnswer | undefined): Promise<StageReceiver> {
  return await listen(createServer(answerWith(answer)))
}

/** A receiver behind a certificate that nobody trusts. */
export async function startUntrustedReceiver(): Promise<StageReceiver> {
  const answer = answerWith(() => ({ status: 200 }))
  return await listen(createTlsServer(createSelfSignedCertificate(), answer), 'https://localhost')
}

/** Fails the first `failures` attempts of each delivery, then accepts it. */
export async function startFlakyReceiver(failures: number): Promise<StageReceiver> {
  return await listen(
    createServer((request, response) => {
      const attempt = Number(request.headers['x-complywise-attempt'] ?? 1)
      const failed = { status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>' }
      send(request, response, attempt <= failures ? failed : { status: 200, body: '{"status":"processed"}' })
    }),
  )
}

function answerWith(answer: () => FixedAnswer | undefined): RequestListener {
  return (request, response) => {
    const given = answer()
    if (given === undefined) request.resume()
    else send(request, response, given)
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body = '{}' }: FixedAnswer,
): void {
  request.resume()
  request.once('end', () => response.writeHead(status, headers).end(body))
}

async function listen(server: Server, origin = 'http://127.0.0.1'): Promise<StageReceiver> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `${origin}:${port}/webhooks`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function ignore(): void {}
