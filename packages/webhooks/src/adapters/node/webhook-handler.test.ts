import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createReceiver, type Receiver } from '../../receive/receiver.ts'
import type { ReceivedRequest, Reply } from '../../receive/request.ts'
import { type NodeRequest, webhookHandler } from './index.ts'

const reply: Reply = { status: 202, headers: { 'x-reply': 'yes' }, body: '{"status":"ü"}' }

it('translates a request of node:http and writes the reply verbatim', async () => {
  const { receiver, received } = recordingReceiver()
  const url = await listen(webhookHandler(receiver))
  const response = await fetch(`${url}/webhooks/acme?region=eu`, { method: 'POST', body: '{ "a": 1.0 }' })
  expect([response.status, await response.text()]).toEqual([202, reply.body])
  expect(response.headers.get('x-reply')).toBe('yes')
  expect(response.headers.get('content-length')).toBe('15')
  expect(received).toMatchObject([{ method: 'POST', url: '/webhooks/acme?region=eu' }])
  expect(textOf(received[0]?.body)).toBe('{ "a": 1.0 }')
})

it.each<[string, Partial<NodeRequest>]>([
  ['rawBody', { rawBody: Buffer.from('{ "a": 1.0 }'), body: { a: 1 } }],
  ['body', { body: Buffer.from('{ "a": 1.0 }') }],
])('uses the bytes that a framework kept as %s', async (_name, kept) => {
  const { receiver, received } = recordingReceiver()
  const handler = webhookHandler(receiver)
  const url = await listen((request, response) => {
    request.resume().on('end', () => void handler(Object.assign(request, kept), response))
  })
  expect((await fetch(url, { method: 'POST', body: '{ "a": 1.0 }' })).status).toBe(202)
  expect(textOf(received[0]?.body)).toBe('{ "a": 1.0 }')
})

it('gives the whole path where a framework cut the mount off', async () => {
  const { receiver, received } = recordingReceiver()
  const handler = webhookHandler(receiver)
  const url = await listen((request, response) =>
    handler(Object.assign(request, { originalUrl: request.url, url: '/' }), response),
  )
  await fetch(`${url}/webhooks/acme`, { method: 'POST' })
  expect(received).toMatchObject([{ url: '/webhooks/acme' }])
})

it('says what to do when something else consumed the body', async () => {
  const { receiver, received } = recordingReceiver()
  const handler = webhookHandler(receiver)
  const url = await listen((request, response) => {
    request.resume().on('end', () => void handler(request, response))
  })
  await fetch(url, { method: 'POST', body: '{}' })
  expect(received).toMatchObject([
    { body: { unreadable: 'already_parsed', fix: expect.stringContaining('request.rawBody') } },
  ])
})

it('neither calls the receiver nor rejects when the body breaks off', async () => {
  const { receiver, received } = recordingReceiver()
  const handler = webhookHandler(receiver)
  const handled = Promise.withResolvers<void>()
  const url = await listen((request, response) => handled.resolve(handler(request, response)))
  const socket = connect(Number(new URL(url).port))
  socket.end('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n')
  expect(await handled.promise).toBeUndefined()
  expect(received).toEqual([])
})

/** A receiver that keeps the requests it gets, and answers all of them with `reply`. */
function recordingReceiver(): { receiver: Receiver; received: readonly ReceivedRequest[] } {
  const received: ReceivedRequest[] = []
  const receive = (request: ReceivedRequest): Promise<Reply> => {
    received.push(request)
    return Promise.resolve(reply)
  }
  return {
    receiver: { ...createReceiver({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }), receive },
    received,
  }
}

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.')
  return `http://127.0.0.1:${address.port}`
}

function textOf(body: ReceivedRequest['body'] | undefined): string | undefined {
  return body instanceof Uint8Array ? Buffer.from(body).toString() : undefined
}
