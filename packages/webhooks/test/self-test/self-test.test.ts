import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import express, { type Request as ExpressRequest, type RequestHandler } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { webhookHandler as fetchHandler } from '../../src/adapters/fetch/index.ts'
import { webhookHandler } from '../../src/adapters/node/index.ts'
import type { Receiver } from '../../src/receive/receiver.ts'
import { secret } from '../receiver-fixture.ts'
import { makeTestable } from './testable.ts'

/** Puts the receiver behind something; its webhooks arrive at `/webhooks`. */
type Mount = (receiver: Receiver) => RequestListener | Promise<RequestListener>

describe('a self-test passes', () => {
  const mounts: readonly (readonly [what: string, Mount])[] = [
    ["Node's server", mountNode],
    ['Express', behind()],
    ['Express, where express.raw() kept the bytes', behind(express.raw({ type: '*/*', limit: '1mb' }))],
    [
      'Express, where express.json() kept the bytes',
      behind(
        express.json({
          limit: '1mb',
          verify: (request, _response, rawBody) => Object.assign(request, { rawBody }),
        }),
      ),
    ],
    [
      'Express, where a middleware answers other paths',
      behind((request, response, next) => (request.path === '/webhooks' ? next() : response.sendStatus(404))),
    ],
    ['Fastify, whose parser kept the bytes', mountFastify(true)],
  ]

  it.each(mounts)('through %s', async (_what, mount) => {
    const { receiver, selfTest, told } = makeTestable()
    const url = await listen(mount(receiver))
    await expect(selfTest(url)).resolves.toBeUndefined()
    expect(told).toEqual([])
  })

  it('without a server, through what takes requests', async () => {
    const { receiver, selfTest, told } = makeTestable()
    const handler = fetchHandler(receiver)
    const app = new Hono().post('/webhooks', ({ req }) => handler(req.raw))
    await expect(
      selfTest('http://localhost/webhooks', (request) => app.fetch(request)),
    ).resolves.toBeUndefined()
    expect(told).toEqual([])
  })

  it('with the secret of the tenant that the path names', async () => {
    const { receiver, selfTest } = makeTestable({
      secret: ({ url }) => (url === '/webhooks/acme' ? { tenant: 'acme', secret } : undefined),
    })
    const url = await listen(behind()(receiver))
    await expect(selfTest(`${url}/acme`)).resolves.toBeUndefined()
    await expect(selfTest(`${url}/other`)).rejects.toThrow('there is no secret in force for this path.')
  })

  it('with a secret that is still in force', async () => {
    const { receiver, selfTest } = makeTestable({
      secret: [{ id: 'old', value: 'expired', notAfter: new Date(0) }, secret],
    })
    await expect(selfTest(await listen(behind()(receiver)))).resolves.toBeUndefined()
  })

  it('with the smallest limit that its canary fits', async () => {
    const { receiver, selfTest } = makeTestable({ maxBodyBytes: 600 })
    await expect(selfTest(await listen(behind()(receiver)))).resolves.toBeUndefined()
  })

  it('again, and any number at the same time', async () => {
    const { receiver, selfTest, told } = makeTestable()
    const url = await listen(behind()(receiver))
    await Promise.all([selfTest(url), selfTest(url), selfTest(url)])
    await selfTest(url)
    expect(told).toEqual([])
  })
})

