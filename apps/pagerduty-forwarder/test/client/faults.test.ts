import { exampleRoutingKey, type Fault } from '@complywise/destination-fakes'
import { describe, expect, test } from 'vitest'
import { createEventsClient } from '../../src/client/create-events-client.ts'
import type { EventsErrorCode } from '../../src/client/events-error.ts'
import { changeEvent, failureOf, startPagerDuty, startTlsServer, triggerEvent } from './support.ts'

interface Expected {
  readonly code: EventsErrorCode
  readonly status: number | undefined
  readonly retryAfterMs?: number
  readonly isPossiblyAccepted: boolean
  readonly hasEffect: boolean
}

const answered: readonly [string, Fault, Expected][] = [
  [
    '429 with Retry-After',
    { kind: 'rate-limited', retryAfterSeconds: 7 },
    { code: 'rate_limited', status: 429, retryAfterMs: 7000, isPossiblyAccepted: false, hasEffect: false },
  ],
  [
    '429 without Retry-After',
    { kind: 'rate-limited' },
    { code: 'rate_limited', status: 429, retryAfterMs: 30_000, isPossiblyAccepted: false, hasEffect: false },
  ],
  [
    'a reset before the event took effect',
    { kind: 'reset-before' },
    { code: 'no_answer', status: undefined, isPossiblyAccepted: true, hasEffect: false },
  ],
  [
    'a reset after the event took effect',
    { kind: 'reset-after' },
    { code: 'no_answer', status: undefined, isPossiblyAccepted: true, hasEffect: true },
  ],
  [
    "a proxy's page with 502",
    { kind: 'html-502' },
    { code: 'unavailable', status: 502, isPossiblyAccepted: true, hasEffect: false },
  ],
  [
    "a proxy's page with 502 after the event took effect",
    { kind: 'html-502-after' },
    { code: 'unavailable', status: 502, isPossiblyAccepted: true, hasEffect: true },
  ],
  [
    '503',
    { kind: 'unavailable' },
    { code: 'unavailable', status: 503, isPossiblyAccepted: true, hasEffect: false },
  ],
  [
    '503 with Retry-After',
    { kind: 'unavailable', retryAfterSeconds: 12 },
    { code: 'unavailable', status: 503, retryAfterMs: 12_000, isPossiblyAccepted: true, hasEffect: false },
  ],
  [
    '500',
    { kind: 'error', status: 500, body: { status: 'internal error' } },
    { code: 'unavailable', status: 500, isPossiblyAccepted: true, hasEffect: false },
  ],
  [
    'half of an answer',
    { kind: 'truncated' },
    { code: 'no_answer', status: 202, isPossiblyAccepted: true, hasEffect: true },
  ],
  [
    'a page that calls itself a success',
    { kind: 'html-success' },
    { code: 'no_answer', status: 202, isPossiblyAccepted: true, hasEffect: true },
  ],
  [
    'JSON of something else with 200',
    { kind: 'error', status: 200, body: { ok: true } },
    { code: 'no_answer', status: 200, isPossiblyAccepted: true, hasEffect: false },
  ],
  [
    '404',
    { kind: 'error', status: 404, body: 'Not Found' },
    { code: 'unexpected_answer', status: 404, isPossiblyAccepted: false, hasEffect: false },
  ],
  [
    "a page with 400 that is not PagerDuty's",
    { kind: 'error', status: 400, body: '<h1>Bad Request</h1>' },
    { code: 'unexpected_answer', status: 400, isPossiblyAccepted: false, hasEffect: false },
  ],
  [
    "a gateway's refusal with 400",
    { kind: 'error', status: 400, body: { message: 'Bad Request' } },
    { code: 'unexpected_answer', status: 400, isPossiblyAccepted: false, hasEffect: false },
  ],
]

describe.each(answered)('%s', (_, fault, { hasEffect, ...expected }) => {
  test('is told apart, and the event was sent once', async () => {
    const { pagerDuty, client } = await startPagerDuty()
    pagerDuty.faults.inject(fault)
    expect(await failureOf(client)).toMatchObject({ retryAfterMs: undefined, errors: [], ...expected })
    expect(pagerDuty.requests).toHaveLength(1)
    expect(pagerDuty.incidents(exampleRoutingKey)).toHaveLength(hasEffect ? 1 : 0)
  })

  test('stops nothing: the next event is accepted', async () => {
    const { pagerDuty, client } = await startPagerDuty()
    pagerDuty.faults.inject(fault)
    await failureOf(client, changeEvent)
    expect(await client.send(triggerEvent, new AbortController().signal)).toMatchObject({ status: 202 })
  })
})

