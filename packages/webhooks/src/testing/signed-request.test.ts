import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createReceiver } from '../receive/receiver.ts'
import { contentDigest, headerNames, matchesContentDigest, verify } from '../wire/index.ts'
import { eventFixture, unknownEventFixture } from './event-fixture.ts'
import { signedRequest } from './signed-request.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const receiver = createReceiver({ secret, log: { warn: () => {}, error: () => {} } })

describe('signedRequest', () => {
  it('makes a request that a receiver verifies, with every header of the wire contract', async () => {
    const attemptedAt = new Date()
    const event = eventFixture('scan.completed')
    const request = await signedRequest(event, { secret, attemptedAt, attempt: 3, deliveryId: 'dlv_1' })
    expect(await receiver.verify(request)).toMatchObject({
      verified: true,
      event,
      context: { attempt: 3, deliveryId: 'dlv_1' },
    })
    expect(Object.keys(request.headers).toSorted()).toEqual(
      ['content-type', 'user-agent', ...Object.values(headerNames)].toSorted(),
    )
    expect(request.headers).toMatchObject({
      'webhook-id': event.event_id,
      'webhook-timestamp': String(Math.floor(attemptedAt.getTime() / 1000)),
      'content-digest': await contentDigest(request.body),
      'x-complywise-event': 'scan.completed',
    })
  })

  it('makes the event from its type, which then happened when the attempt was made', async () => {
    const attemptedAt = new Date('2026-03-01T12:00:00Z')
    const { payload } = await signedRequest('evidence.uploaded', { secret, attemptedAt })
    expect(JSON.parse(payload)).toEqual({
      ...eventFixture('evidence.uploaded', { timestamp: '2026-03-01T12:00:00.000Z' }),
      event_id: expect.any(String),
    })
  })

  it('sends events of unknown types', async () => {
    const event = unknownEventFixture('constructor')
    expect(await receiver.verify(await signedRequest(event, { secret }))).toMatchObject({
      verified: true,
      event,
    })
  })

  it('signs with every secret while one is being rotated, the newest first', async () => {
    const { body, headers } = await signedRequest('scan.failed', { secret: ['new-secret', 'old-secret'] })
    const verifications = ['new-secret', 'old-secret'].map((each) =>
      verify({ body, headers, secrets: [each] }),
    )
    expect(await Promise.all(verifications)).toMatchObject([
      { verified: true },
      { verified: false, code: 'signature_mismatch' },
    ])
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
  })

  it('leaves the time of the attempt unsigned if asked to', async () => {
    const request = await signedRequest('scan.failed', { secret, withoutAttemptSignature: true })
    const { body, headers } = request
    expect(await verify({ body, headers, secrets: [secret] })).toMatchObject({ attemptedAt: undefined })
    expect(await createReceiver({ secret, requireAttemptSignature: true }).verify(request)).toMatchObject({
      code: 'attempt_signature_missing',
    })
  })

  it.each([
    { tamper: 'body', intact: false },
    { tamper: 'signature', intact: true },
  ] as const)('is refused with its $tamper tampered with', async ({ tamper, intact }) => {
    const request = await signedRequest('scan.failed', { secret, tamper })
    expect(await receiver.receive(request)).toMatchObject({ status: 401 })
    expect(await matchesContentDigest(request.body, request.headers['content-digest'])).toBe(intact)
  })

  it('tampers with the body so that only its bytes differ', async () => {
    const event = eventFixture('scan.failed')
    const { payload } = await signedRequest(event, { secret, tamper: 'body' })
    expect(JSON.parse(payload)).toEqual(event)
    expect(payload).not.toBe(JSON.stringify(event))
  })

  it('refuses a secret that no sender has', async () => {
    await expect(signedRequest('scan.failed', { secret: '' })).rejects.toMatchObject({ code: 'secret_empty' })
  })

  it('is a request of its own each time it is made a WHATWG Request', async () => {
    const request = await signedRequest('scan.failed', { secret, url: '/hooks/acme?region=eu' })
    for (const { method, url, headers, ...rest } of [request.toRequest(), request.toRequest()]) {
      expect({ method, url, rest }).toEqual({
        method: 'POST',
        url: 'http://localhost/hooks/acme?region=eu',
        rest: {},
      })
      expect(Object.fromEntries(headers)).toEqual(request.headers)
    }
    expect(await request.toRequest('https://example.com').text()).toBe(request.payload)
  })

  it('can be given to fetch as it is', async () => {
    const server = createServer((incoming, response) => {
      const { method = '', headers } = incoming
      void buffer(incoming)
        .then((body) => receiver.receive({ method, headers, body }))
        .then(({ status }) => response.writeHead(status).end())
    })
    onTestFinished(() => void server.close())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const origin = `http://127.0.0.1:${portOf(server)}`
    const request = await signedRequest('scan.failed', { secret })
    expect((await fetch(origin + request.url, request)).status).toBe(200)
  })
})

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.')
  return address.port
}
