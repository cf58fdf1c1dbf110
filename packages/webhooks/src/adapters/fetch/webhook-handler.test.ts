import { describe, expect, it } from 'vitest'
import { createReceiver, type Receiver } from '../../receive/receiver.ts'
import type { ReceivedRequest, Reply } from '../../receive/request.ts'
import { webhookHandler } from './index.ts'

const url = 'https://example.com/webhooks/acme?region=eu'
const reply: Reply = { status: 202, headers: { 'content-type': 'application/json' }, body: '{"status":"ü"}' }

it('translates a Request and answers with the reply, verbatim', async () => {
  const { receiver, received } = recordingReceiver()
  const response = await webhookHandler(receiver)(post(' \uFEFF{ "a": 1.0 }\r\n'))
  expect([response.status, await response.text()]).toEqual([202, reply.body])
  expect([...response.headers]).toEqual([
    ['content-length', '15'],
    ['content-type', 'application/json'],
  ])
  expect(received).toMatchObject([{ method: 'POST', url: '/webhooks/acme?region=eu' }])
  expect(received[0]?.body).toEqual(bytes(' \uFEFF{ "a": 1.0 }\r\n'))
})

it.each([
  ['no body', new Request(url, { method: 'POST' }), ''],
  ['a method without one', new Request(url), ''],
  ['an announced length', announced('{"a":1}', 7), '{"a":1}'],
  [
    'pieces that split a character',
    post(stream([bytes('漢').subarray(0, 1), bytes('漢').subarray(1)])),
    '漢',
  ],
])('reads the bytes of %s', async (_what, request, text) => {
  const { receiver, received } = recordingReceiver()
  await webhookHandler(receiver)(request)
  expect(received[0]?.body).toEqual(bytes(text))
})

describe('limits the size of a body', () => {
  it.each([
    ['of the limit, announced', announced('12345678', 8), bytes('12345678')],
    ['of the limit', post(stream([bytes('1234'), bytes('5678')])), bytes('12345678')],
    ['longer, announced', announced('123456789', 9), { unreadable: 'too_large' }],
    ['longer', post(stream([bytes('12345'), bytes('6789')])), { unreadable: 'too_large' }],
  ])('%s', async (_what, request, body) => {
    const { receiver, received } = recordingReceiver({ maxBodyBytes: 8 })
    await webhookHandler(receiver)(request)
    expect(received[0]?.body).toEqual(body)
  })

  it('and answers before the end of one that has none', async () => {
    const { receiver, received } = recordingReceiver({ maxBodyBytes: 8 })
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(bytes('123456789')),
    })
    expect((await webhookHandler(receiver)(post(endless))).status).toBe(202)
    expect(received[0]?.body).toEqual({ unreadable: 'too_large' })
  })
})

it.each<[string, (request: Request) => unknown]>([
  ['read', (request) => request.text()],
  ['read in part', (request) => request.body?.getReader().read()],
  ['locked', (request) => request.body?.getReader()],
])('says what to do when the body was %s before', async (_what, consume) => {
  const { receiver, received } = recordingReceiver()
  const request = post('{}')
  await consume(request)
  await webhookHandler(receiver)(request)
  expect(received).toMatchObject([
    { body: { unreadable: 'already_parsed', fix: expect.stringContaining('request.clone()') } },
  ])
})

it('reads a request whose copy was read', async () => {
  const { receiver, received } = recordingReceiver()
  const request = post('{}')
  await request.clone().json()
  await webhookHandler(receiver)(request)
  expect(received[0]?.body).toEqual(bytes('{}'))
})

describe('when the client disconnects', () => {
  it.each([
    ['in the middle of the body', (body: ReadableStreamDefaultController) => body.error(new Error('reset'))],
    ['after it', (body: ReadableStreamDefaultController) => body.close()],
  ])('%s, the receiver gets no request', async (_when, finish) => {
    const { receiver, received } = recordingReceiver()
    const client = new AbortController()
    const body = new ReadableStream({
      pull: (controller) => {
        client.abort()
        finish(controller)
      },
    })
    // A request that a client makes would fail with its signal; a server's does not.
    const request = Object.defineProperty(post(body), 'signal', { value: client.signal })
    expect((await webhookHandler(receiver)(request)).status).toBe(499)
    expect(received).toEqual([])
  })

  it('while a handler runs, the signal of the request aborts', async () => {
    const { receiver, received } = recordingReceiver()
    const client = new AbortController()
    await webhookHandler(receiver)(new Request(post('{}'), { signal: client.signal }))
    client.abort()
    expect(received[0]?.signal?.aborted).toBe(true)
  })
})

it('rejects with what broke the body of a client that is still there', async () => {
  const { receiver, received } = recordingReceiver()
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error('not gzip')) })
  await expect(webhookHandler(receiver)(post(body))).rejects.toThrow('not gzip')
  expect(received).toEqual([])
})

/** A receiver that keeps the requests it gets, and answers all of them with `reply`. */
function recordingReceiver({ maxBodyBytes = 1000 } = {}): {
  receiver: Receiver
  received: readonly ReceivedRequest[]
} {
  const received: ReceivedRequest[] = []
  const receive = (request: ReceivedRequest): Promise<Reply> => {
    received.push(request)
    return Promise.resolve(reply)
  }
  const receiver = createReceiver({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', maxBodyBytes })
  return { receiver: { ...receiver, receive }, received }
}

function post(body: string | ReadableStream): Request {
  return new Request(url, { method: 'POST', body, duplex: 'half' })
}

function announced(body: string, length: number): Request {
  return new Request(url, { method: 'POST', body, headers: { 'content-length': String(length) } })
}

function stream(chunks: readonly Uint8Array[]): ReadableStream {
  return ReadableStream.from(chunks)
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