test('an answer that comes late is awaited as long as the signal lets it', async () => {
  const { pagerDuty, client } = await startPagerDuty()
  pagerDuty.faults.inject({ kind: 'slow', ms: 50 })
  expect(await client.send(triggerEvent, new AbortController().signal)).toMatchObject({ status: 202 })
})

test('a Retry-After with a date is read against the clock', async () => {
  const { server, ca } = await startTlsServer((_, response) => {
    response.writeHead(429, { 'retry-after': 'Sun, 01 Mar 2026 12:01:30 GMT' }).end('{}')
  })
  const client = createEventsClient({ server, ca, now: () => Date.UTC(2026, 2, 1, 12) })
  expect(await failureOf(client)).toMatchObject({ code: 'rate_limited', retryAfterMs: 90_000 })
})

test('a redirect is not followed', async () => {
  const paths: (string | undefined)[] = []
  const { server, ca } = await startTlsServer((request, response) => {
    paths.push(request.url)
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  expect(await failureOf(createEventsClient({ server, ca }))).toMatchObject({
    code: 'unexpected_answer',
    status: 307,
    message: expect.stringContaining('check the server'),
  })
  expect(paths).toEqual(['/v2/enqueue'])
})

test.each([
  [202, true],
  [400, false],
])('an answer with %i that breaks off is no answer', async (status, isPossiblyAccepted) => {
  const { server, ca } = await startTlsServer((request, response) => {
    response.writeHead(status, { 'content-length': '100' })
    response.write('{"status":', () => request.socket.destroy())
  })
  expect(await failureOf(createEventsClient({ server, ca }))).toMatchObject({
    code: 'no_answer',
    status,
    isPossiblyAccepted,
  })
})

test('an answer without end is not read to its end', async () => {
  const left = Promise.withResolvers<void>()
  const { server, ca } = await startTlsServer((_, response) => {
    response.writeHead(202).once('close', left.resolve)
    const write = (): void => {
      if (!response.destroyed) response.write('x'.repeat(16 * 1024), write)
    }
    write()
  })
  expect(await failureOf(createEventsClient({ server, ca }))).toMatchObject({
    code: 'no_answer',
    status: 202,
  })
  await left.promise
})

describe('an event that breaks a rule', () => {
  test("is refused with PagerDuty's own words", async () => {
    const { client } = await startPagerDuty()
    const event = {
      ...triggerEvent,
      payload: { ...triggerEvent.payload, summary: 's'.repeat(1025), source: '' },
    }
    expect(await failureOf(client, event)).toMatchObject({
      code: 'refused',
      status: 400,
      errors: [
        "'payload.summary' is too long (maximum is 1024 characters)",
        "'payload.source' is missing or blank",
      ],
      message: expect.stringContaining("'payload.source' is missing or blank"),
      isPossiblyAccepted: false,
    })
  })

  test('is refused when a gateway finds it too large', async () => {
    const { pagerDuty, client } = await startPagerDuty()
    pagerDuty.faults.inject({ kind: 'error', status: 413, body: '<h1>Request Entity Too Large</h1>' })
    expect(await failureOf(client)).toMatchObject({ code: 'refused', status: 413, errors: [] })
  })
})

describe('a routing key that PagerDuty does not take', () => {
  test.each([
    ['no integration has', 'f'.repeat(32)],
    ['is too short', 'abc'],
    ['belongs to another kind of token', 'e+93facc04764012d7bf-_002500d5d1'],
  ])('because it %s is the operator’s to correct', async (_, routingKey) => {
    const { client } = await startPagerDuty()
    const error = await failureOf(client, { ...triggerEvent, routing_key: routingKey })
    expect(error).toMatchObject({ code: 'unauthorized_key', status: 400 })
    expect(error.errors).not.toEqual([])
  })

  test('is told from a refused event also when PagerDuty says it as a message', async () => {
    const { pagerDuty, client } = await startPagerDuty()
    const body = { status: 'invalid event', message: 'Invalid Routing Key' }
    pagerDuty.faults.inject({ kind: 'error', status: 400, body })
    expect(await failureOf(client)).toMatchObject({
      code: 'unauthorized_key',
      errors: ['Invalid Routing Key'],
    })
  })

  test('is quoted nowhere', async () => {
    const { pagerDuty, client } = await startPagerDuty()
    const body = {
      status: 'invalid event',
      message: 'no',
      errors: [`Unknown routing key ${exampleRoutingKey}`],
    }
    pagerDuty.faults.inject({ kind: 'error', status: 400, body })
    const error = await failureOf(client)
    expect(error.errors).toEqual(['Unknown routing key [routing key]'])
    expect(error.message).not.toContain(exampleRoutingKey)
  })
})
