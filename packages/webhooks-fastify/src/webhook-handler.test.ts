import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:http2'
import { PassThrough, type Readable, Transform } from 'node:stream'
import { createReceiver, type Receiver, type ReceiverOptions } from '@complywise/webhooks'
import { sign } from '@complywise/webhooks/wire'
import createFastify, { type FastifyInstance } from 'fastify'
import { expect, describe, it, onTestFinished } from 'vitest'
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

describe('webhookHandler in Fastify', () => {
  it('hands a signed event to its handler and writes the reply verbatim', async () => {
    const { receiver, seen } = makeReceiver()
    const url = await listen((app) => app.register(webhookHandler(receiver), { prefix: '/webhooks' }))
    const response = await fetch(url, await signed(event))
    expect([response.status, await response.text()]).toEqual([200, '{"status":"processed"}'])
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('content-length')).toBe('22')
    expect(seen).toEqual([event])
  })

  it.each(['/webhooks', '/webhooks/', '/webhooks?region=eu'])('answers %s', async (path) => {
    const url = await listen((app) =>
      app.register(webhookHandler(makeReceiver().receiver), { prefix: '/webhooks' }),
    )
    expect(await post(url.replace('/webhooks', path), await signed(event))).toBe(200)
  })

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'])(
    'lets the receiver answer %s',
    async (method) => {
      const url = await listen((app) =>
        app.register(webhookHandler(makeReceiver().receiver), { prefix: '/webhooks' }),
      )
      const [response] = await once(request(url, { method }).end(), 'response')
      response.resume()
      expect([response.statusCode, response.headers.allow]).toEqual([405, 'POST'])
    },
  )

  it.each([
    ['that Fastify cannot parse', 'json'],
    ['of a form', 'application/x-www-form-urlencoded'],
    ['of text', 'text/plain'],
  ])('lets the receiver refuse a media type %s', async (_what, contentType) => {
    const url = await listen((app) =>
      app.register(webhookHandler(makeReceiver().receiver), { prefix: '/webhooks' }),
    )
    const response = await fetch(url, await signed(event, { 'content-type': contentType }))
    expect([response.status, await response.json()]).toEqual([415, { status: 'unsupported_media_type' }])
  })

  it.each([
    ['the limit of the app is lower', 10, 100_000, 200],
    ['the limit of the app is higher', 10_000_000, 10, 413],
  ])('keeps to the limit of the receiver where %s', async (_what, bodyLimit, maxBodyBytes, status) => {
    const { receiver } = makeReceiver({ maxBodyBytes })
    const url = await listen((app) => app.register(webhookHandler(receiver), { prefix: '/webhooks' }), {
      bodyLimit,
    })
    expect(await post(url, await signed(event))).toBe(status)
  })

  it('serves two receivers in one app, each with its own secret', async () => {
    const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
    const url = await listen((app) =>
      app
        .register(webhookHandler(makeReceiver().receiver), { prefix: '/webhooks' })
        .register(webhookHandler(makeReceiver({ secret: other }).receiver), { prefix: '/webhooks/other' }),
    )
    expect(await post(url, await signed(event))).toBe(200)
    expect(await post(`${url}/other`, await signed(event))).toBe(401)
  })

  it('works on an HTTP/2 server', async () => {
    const app = createFastify({ http2: true })
    onTestFinished(() => app.close())
    const { receiver, seen } = makeReceiver()
    app.register(webhookHandler(receiver), { prefix: '/webhooks' })
    const session = connect(await app.listen({ port: 0 }))
    const { headers, body } = await signed(event)
    const stream = session.request({ ':method': 'POST', ':path': '/webhooks', ...headers }).end(body)
    const [response] = await once(stream, 'response')
    session.destroy()
    expect(response[':status']).toBe(200)
    expect(seen).toEqual([event])
  })

  describe('leaves the rest of the app alone', () => {
    it('where siblings have parsers of their own', async () => {
      const url = await listen((app) => {
        app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) =>
          done(null, { custom: text.length }),
        )
        app.register(webhookHandler(makeReceiver().receiver), { prefix: '/webhooks' })
        app.post('/sibling', async ({ body }) => body)
      })
      const message = await signed(event)
      expect(await post(url, message)).toBe(200)
      const sibling = await fetch(url.replace('/webhooks', '/sibling'), message)
      expect(await sibling.json()).toEqual({ custom: message.body.byteLength })
    })

    it('where its hooks refuse a request, which its own error handler answers', async () => {
      const { receiver, seen } = makeReceiver()
      const url = await listen((app) => {
        app.setErrorHandler((error, _request, reply) => reply.code(418).send(String(error)))
        app.addHook('preHandler', async () => {
          throw new Error('not today')
        })
        app.register(webhookHandler(receiver), { prefix: '/webhooks' })
      })
      const response = await fetch(url, await signed(event))
      expect([response.status, await response.text()]).toEqual([418, 'Error: not today'])
      expect(seen).toEqual([])
    })

    it('where its hooks see the reply', async () => {
      const url = await listen((app) => {
        app.addHook('onSend', async (_request, reply) => void reply.header('x-frame-options', 'DENY'))
        app.register(webhookHandler(makeReceiver().receiver), { prefix: '/webhooks' })
      })
      const { headers } = await fetch(url, await signed(event))
      expect(headers.get('x-frame-options')).toBe('DENY')
    })
  })

  describe('behind a preParsing hook', () => {
    it.each<[string, (payload: Readable) => Readable]>([
      ['passes the bytes on through a stream of its own', (payload) => payload.pipe(new PassThrough())],
      [
        'passes them on as text',
        (payload) => payload.pipe(new PassThrough({ readableObjectMode: true })).map(String),
      ],
    ])('that %s works', async (_what, replace) => {
      const { receiver, seen } = makeReceiver()
      const url = await listen((app) => {
        app.addHook('preParsing', (_request, _reply, payload, done) => done(null, replace(payload)))
        app.register(webhookHandler(receiver), { prefix: '/webhooks' })
      })
      expect(await post(url, await signed(event))).toBe(200)
      expect(seen).toEqual([event])
    })

    it('that consumed the body answers 500 and logs the fix', async () => {
      const { receiver, logged } = makeReceiver()
      const url = await listen((app) => {
        app.addHook('preParsing', async (_request, _reply, payload) => {
          for await (const _ of payload);
        })
        app.register(webhookHandler(receiver), { prefix: '/webhooks' })
      })
      expect(await post(url, await signed(event))).toBe(500)
      expect(logged).toEqual([expect.stringMatching(/^Refused .* body_already_parsed\. A hook consumed/)])
    })

    it('whose stream breaks lets Fastify answer', async () => {
      const { receiver, logged } = makeReceiver()
      const url = await listen((app) => {
        app.addHook('preParsing', (_request, _reply, payload, done) =>
          done(
            null,
            payload.pipe(new Transform({ transform: (_c, _e, done) => done(new Error('not gzip')) })),
          ),
        )
        app.register(webhookHandler(receiver), { prefix: '/webhooks' })
      })
      const response = await fetch(url, await signed(event))
      expect([response.status, await response.json()]).toMatchObject([500, { message: 'not gzip' }])
      expect(logged).toEqual([])
    })
  })

  it('calls no handler and logs nothing when the client disconnects in the middle of a body', async () => {
    const { receiver, seen, logged } = makeReceiver()
    const lines: string[] = []
    const app = createFastify({ logger: { level: 'warn', stream: { write: (line) => lines.push(line) } } })
    onTestFinished(() => app.close())
    const begun = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<void>()
    app.addHook('onRequest', async () => begun.resolve())
    app.addHook('onRequestAbort', async (_request) => aborted.resolve())
    app.register(webhookHandler(receiver), { prefix: '/webhooks' })
    const { body, headers } = await signed(event)
    const client = request(`${await app.listen({ port: 0 })}/webhooks`, { method: 'POST', headers })
    client.on('error', () => undefined)
    client.setHeader('content-length', body.byteLength)
    client.write(body.subarray(0, 20))
    await begun.promise
    client.destroy()
    await aborted.promise
    await app.close()
    expect([seen, logged, lines]).toEqual([[], [], []])
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
    const url = await listen((app) => app.register(webhookHandler(receiver), { prefix: '/webhooks' }))
    const { body, headers } = await signed(event)
    const client = request(url, { method: 'POST', headers })
    client.on('error', () => undefined)
    client.end(body)
    await started.promise
    client.destroy()
    expect(await ended.promise).toBe(true)
  })
})

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
async function listen(
  mount: (app: FastifyInstance) => unknown,
  options: { bodyLimit?: number } = {},
): Promise<string> {
  const app = createFastify(options)
  onTestFinished(() => app.close())
  mount(app)
  return `${await app.listen({ port: 0 })}/webhooks`
}

async function signed(
  content: object,
  extra: Readonly<Record<string, string>> = {},
): Promise<{ method: 'POST'; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> }> {
  const body = new TextEncoder().encode(JSON.stringify(content))
  const headers = await sign({ eventId, body, attemptedAt: new Date(), secrets: [secret] })
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers, ...extra }, body }
}

async function post(url: string, message: RequestInit): Promise<number> {
  const response = await fetch(url, message)
  await response.arrayBuffer()
  return response.status
}
