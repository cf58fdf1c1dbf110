import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import supertest from 'supertest'
import { expect, it, onTestFinished } from 'vitest'
import { createReceiver } from '../receive/receiver.ts'
import { eventFixture } from './event-fixture.ts'
import { type SignedRequest, signedRequest } from './signed-request.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** What frameworks' own test clients are given, and the status they see. */
const clients: Readonly<Record<string, (request: SignedRequest) => Promise<number>>> = {
  'a handler of WHATWG requests': async (request) => (await receiveFetch(request.toRequest())).status,
  "Hono's request": async (request) => {
    const app = new Hono().post('/webhooks', ({ req }) => receiveFetch(req.raw))
    return (await app.request(request.url, request)).status
  },
  "Fastify's inject": async (request) => {
    const app = fastify()
    onTestFinished(() => app.close())
    app.removeAllContentTypeParsers()
    app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.post<{ Body: Buffer }>('/webhooks', async ({ method, headers, body }, reply) => {
      const { status } = await receiver.receive({ method, headers, body })
      return reply.code(status).send()
    })
    return (await app.inject(request)).statusCode
  },
  "supertest's send": async (request) => {
    const app = express()
    app.post('/webhooks', express.raw({ type: '*/*' }), async ({ method, headers, body }, response) => {
      response.sendStatus((await receiver.receive({ method, headers, body })).status)
    })
    return (await supertest(app).post(request.url).set(request.headers).send(request.payload)).status
  },
}

const event = eventFixture('evidence.uploaded', { data: { uploaded_by: 'Zoë 漢字 🙂' } })
const receiver = createReceiver({ secret, log: { warn: () => {}, error: () => {} } })

it.each(Object.entries(clients))(
  '%s carries the signed bytes, and those that were tampered with',
  async (_, send) => {
    const statuses = [
      await send(await signedRequest(event, { secret })),
      await send(await signedRequest(event, { secret, tamper: 'body' })),
    ]
    expect(statuses).toEqual([200, 401])
  },
)

async function receiveFetch(request: Request): Promise<Response> {
  const { method, headers } = request
  const { status } = await receiver.receive({ method, headers, body: await request.bytes() })
  return new Response(null, { status })
}
