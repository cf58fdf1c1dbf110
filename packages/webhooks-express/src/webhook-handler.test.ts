import { EventEmitter, once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request,
  type Server,
} from 'node:http'
import { createRequire } from 'node:module'
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

  it('hands over the whole path, also where a router is mounted', async () => {
    const { receiver, seen } = makeReceiver({
      secret: ({ url }) =>
        Promise.resolve(url === '/hooks/acme?region=eu' ? { tenant: 'acme', secret } : undefined),
    })
    const { url } = await listen(express, receiver, (app, express) =>
      app.use('/hooks', express.Router().post('/:tenant', webhookHandler(receiver))),
    )
    const message = await signed(event)
    expect(await post(url.replace('/webhooks', '/hooks/acme?region=eu'), message)).toMatchObject(processed)
    expect(seen).toEqual([event])
  })

  describe('after a body parser', () => {
    const consumers: readonly (readonly [name: string, Mount])[] = [
      ['express.json()', (app, express) => app.use(express.json())],
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
      const chunked = { ...message, headers: { ...message.headers, 'transfer-encoding': 'chunked' } }
      expect(await post(url, chunked)).toMatchObject({ status: 500 })
    })

    const keepers: readonly (readonly [name: string, Mount])[] = [
      [
        'express.json() with the fix from the log',
        (app, express) =>
          app.use(express.json({ verify: (req, _res, bytes) => Object.assign(req, { rawBody: bytes }) })),
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
  readonly body: Buffer
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

async function signed(content: object | Buffer): Promise<Message> {
  const body = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content))
  const headers = await sign({ eventId, body, attemptedAt: new Date(), secrets: [secret] })
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
}

async function post(url: string, { method, headers, body }: Message): Promise<Answer> {
  const client = request(url, { method, headers, agent: false })
  const responded = once(client, 'response')
  client.end(body)
  const [response] = await responded
  return { status: response.statusCode, headers: response.headers, body: await textOf(response) }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.')
  return address.port
}