describe('a self-test names what broke', () => {
  const setups: readonly (readonly [what: string, mount: Mount, message: string])[] = [
    // The body.
    [
      'express.json() first',
      behind(express.json()),
      'the body was consumed. Something consumed the body before',
    ],
    [
      'express.text() first',
      behind(express.text({ type: '*/*' })),
      'the body was consumed. Something consumed',
    ],
    [
      "Fastify's own parser",
      mountFastify(false),
      'the body was consumed. Something consumed the body before',
    ],
    [
      'bytes made of parsed JSON',
      behind(express.json(), (request, _response, next) => keep(request, JSON.stringify(request.body), next)),
      'the body was parsed as JSON and written again (',
    ],
    [
      'bytes made of Latin-1',
      behind(decoder('latin1')),
      'the body was read as Latin-1 and written as UTF-8 (',
    ],
    ['bytes made of ASCII', behind(decoder('ascii')), 'the body was changed ('],
    [
      'tidied line breaks',
      behind(rewriter((text) => text.replaceAll('\r', ''))),
      'written with LF in place of CRLF (',
    ],
    [
      'a trimmed body',
      behind(rewriter((text) => text.trim())),
      'the body was stripped of the line break at its end (',
    ],
    ['a body cut off', behind(rewriter((text) => text.slice(0, 100))), 'the body was cut off ('],
    ['an empty body', behind(rewriter(() => '')), 'the body was emptied ('],
    [
      'base64',
      behind(rewriter((text) => Buffer.from(text).toString('base64'))),
      'the body was left in base64 (',
    ],
    [
      'a size limit in front',
      behind(express.raw({ type: '*/*' })),
      'a body of 1048576 bytes, which maxBodyBytes allows, does not arrive: the canary was answered 413 before it ' +
        'reached the receiver: something in front limits the size of a body; raise that limit, or lower maxBodyBytes.',
    ],
    // The headers.
    [
      'a header removed',
      behind(changeHeaders({ 'webhook-signature': undefined })),
      'webhook-signature was removed. Let',
    ],
    [
      'most headers removed',
      behind(
        changeHeaders({
          'x-complywise-signature': undefined,
          'x-complywise-delivery': undefined,
          'webhook-id': undefined,
        }),
      ),
      'x-complywise-delivery was removed, x-complywise-signature was removed, webhook-id was removed. Let every proxy',
    ],
    [
      'a header changed',
      behind(changeHeaders({ 'webhook-id': 'req_1' })),
      'webhook-id was changed. Let every proxy',
    ],
    [
      'another media type',
      behind(changeHeaders({ 'content-type': 'text/json' })),
      'the receiver refused it: content_type_unsupported',
    ],
    [
      'another method',
      behind((request, _response, next) => next(void (request.method = 'PUT'))),
      'the canary arrived as PUT:',
    ],
    // What never reaches the receiver.
    [
      'no such route',
      (receiver) => express().post('/hooks', webhookHandler(receiver)),
      'answered 404 before it reached the receiver: no route has this path',
    ],
    [
      'another method only',
      answering(405),
      'answered 405 before it reached the receiver: the route takes no POST.',
    ],
    [
      'credentials',
      answering(401),
      'answered 401 before it reached the receiver: something in front wants credentials',
    ],
    [
      'CSRF protection',
      answering(403),
      'answered 403 before it reached the receiver: something in front, such as CSRF',
    ],
    ['another route', answering(202), 'answered 202 before it reached the receiver: another route took it'],
    [
      'a failure in front',
      answering(502),
      'answered 502 before it reached the receiver: something in front failed',
    ],
    [
      'a status of its own',
      answering(418),
      'answered 418 before it reached the receiver: something in front failed',
    ],
    [
      'a redirect',
      behind((_request, response) => response.redirect(308, '/webhooks/')),
      'the canary was redirected to /webhooks/. The sender follows no redirects: give it that URL.',
    ],
  ]

  it.each(setups)('%s', async (_what, mount, message) => {
    const { receiver, selfTest, told } = makeTestable()
    const url = await listen(mount(receiver))
    await expect(selfTest(url)).rejects.toMatchObject({
      name: 'WebhookError',
      code: 'self_test_failed',
      message: expect.stringContaining(message),
    })
    await expect(selfTest(url)).rejects.toThrow(`The self-test of ${url} failed: `)
    expect(told).toEqual([])
  })

  it('a reply that is dropped', async () => {
    const { receiver, selfTest } = makeTestable()
    const handler = fetchHandler(receiver)
    const drop = async (request: Request): Promise<Response> => {
      await handler(request)
      return new Response(null, { status: 204 })
    }
    await expect(selfTest('http://localhost/webhooks', drop)).rejects.toThrow(
      'failed: the receiver answered 200, but 204 came back. Return what webhookHandler returns, and answer nothing else.',
    )
  })

  it.each<[what: string, listener: RequestListener, message: RegExp]>([
    [
      'a connection that breaks',
      ({ socket }) => socket.destroy(),
      /did not reach the receiver: .*(closed|ECONNRESET)/,
    ],
  ])('%s', async (_what, listener, message) => {
    const { selfTest } = makeTestable()
    await expect(selfTest(await listen(listener))).rejects.toThrow(message)
  })

  it('an answer that does not come within ten seconds', async () => {
    const { selfTest } = makeTestable()
    await expect(afterTenSeconds(() => selfTest('http://localhost/', neverAnswer))).rejects.toThrow(
      'the canary did not reach the receiver: no answer within 10 seconds.',
    )
  })

  it('an answer that does not come, after the canary has arrived', async () => {
    const { receiver, selfTest } = makeTestable()
    const handler = fetchHandler(receiver)
    const hang = async (request: Request): Promise<Response> => {
      await handler(request)
      return neverAnswer()
    }
    await expect(afterTenSeconds(() => selfTest('http://localhost/webhooks', hang))).rejects.toThrow(
      'the receiver answered 200, but no answer came back (no answer within 10 seconds).',
    )
  })

  it('that the canary has come to another process, which runs nothing', async () => {
    const { selfTest } = makeTestable()
    const other = makeTestable()
    const handler = fetchHandler(other.receiver)
    await expect(selfTest('http://localhost/webhooks', handler)).rejects.toThrow(
      'another process at the same address',
    )
    expect(other.told).toEqual([])
  })

  it('that nothing listens yet', async () => {
    const { selfTest } = makeTestable()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = urlOf(server)
    server.close()
    await once(server, 'close')
    await expect(selfTest(url)).rejects.toThrow(
      `did not reach the receiver: connect ECONNREFUSED ${new URL(url).host}. Call selfTest once the server listens.`,
    )
  })

  it('a URL that is not absolute', async () => {
    await expect(makeTestable().selfTest('/webhooks')).rejects.toThrow(
      'The self-test failed: the URL is not absolute; give one such as http://127.0.0.1:3000/webhooks.',
    )
  })

  it('a limit that its canary does not fit', async () => {
    const { receiver, selfTest } = makeTestable({ maxBodyBytes: 100 })
    await expect(selfTest(await listen(behind()(receiver)))).rejects.toThrow('longer than maxBodyBytes.')
  })

  it('a resolver that fails', async () => {
    const { selfTest } = makeTestable({ secret: () => Promise.reject(new Error('no database')) })
    await expect(selfTest('http://localhost/webhooks')).rejects.toMatchObject({
      message: 'The self-test of http://localhost/webhooks failed: the secret resolver failed.',
      cause: new Error('no database'),
    })
  })

  it('a path that another mount shows the resolver', async () => {
    const { receiver, selfTest } = makeTestable({
      secret: ({ url }) => (url === '/public/webhooks' ? { tenant: 'acme', secret } : undefined),
    })
    const handler = fetchHandler(receiver)
    const strip = (request: Request): Promise<Response> =>
      handler(new Request(request.url.replace('/public', ''), request))
    await expect(selfTest('http://localhost/public/webhooks', strip)).rejects.toThrow(
      'the canary arrived intact, and the receiver refused it: secret_not_found (see docs/errors.md).',
    )
  })
})

