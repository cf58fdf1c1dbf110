import { once } from 'node:events'
import { request, type Server } from 'node:http'
import { createReceiver, type Receiver, type ReceiverOptions } from '@complywise/webhooks'
import { sign } from '@complywise/webhooks/wire'
import { serve } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { validator } from 'hono/validator'
import { describe, expect, it, onTestFinished } from 'vitest'
import { webhookHandler } from './webhook-handler.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'
const data = { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' }
const event = {
  event: 'compliance.control_failed',
  event_id: eventId,
  timestamp: new Date().toISOString(),
  data,
}

describe('webhookHandler in Hono', () => {
  it('hands a signed event to its handler and writes the reply verbatim', async () => {
    const { receiver, seen } = makeReceiver()
    const url = await listen(new Hono().all('/webhooks', webhookHandler(receiver)))
    const response = await fetch(url, await signed(event))
    expect([response.status, await response.text()]).toEqual([200, '{"status":"processed"}'])
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('content-length')).toBe('22')
    expect(seen).toEqual([event])
  })

  it('works without a server', async () => {
    const { receiver, seen } = makeReceiver()
    const app = new Hono().all('/webhooks', webhookHandler(receiver))
    expect((await app.request('/webhooks', await signed(event))).status).toBe(200)
    expect(seen).toEqual([event])
  })

  it('fits an app of any environment, and a route of any path', async () => {
    interface Env {
      Bindings: { readonly QUEUE: string }
      Variables: { readonly user: string }
    }
    const inner = new Hono<Env>().post('/:tenant', webhookHandler(makeReceiver().receiver))
    const url = await listen(new Hono<Env>().route('/webhooks', inner))
    expect(await post(`${url}/acme`, await signed(event))).toBe(200)
  })

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('lets the receiver answer %s', async (method) => {
    const url = await listen(new Hono().all('/webhooks', webhookHandler(makeReceiver().receiver)))
    const response = await fetch(url, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('keeps the headers that a middleware has set', async () => {
    const app = new Hono()
      .use(async (context, next) => {
        context.header('x-request-id', '7')
        await next()
      })
      .all('/webhooks', webhookHandler(makeReceiver().receiver))
    const { headers } = await fetch(await listen(app), await signed(event))
    expect([headers.get('x-request-id'), headers.get('content-type')]).toEqual(['7', 'application/json'])
  })

  describe('behind a middleware', () => {
    const keepers: readonly (readonly [name: string, MiddlewareHandler])[] = [
      ['a validator', validator('json', (value) => value)],
      ['a body limit', bodyLimit({ maxSize: 10_000 })],
      ['c.req.json()', reading((context) => context.req.json())],
      ['c.req.text()', reading((context) => context.req.text())],
      ['c.req.arrayBuffer()', reading((context) => context.req.arrayBuffer())],
      ['c.req.blob()', reading((context) => context.req.blob())],
      ['a copy of c.req.raw', reading((context) => context.req.raw.clone().text())],
    ]

    it.each(keepers)('that uses %s works', async (_name, middleware) => {
      const { receiver, seen } = makeReceiver()
      const url = await listen(new Hono().use(middleware).all('/webhooks', webhookHandler(receiver)))
      expect(await post(url, await signed(event))).toBe(200)
      expect(await post(url, chunked(await signed(event)))).toBe(200)
      expect(seen).toEqual([event])
    })

    it.each([
      ['text', reading((context) => context.req.raw.text())],
      ['a stream', reading(({ req }) => req.raw.body?.pipeTo(new WritableStream()) ?? Promise.resolve())],
    ])('that consumed c.req.raw as %s answers 500 and logs the fix', async (_what, middleware) => {
      const { receiver, logged } = makeReceiver()
      const url = await listen(new Hono().use(middleware).all('/webhooks', webhookHandler(receiver)))
      expect(await post(url, await signed(event))).toBe(500)
      expect(await post(url, chunked(await signed(event)))).toBe(500)
      const line = expect.stringMatching(/^Refused .* body_already_parsed\. A middleware read .* c\.req\.raw/)
      expect(logged).toEqual([line, line])
    })

    it('that kept the bytes, the limit is still that of the receiver', async () => {
      const { receiver } = makeReceiver({ maxBodyBytes: 10 })
      const app = new Hono().use(reading((context) => context.req.text()))
      const url = await listen(app.all('/webhooks', webhookHandler(receiver)))
      expect(await post(url, await signed(event))).toBe(413)
    })
  })

  it('calls no handler and reports no error when the client disconnects in the middle of a body', async () => {
    const { receiver, seen, logged } = makeReceiver()
    const handler = webhookHandler(receiver)
    const begun = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<Response>()
    const app = new Hono().all('/webhooks', (context) => {
      begun.resolve()
      ended.resolve(handler(context))
      return ended.promise
    })
    const { body, headers } = await signed(event)
    const length = { 'content-length': body.byteLength }
    const client = request(await listen(app), { method: 'POST', headers: { ...headers, ...length } })
    client.on('error', () => undefined)
    client.write(body.subarray(0, 20))
    await begun.promise
    client.destroy()
    expect((await ended.promise).status).toBe(499)
    expect([seen, logged]).toEqual([[], []])
  })

  it('aborts the signal of a handler when the client disconnects', async () => {
    const { receiver } = makeReceiver()
    const started = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<unknown>()
    receiver.on('compliance.control_failed', async (_event, { signal }) => {
      started.resolve()
      await once(signal, 'abort')
      ended.resolve(signal.aborted)
    })
    const { body, headers } = await signed(event)
    const url = await listen(new Hono().all('/webhooks', webhookHandler(receiver)))
    const client = request(url, { method: 'POST', headers })
    client.on('error', () => undefined)
    client.end(body)
    await started.promise
    client.destroy()
    expect(await ended.promise).toBe(true)
  })
})

/** A middleware that reads the body and passes the request on. */
function reading(read: (context: Parameters<MiddlewareHandler>[0]) => Promise<unknown>): MiddlewareHandler {
  return async (context, next) => {
    await read(context)
    await next()
  }
}

function makeReceiver(options: Partial<ReceiverOptions> = {}): {
  receiver: Receiver
  seen: readonly unknown[]
  logged: readonly string[]
} {
  const logged: string[] = []
  const log = {
    warn: (message: string) => logged.push(message),
    error: (message: string) => logged.push(message),
  }
  const seen: unknown[] = []
  const receiver = createReceiver({ secret, log, ...options }).onAny((event) => seen.push(event))
  return { receiver, seen, logged }
}

/** Serves an app on loopback. Returns the URL of its `/webhooks`. */
async function listen(app: { fetch(request: Request): Response | Promise<Response> }): Promise<string> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It is, unless told to speak HTTP/2.
  const server = serve({ fetch: (request) => app.fetch(request), port: 0, hostname: '127.0.0.1' }) as Server
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.')
  return `http://127.0.0.1:${address.port}/webhooks`
}

interface Message {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  readonly body: Uint8Array<ArrayBuffer>
}

async function signed(content: object): Promise<Message> {
  const body = new TextEncoder().encode(JSON.stringify(content))
  const headers = await sign({ eventId, body, attemptedAt: new Date(), secrets: [secret] })
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
}

/** The same message without a content-length. */
function chunked(message: Message): RequestInit & { readonly duplex: 'half' } {
  return { ...message, body: new Blob([message.body]).stream(), duplex: 'half' }
}

async function post(url: string, message: RequestInit): Promise<number> {
  const response = await fetch(url, message)
  await response.arrayBuffer()
  return response.status
}
