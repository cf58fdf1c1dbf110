import { EventEmitter, once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request,
  type Server,
} from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { createReceiver, type Log, type Receiver, type ReceiverOptions } from '@complywise/webhooks'
import { sign } from '@complywise/webhooks/wire'
import express5 from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { webhookHandler } from './webhook-handler.ts'

type Express = typeof express5
type Mount = (app: ReturnType<Express>, express: Express) => void

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'
const data = { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' }
const event = {
  event: 'compliance.control_failed',
  event_id: eventId,
  timestamp: new Date().toISOString(),
  data,
}
const processed = { status: 200, body: '{"status":"processed"}' }
const limit = 4096

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

// The alias has no types; what is used here is the same in both versions.
const express4: Express = createRequire(import.meta.url)('express-4')

describe.each([
  ['4', express4],
  ['5', express5],
])('webhookHandler in Express %s', (_version, express) => {
  it('hands a signed event to its handler and writes the reply verbatim', async () => {
    const { receiver, seen } = makeReceiver()
    const { url } = await listen(express, receiver)
    const reply = await post(url, await signed(event))
    expect(reply).toMatchObject(processed)
    expect(reply.headers['content-type']).toBe('application/json')
    expect(reply.headers['content-length']).toBe('22')
    expect(seen).toEqual([event])
  })

  describe('takes the bytes as they are', () => {
    const timestamp = event.timestamp
    const start = `{"event":"policy.approved","event_id":"${eventId}","timestamp":"${timestamp}","data":`
    it.each([
      ['text beyond ASCII', `${start}{"name":"Żółć 漢字 🛡️"}}`, 'Żółć 漢字 🛡️'],
      ['escapes', `${start}{"name":"\\u00e9\\/\\ud83d\\ude00"}}`, 'é/😀'],
      ['a number that JSON would print differently', `${start}{"name":1.0}}`, 1],
      ['carriage returns', `${start}\r\n\t{ "name" : "x" }\r\n}\r\n`, 'x'],
      ['a byte order mark', `\uFEFF${start}{"name":"x"}}`, 'x'],
      ['a key twice', `${start}{"name":"x","name":"y"}}`, 'y'],
    ])('%s', async (_what, text, name) => {
      const { receiver, seen } = makeReceiver()
      const { url } = await listen(express, receiver)
      expect(await post(url, await signed(Buffer.from(text)))).toMatchObject(processed)
      expect(seen).toMatchObject([{ data: { name } }])
    })

    it('and so verifies bytes that are no UTF-8, before it refuses them as JSON', async () => {
      const { receiver, logged } = makeReceiver()
      const { url } = await listen(express, receiver)
      const body = Buffer.concat([
        Buffer.from(`${start}{"name":"`),
        Buffer.of(0xc3, 0x28),
        Buffer.from('"}}'),
      ])
      expect(await post(url, await signed(body))).toMatchObject({ status: 400 })
      expect(logged).toEqual([expect.stringContaining('envelope_invalid')])
    })

    it('also when they come in pieces that split a character', async () => {
      const { receiver, seen } = makeReceiver()
      const { url } = await listen(express, receiver)
      const message = await signed(Buffer.from(`${start}{"name":"漢"}}`))
      const pieces = [...message.body].map((byte) => Buffer.of(byte))
      expect(await post(url, { ...message, body: pieces })).toMatchObject(processed)
      expect(seen).toMatchObject([{ data: { name: '漢' } }])
    })
  })

  it.each([
    ['a tampered body', 401, (message: Message) => ({ ...message, body: Buffer.from('{}') })],
    ['no signature', 401, (message: Message) => withHeader(message, 'x-complywise-signature', undefined)],
    ['a signature twice', 401, (message: Message) => repeatHeader(message, 'x-complywise-signature')],
    ['an empty body', 401, (message: Message) => ({ ...message, body: Buffer.alloc(0) })],
    [
      'a media type other than JSON',
      415,
      (message: Message) => withHeader(message, 'content-type', 'text/plain'),
    ],
    ['no media type', 415, (message: Message) => withHeader(message, 'content-type', undefined)],
    ['another method', 405, (message: Message) => ({ ...message, method: 'PUT' })],
    ['a GET', 405, (message: Message) => ({ ...message, method: 'GET', body: Buffer.alloc(0) })],
  ])('answers %s with %i, as the receiver decides', async (_what, status, change) => {
    const { receiver, seen } = makeReceiver()
    const { url } = await listen(express, receiver)
    expect(await post(url, change(await signed(event)))).toMatchObject({ status })
    expect(seen).toEqual([])
  })

  it('sends the headers of a reply', async () => {
    const { url } = await listen(express, makeReceiver().receiver)
    const reply = await post(url, { ...(await signed(event)), method: 'PUT' })
    expect(reply.headers['allow']).toBe('POST')
  })

  it('reads headers in any case', async () => {
    const { url } = await listen(express, makeReceiver().receiver)
    const { headers, ...message } = await signed(event)
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    )
    expect(await post(url, { ...message, headers: upper })).toMatchObject(processed)
  })

  describe('limits the size of a body', () => {
    it.each([
      ['of the limit, announced', limit, false, 200],
      ['of the limit, chunked', limit, true, 200],
      ['one byte longer, announced', limit + 1, false, 413],
      ['one byte longer, chunked', limit + 1, true, 413],
      ['of many times the limit, announced', 2_000_000, false, 413],
      ['of many times the limit, chunked', 2_000_000, true, 413],
    ])('%s', async (_what, size, isChunked, status) => {
      const { url } = await listen(express, makeReceiver({ maxBodyBytes: limit }).receiver)
      const message = await signed(Buffer.from(JSON.stringify(event).padEnd(size)))
      const body = isChunked ? pieces(message.body, 1000) : message.body
      expect(await post(url, { ...message, body })).toMatchObject({ status })
    })

    it('before any of it is sent, where its length is announced', async () => {
      const { url } = await listen(express, makeReceiver({ maxBodyBytes: limit }).receiver)
      const { headers } = await signed(event)
      const client = request(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': 1_000_000_000 },
      })
      client.on('error', () => undefined)
      const responded = once(client, 'response')
      client.flushHeaders()
      expect(await responded).toMatchObject([{ statusCode: 413 }])
      client.destroy()
    })

    it.each([
      ['announced', `content-length: 100000\r\n\r\n${' '.repeat(100_000)}`],
      ['chunked', `transfer-encoding: chunked\r\n\r\n186a0\r\n${' '.repeat(100_000)}\r\n0\r\n\r\n`],
    ])('and leaves the connection fit for the next request: %s', async (_what, rest) => {
      const { server } = await listen(express, makeReceiver({ maxBodyBytes: limit }).receiver)
      const socket = connect(portOf(server)).setEncoding('utf8')
      socket.write(`POST /webhooks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${rest}`)
      socket.write('GET /webhooks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
      expect((await textOf(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 405'])
    })
  })

  describe('after a body parser', () => {
    const consumers: readonly (readonly [name: string, Mount])[] = [
      ['express.json()', (app, express) => app.use(express.json())],
      ['express.text()', (app, express) => app.use(express.text({ type: '*/*' }))],
      [
        'express.urlencoded()',
        (app, express) => app.use(express.urlencoded({ extended: true, type: () => true })),
      ],
      [
        'a parser that leaves nothing',
        (app) => app.use((request, _response, next) => request.resume().on('end', next)),
      ],
      [
        'a parser that stopped half-way',
        (app) =>
          app.use((request, _response, next) => {
            request.once('data', () => {
              request.pause()
              next()
            })
          }),
      ],
      [
        'a middleware that decodes the stream',
        (app) =>
          app.use((request, _response, next) => {
            request.setEncoding('utf8')
            next()
          }),
      ],
    ]

    it.each(consumers)(
      '%s that consumed the body answers 500 at once and logs the fix',
      async (_name, mount) => {
        const { receiver, seen, logged } = makeReceiver()
        const { url } = await listen(express, receiver, mount)
        expect(await post(url, await signed(event))).toMatchObject({
          status: 500,
          body: '{"status":"misconfigured"}',
        })
        expect(seen).toEqual([])
        expect(logged).toEqual([
          'Refused a webhook request: body_already_parsed. A body parser consumed the body before webhookHandler saw ' +
            'it. Register the webhook route before app.use(express.json()), or keep the bytes: express.json({ verify: ' +
            '(req, res, bytes) => { req.rawBody = bytes } }).',
        ])
      },
    )

    it('express.json() that read an empty body answers 500 as well', async () => {
      const { url } = await listen(express, makeReceiver().receiver, (app, express) =>
        app.use(express.json()),
      )
      const message = await signed(Buffer.alloc(0))
      expect(await post(url, { ...message, body: [] })).toMatchObject({ status: 500 })
    })

    const keepers: readonly (readonly [name: string, Mount])[] = [
      ['express.raw()', (app, express) => app.use(express.raw({ type: '*/*' }))],
      [
        'express.json() with the fix from the log',
        (app, express) =>
          app.use(express.json({ verify: (req, _res, bytes) => Object.assign(req, { rawBody: bytes }) })),
      ],
      [
        'express.json() for another media type',
        (app, express) => app.use(express.json({ type: 'text/json' })),
      ],
      ['express.json() behind the route', (app, express) => app.use('/other', express.json())],
      [
        'a middleware that paused the stream and took its time',
        (app) =>
          app.use((request, _response, next) => {
            request.pause()
            setImmediate(next)
          }),
      ],
    ]

    it.each(keepers)('%s that left the bytes works', async (_name, mount) => {
      const { receiver, seen } = makeReceiver()
      const { url } = await listen(express, receiver, mount)
      expect(await post(url, await signed(event))).toMatchObject(processed)
      expect(seen).toEqual([event])
    })

    it('express.raw() with a higher limit, the limit is still that of the receiver', async () => {
      const { receiver } = makeReceiver({ maxBodyBytes: limit })
      const { url } = await listen(express, receiver, (app, express) => app.use(express.raw({ type: '*/*' })))
      const message = await signed(Buffer.from(JSON.stringify(event).padEnd(limit + 1)))
      expect(await post(url, message)).toMatchObject({ status: 413 })
    })
  })

  it('answers 500, and nothing of the error, when a handler throws', async () => {
    const { receiver } = makeReceiver()
    receiver.onAny(() => Promise.reject(new Error('password=hunter2')))
    const { url } = await listen(express, receiver)
    const reply = await post(url, await signed(event))
    expect(reply).toMatchObject({ status: 500, body: '{"status":"failed"}' })
    expect(JSON.stringify(reply)).not.toMatch(/hunter2|Error|\.ts/)
  })

  it('serves two receivers in one app, each with its own secret', async () => {
    const otherSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
    const first = makeReceiver()
    const second = makeReceiver({ secret: otherSecret })
    const { url } = await listen(express, first.receiver, (app) =>
      app.post('/second', webhookHandler(second.receiver)),
    )
    const secondUrl = url.replace('/webhooks', '/second')
    expect(await post(url, await signed(event))).toMatchObject({ status: 200 })
    expect(await post(secondUrl, await signed(event))).toMatchObject({ status: 401 })
    expect(await post(secondUrl, await signed(event, otherSecret))).toMatchObject({ status: 200 })
    expect([first.seen, second.seen]).toEqual([[event], [event]])
  })

  describe('when the client disconnects', () => {
    it('in the middle of a body, calls no handler and goes on serving', async () => {
      const { receiver, seen, logged } = makeReceiver()
      const { url, server, settled } = await listen(express, receiver)
      const { body, headers } = await signed(event)
      const client = request(url, { method: 'POST', headers: { ...headers, 'content-length': body.length } })
      client.on('error', () => undefined)
      client.write(body.subarray(0, 20))
      await once(server, 'request')
      client.destroy()
      await settled()
      expect([seen, logged]).toEqual([[], []])
      expect(await post(url, await signed(event))).toMatchObject(processed)
    })

    it('before its request gets here, calls no handler', async () => {
      const { receiver, seen, logged } = makeReceiver()
      const progress = new EventEmitter()
      const { url, server, settled } = await listen(express, receiver, (app) =>
        app.use((request, _response, next) => {
          request.once('close', () => {
            next()
            progress.emit('passed on')
          })
        }),
      )
      const { headers } = await signed(event)
      const client = request(url, { method: 'POST', headers: { ...headers, 'content-length': 100 } })
      client.on('error', () => undefined)
      const passedOn = once(progress, 'passed on')
      client.flushHeaders()
      await once(server, 'request')
      client.destroy()
      await passedOn
      await settled()
      expect([seen, logged]).toEqual([[], []])
    })

    it('after a parser has kept the bytes, but before they get here, calls no handler', async () => {
      const { receiver, seen, logged } = makeReceiver()
      const progress = new EventEmitter()
      const { url, settled } = await listen(express, receiver, (app) =>
        app.use(express.raw({ type: '*/*' }), (_request, response, next) => {
          response.once('close', () => {
            next()
            progress.emit('passed on')
          })
          progress.emit('held')
        }),
      )
      const { body, headers } = await signed(event)
      const client = request(url, { method: 'POST', headers })
      client.on('error', () => undefined)
      const held = once(progress, 'held')
      const passedOn = once(progress, 'passed on')
      client.end(body)
      await held
      client.destroy()
      await passedOn
      await settled()
      expect([seen, logged]).toEqual([[], []])
    })

    it('while a handler runs, aborts the signal of its context', async () => {
      const { receiver } = makeReceiver()
      const progress = new EventEmitter()
      const reasons: unknown[] = []
      receiver.on('compliance.control_failed', async (_event, { signal }) => {
        progress.emit('started')
        await once(signal, 'abort')
        reasons.push(signal.reason)
      })
      const { url, settled } = await listen(express, receiver)
      const { body, headers } = await signed(event)
      const client = request(url, { method: 'POST', headers })
      client.on('error', () => undefined)
      const started = once(progress, 'started')
      client.end(body)
      await started
      client.destroy()
      await settled()
      expect(reasons).toEqual([expect.objectContaining({ name: 'AbortError' })])
    })

    it('does not abort the signal of a request that was answered', async () => {
      const { receiver } = makeReceiver()
      const signals: AbortSignal[] = []
      receiver.onAny((_event, { signal }) => signals.push(signal))
      const { url, settled } = await listen(express, receiver)
      await post(url, await signed(event))
      await settled()
      expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    })
  })

  it('stays silent where a timeout middleware has answered before it', async () => {
    const { receiver } = makeReceiver()
    const { url, settled } = await listen(express, receiver, (app) =>
      app.use((_request, response, next) => {
        response.status(503).end('too slow')
        next()
      }),
    )
    expect(await post(url, await signed(event))).toMatchObject({ status: 503, body: 'too slow' })
    await settled()
  })
})

interface Message {
  readonly method: string
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer | readonly Buffer[]
}

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver that handles every event, the events it handled, and the messages it logged. */
function makeReceiver(options: Partial<ReceiverOptions> = {}): {
  receiver: Receiver
  seen: readonly unknown[]
  logged: readonly string[]
} {
  const logged: string[] = []
  const log: Log = { warn: (message) => logged.push(message), error: (message) => logged.push(message) }
  const seen: unknown[] = []
  const receiver = createReceiver({ secret, log, ...options }).onAny((event) => seen.push(event))
  return { receiver, seen, logged }
}

/** Serves a receiver on loopback. `settled` waits until the latest request is over, and fails if its handler did. */
async function listen(
  express: Express,
  receiver: Receiver,
  mount: Mount = () => undefined,
): Promise<{ url: string; server: Server; settled: () => Promise<unknown> }> {
  const app = express()
  const handler = webhookHandler(receiver)
  let latest: Promise<unknown> = Promise.resolve()
  mount(app, express)
  app.all('/webhooks', (request, response) => {
    const closed = response.closed ? undefined : once(response, 'close')
    latest = Promise.all([handler(request, response), closed])
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  cleanups.push(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${portOf(server)}/webhooks`, server, settled: () => latest }
}

async function signed(content: object | Buffer, key = secret): Promise<Message & { readonly body: Buffer }> {
  const body = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content))
  const headers = await sign({ eventId, body, attemptedAt: new Date(), secrets: [key] })
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
}

/** Sends a message; a body in several buffers goes out chunked, each in a write of its own. */
async function post(url: string, { method, headers, body }: Message): Promise<Answer> {
  const client = request(url, { method, headers, agent: false })
  const responded = once(client, 'response')
  if (Buffer.isBuffer(body)) client.end(body)
  else await writeAll(client, body)
  const [response] = await responded
  return { status: response.statusCode, headers: response.headers, body: await textOf(response) }
}

async function writeAll(client: NodeJS.WritableStream, buffers: readonly Buffer[]): Promise<void> {
  for (const buffer of buffers) await new Promise((resolve) => client.write(buffer, resolve))
  client.end()
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

function withHeader(message: Message, name: string, value: string | undefined): Message {
  const { [name]: _, ...headers } = message.headers
  return { ...message, headers: value === undefined ? headers : { ...headers, [name]: value } }
}

function repeatHeader(message: Message, name: string): Message {
  const value = String(message.headers[name])
  return { ...message, headers: { ...message.headers, [name]: [value, value] } }
}

function pieces(body: Buffer, size: number): readonly Buffer[] {
  const count = Math.ceil(body.length / size)
  return Array.from({ length: count }, (_, index) => body.subarray(index * size, (index + 1) * size))
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.')
  return address.port
}