/** An Express app that passes webhooks through `middlewares`. */
function behind(...middlewares: readonly RequestHandler[]): Mount {
  return (receiver) => {
    const app = express().use(...middlewares, (_request, _response, next) => next())
    return app.use('/webhooks', webhookHandler(receiver))
  }
}

function rewriter(rewrite: (text: string) => string): RequestHandler {
  return (request, response, next) =>
    express.raw({ type: '*/*', limit: '2mb' })(request, response, () =>
      keep(request, rewrite(request.body.toString()), next),
    )
}

function decoder(encoding: BufferEncoding): RequestHandler {
  return (request, response, next) =>
    express.raw({ type: '*/*', limit: '2mb' })(request, response, () =>
      keep(request, request.body.toString(encoding), next),
    )
}

/** Keeps text as the bytes of a body. */
function keep(request: ExpressRequest, text: string, next: () => void): void {
  Object.assign(request, { rawBody: Buffer.from(text) })
  next()
}

function neverAnswer(): Promise<Response> {
  return new Promise(() => undefined)
}

/** Runs a self-test on a clock that leaps once it waits. */
async function afterTenSeconds(selfTest: () => Promise<void>): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const settled = Promise.allSettled([selfTest()])
  await vi.waitUntil(() => vi.getTimerCount() > 0)
  vi.advanceTimersByTime(10_000)
  const [result] = await settled
  if (result.status === 'rejected') throw result.reason
}

function changeHeaders(changes: Readonly<Record<string, string | undefined>>): RequestHandler {
  return (request, _response, next) => {
    Object.assign(request.headers, changes)
    next()
  }
}

function answering(status: number): Mount {
  return behind((_request, response) => response.sendStatus(status))
}

function mountNode(receiver: Receiver): RequestListener {
  const handler = webhookHandler(receiver)
  return (request, response) => void handler(request, response)
}

function mountFastify(keepsBytes: boolean): Mount {
  return async (receiver) => {
    const app = fastify()
    onTestFinished(() => app.close())
    if (keepsBytes) {
      app.removeAllContentTypeParsers()
      app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: unknown) => body)
    }
    const handler = webhookHandler(receiver)
    app.post('/webhooks', ({ raw, body }, reply) => {
      reply.hijack()
      return handler(keepsBytes ? Object.assign(raw, { body }) : raw, reply.raw)
    })
    await app.ready()
    return (request, response) => app.routing(request, response)
  }
}

/** Starts a server that ends with the test, and gives the URL of the webhooks on it. */
async function listen(listener: RequestListener | Promise<RequestListener>): Promise<string> {
  const server = createServer(await listener).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return urlOf(server)
}

function urlOf(server: Server): string {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen.')
  return `http://127.0.0.1:${address.port}/webhooks`
}
