import { describe, expect, it } from 'vitest'
import {
  envelopeOf,
  eventId,
  makeReceiver,
  now,
  oldSecret,
  secret,
  type SignedRequest,
  signedRequest,
  withoutAttempt,
} from '../../test/receiver-fixture.ts'
import { WebhookError } from '../errors.ts'
import { eventCatalog } from '../events/catalog.ts'
import { eventTypes, type WebhookEvent } from '../events/event.ts'
import type { HandlerContext } from './handlers.ts'
import type { Log } from './log.ts'
import type { ReceiverOptions } from './options.ts'
import { createReceiver } from './receiver.ts'
import type { ReceivedRequest } from './request.ts'
import type { Telemetry } from './telemetry.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

describe('a request that is processed', () => {
  it.each(eventTypes)('hands %s to the handler of its type, exactly as it was signed', async (type) => {
    const { receiver, entries } = makeReceiver()
    const seen: WebhookEvent[] = []
    receiver.on(type, (event) => seen.push(event))
    const envelope = { ...envelopeOf(type), added_later: [1] }
    const reply = await receiver.receive(await signedRequest(envelope))
    expect(reply).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"status":"processed"}',
    })
    expect(seen).toEqual([envelope])
    expect(entries).toEqual([])
  })

  it('tells the handler about the delivery', async () => {
    const { receiver } = makeReceiver({ secret: [oldSecret, secret] })
    const contexts: HandlerContext[] = []
    receiver.onAny((_event, context) => contexts.push(context))
    const request = await signedRequest(envelopeOf('scan.completed'))
    const headers = { ...request.headers, 'x-complywise-delivery': 'dlv_1', 'x-complywise-attempt': '3' }
    await receiver.receive({ ...request, headers })
    expect(contexts).toMatchObject([
      {
        deliveryId: 'dlv_1',
        attempt: 3,
        secretId: '1',
        tenant: undefined,
        handler: 'any#1',
        claim: expect.objectContaining({ key: `default/${eventId}` }),
      },
    ])
  })

  it.each([['0'], ['-1'], ['1.5'], ['one'], [''], ['99999999999999999999'], [['1', '2']]])(
    'does not take %j for the number of an attempt',
    async (attempt) => {
      const { receiver } = makeReceiver()
      const contexts: HandlerContext[] = []
      receiver.onAny((_event, context) => contexts.push(context))
      const request = await signedRequest(envelopeOf('scan.completed'))
      await receiver.receive({ ...request, headers: { ...request.headers, 'x-complywise-attempt': attempt } })
      expect(contexts.map((context) => context.attempt)).toEqual([undefined])
    },
  )

  it('gives the handler a signal even where the adapter has none', async () => {
    const { receiver } = makeReceiver()
    const aborted: boolean[] = []
    receiver.onAny((_event, { signal }) => aborted.push(signal.aborted))
    await receiver.receive(await signedRequest(envelopeOf('scan.completed')))
    expect(aborted).toEqual([false])
  })

  it('runs the handlers of an event in the order of registration, waiting for each', async () => {
    const { receiver } = makeReceiver()
    const order: string[] = []
    receiver
      .on('scan.completed', async () => {
        await Promise.resolve()
        order.push('first')
      })
      .onAny(() => order.push('any'))
      .on('scan.failed', () => order.push('never'))
      .onUnknown(() => order.push('never'))
      .on('scan.completed', () => order.push('last'))
    await receiver.receive(await signedRequest(envelopeOf('scan.completed')))
    expect(order).toEqual(['first', 'any', 'last'])
  })

  it.each(['policy.approved', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'hands an event of the unknown type "%s" to onUnknown and onAny, whatever its data',
    async (event) => {
      const { receiver } = makeReceiver()
      const seen: string[] = []
      receiver.onUnknown((event) => seen.push(`unknown ${event.event}`))
      receiver.onAny((event) => seen.push(`any ${event.event}`))
      receiver.on('scan.completed', () => seen.push('scan.completed'))
      const reply = await receiver.receive(
        await signedRequest({ ...envelopeOf('scan.failed'), event, data: {} }),
      )
      expect(reply.status).toBe(200)
      expect(seen).toEqual([`unknown ${event}`, `any ${event}`])
    },
  )

  it.each(['scan.completed', 'policy.approved'])(
    'answers 200 "ignored" to %s without a handler',
    async (event) => {
      const { receiver } = makeReceiver()
      receiver.on('scan.failed', () => undefined)
      const envelope = { ...envelopeOf('scan.completed'), event }
      const reply = await receiver.receive(await signedRequest(envelope))
      expect(reply).toMatchObject({ status: 200, body: '{"status":"ignored"}' })
    },
  )

  it.each([
    ['a byte order mark', '\uFEFF'],
    ['line breaks and spaces', '\r\n  '],
  ])('reads a body that starts with %s', async (_what, start) => {
    const { receiver } = makeReceiver()
    receiver.onAny(() => undefined)
    const body = new TextEncoder().encode(start + JSON.stringify(envelopeOf('scan.completed')))
    expect(await receiver.receive(await signedRequest(body))).toMatchObject({ status: 200 })
  })

  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset=utf-8',
  ])('accepts the media type %s', async (contentType) => {
    const { receiver } = makeReceiver()
    const request = await signedRequest(envelopeOf('scan.completed'))
    const headers = { ...request.headers, 'content-type': contentType }
    expect(await receiver.receive({ ...request, headers })).toMatchObject({ status: 200 })
  })

  it('reads WHATWG headers as well as a record', async () => {
    const { receiver } = makeReceiver()
    const request = await signedRequest(envelopeOf('scan.completed'))
    const headers = new Headers(request.headers)
    expect(await receiver.receive({ ...request, headers })).toMatchObject({ status: 200 })
  })
})

describe('a request that is refused', () => {
  const refusals: readonly (readonly [what: string, status: number, word: string, code: string, Change])[] = [
    ['a GET', 405, 'method_not_allowed', 'method_not_allowed', (request) => ({ ...request, method: 'GET' })],
    ['a PUT', 405, 'method_not_allowed', 'method_not_allowed', (request) => ({ ...request, method: 'PUT' })],
    [
      'text',
      415,
      'unsupported_media_type',
      'content_type_unsupported',
      withHeader('content-type', 'text/plain'),
    ],
    [
      'JSON Lines',
      415,
      'unsupported_media_type',
      'content_type_unsupported',
      withHeader('content-type', 'application/jsonl'),
    ],
    [
      'no media type',
      415,
      'unsupported_media_type',
      'content_type_unsupported',
      withHeader('content-type', undefined),
    ],
    [
      'two media types',
      415,
      'unsupported_media_type',
      'content_type_unsupported',
      withHeader('content-type', ['application/json', 'text/plain']),
    ],
    [
      'a body one byte too long',
      413,
      'too_large',
      'body_too_large',
      (request) => ({ ...request, body: new Uint8Array(2001) }),
    ],
    [
      'a body that the adapter found too long',
      413,
      'too_large',
      'body_too_large',
      (request) => ({ ...request, body: { unreadable: 'too_large' } }),
    ],
    [
      'a body that was consumed before',
      500,
      'misconfigured',
      'body_already_parsed',
      (request) => ({ ...request, body: { unreadable: 'already_parsed', fix: 'Move the route up.' } }),
    ],
    [
      'no signature',
      401,
      'unauthorized',
      'signature_missing',
      withHeader('x-complywise-signature', undefined),
    ],
    [
      'a malformed signature',
      401,
      'unauthorized',
      'signature_malformed',
      withHeader('x-complywise-signature', 'foo'),
    ],
    [
      'a repeated signature',
      401,
      'unauthorized',
      'signature_malformed',
      (request) => {
        const value = request.headers['x-complywise-signature'] ?? ''
        return withHeader('x-complywise-signature', [value, value])(request)
      },
    ],
    [
      'a changed body',
      401,
      'unauthorized',
      'signature_mismatch',
      (request) => ({ ...request, body: request.body.toReversed() }),
    ],
    [
      'an empty body',
      401,
      'unauthorized',
      'signature_mismatch',
      (request) => ({ ...request, body: new Uint8Array() }),
    ],
    [
      'an attempt signature without its id',
      401,
      'unauthorized',
      'attempt_signature_malformed',
      withHeader('webhook-id', undefined),
    ],
    [
      'a changed attempt time',
      401,
      'unauthorized',
      'attempt_signature_mismatch',
      withHeader('webhook-timestamp', '1772366401'),
    ],
  ]

  it.each(refusals)(
    'is answered in one word, and logged with its code: %s',
    async (_what, status, word, code, change) => {
      const { receiver, entries } = makeReceiver({ maxBodyBytes: 2000 })
      let runs = 0
      receiver.onAny(() => (runs += 1))
      const reply = await receiver.receive(change(await signedRequest(envelopeOf('scan.completed'))))
      expect(reply).toMatchObject({ status, body: `{"status":"${word}"}` })
      expect(reply.headers).toMatchObject({ 'content-type': 'application/json' })
      expect(entries.map(({ details }) => details)).toMatchObject([{ code, status }])
      expect(runs).toBe(0)
    },
  )

  it('says which method is allowed', async () => {
    const request = { ...(await signedRequest(envelopeOf('scan.completed'))), method: 'GET' }
    const reply = await makeReceiver().receiver.receive(request)
    expect(reply.headers).toEqual({ 'content-type': 'application/json', allow: 'POST' })
  })

  it('logs, as an error, how to keep a parser from consuming the body', async () => {
    const { receiver, entries } = makeReceiver()
    const request = await signedRequest(envelopeOf('scan.completed'))
    await receiver.receive({ ...request, body: { unreadable: 'already_parsed', fix: 'Move the route up.' } })
    expect(entries).toMatchObject([
      { level: 'error', message: 'Refused a webhook request: body_already_parsed. Move the route up.' },
    ])
  })

  it.each([
    ['that is not JSON', '{"event":', 'The body is not JSON in UTF-8.'],
    ['that is empty', '', 'The body is not JSON in UTF-8.'],
    ['that is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'The body is not JSON in UTF-8.'],
    ['that is an array', '[]', 'envelope should be of type object'],
    ['that is null', 'null', 'envelope should be of type object'],
    ['without an id', { event_id: undefined }, 'envelope.event_id is missing'],
    ['whose id is no UUID', { event_id: 'evt_1' }, 'envelope.event_id should have the format uuid'],
    ['whose type is no string', { event: 5 }, 'envelope.event should be of type string'],
    [
      'without a time zone',
      { timestamp: '2026-03-01T12:00:00' },
      'envelope.timestamp should have the format datetime',
    ],
    [
      'whose day does not exist',
      { timestamp: '2026-13-01T12:00:00Z' },
      'envelope.timestamp should have the format datetime',
    ],
    ['whose data is an array', { data: [] }, 'envelope.data should be of type object'],
    ['whose data is null', { data: null }, 'envelope.data should be of type object'],
  ])('is answered 400 when what was signed is an envelope %s', async (_what, change, detail) => {
    const { receiver, entries } = makeReceiver()
    const isBody = typeof change === 'string' || change instanceof Uint8Array
    const signed = isBody ? change : { ...envelopeOf('scan.completed'), ...change }
    const reply = await receiver.receive(await signedRequest(signed))
    expect(reply).toMatchObject({ status: 400, body: '{"status":"malformed"}' })
    expect(entries.map(({ message }) => message)).toEqual([
      `Refused a webhook request: envelope_invalid. ${detail}`,
    ])
  })

  it('is answered 422 when a known event has wrong data, with the path in the log alone', async () => {
    const { receiver, entries } = makeReceiver()
    const data = { ...eventCatalog['scan.completed'].example, passed: 'thirty-eight' }
    const reply = await receiver.receive(await signedRequest({ ...envelopeOf('scan.completed'), data }))
    expect(reply).toMatchObject({ status: 422, body: '{"status":"invalid"}' })
    expect(entries).toEqual([
      {
        level: 'warn',
        message:
          'Refused a webhook request: data_invalid. scan.completed: data.passed should be of type number',
        details: { code: 'data_invalid', status: 422, deliveryId: undefined },
      },
    ])
  })
})

describe('a replay', () => {
  const ages: readonly (readonly [what: string, ageMs: number, code: string | undefined])[] = [
    ['as old as the limit', 7 * dayMs, undefined],
    ['older than the limit', 7 * dayMs + 1, 'event_too_old'],
    ['as far ahead as the skew', -5 * minuteMs, undefined],
    ['further ahead than the skew', -5 * minuteMs - 1, 'event_in_future'],
  ]

  it.each(ages)(
    'is told by the age of the event where no attempt is signed: %s',
    async (_what, ageMs, code) => {
      const { receiver, entries } = makeReceiver({ now: () => new Date(now.getTime() + ageMs) })
      await receiver.receive(withoutAttempt(await signedRequest(envelopeOf('scan.completed'))))
      expect(entries.map(({ details }) => details['code'])).toEqual([code].filter(Boolean))
    },
  )

  const attempts: readonly (readonly [what: string, ageMs: number, code: string | undefined])[] = [
    ['as old as the window', 5 * minuteMs, undefined],
    ['older than the window', 5 * minuteMs + 1, 'attempt_too_old'],
    ['as far ahead as the window', -5 * minuteMs, undefined],
    ['further ahead than the window', -5 * minuteMs - 1, 'attempt_in_future'],
  ]

  it.each(attempts)(
    'is told by the age of the attempt where it is signed: %s',
    async (_what, ageMs, code) => {
      const { receiver, entries } = makeReceiver({ now: () => new Date(now.getTime() + ageMs) })
      await receiver.receive(await signedRequest(envelopeOf('scan.completed')))
      expect(entries.map(({ details }) => details['code'])).toEqual([code].filter(Boolean))
    },
  )

  it('is no redelivery of an old event whose attempt is signed', async () => {
    const { receiver } = makeReceiver()
    const old = { ...envelopeOf('scan.completed'), timestamp: '2024-01-01T00:00:00Z' }
    expect(await receiver.receive(await signedRequest(old))).toMatchObject({ status: 200 })
  })

  it('could be an event far ahead of its time, even when its attempt is signed', async () => {
    const { receiver, entries } = makeReceiver()
    const early = { ...envelopeOf('scan.completed'), timestamp: '2026-03-20T12:00:00Z' }
    expect(await receiver.receive(await signedRequest(early))).toMatchObject({ status: 401 })
    expect(entries.map(({ details }) => details['code'])).toEqual(['event_in_future'])
  })

  it('does not pass by removing the attempt signature from an old event', async () => {
    const { receiver } = makeReceiver()
    const old = { ...envelopeOf('scan.completed'), timestamp: '2024-01-01T00:00:00Z' }
    const reply = await receiver.receive(withoutAttempt(await signedRequest(old)))
    expect(reply).toMatchObject({ status: 401, body: '{"status":"unauthorized"}' })
  })

  it('is any request without a signed attempt, if one is required', async () => {
    const { receiver, entries } = makeReceiver({ requireAttemptSignature: true })
    const request = await signedRequest(envelopeOf('scan.completed'))
    expect(await receiver.receive(request)).toMatchObject({ status: 200 })
    expect(await receiver.receive(withoutAttempt(request))).toMatchObject({ status: 401 })
    expect(entries.map(({ details }) => details['code'])).toEqual(['attempt_signature_missing'])
  })

  it('is told by the limits that were set', async () => {
    const limits = { maxAgeMs: 3 * dayMs, clockSkewMs: 0, attemptWindowMs: 1000 }
    const event = withoutAttempt(await signedRequest(envelopeOf('scan.completed')))
    const attempt = await signedRequest(envelopeOf('scan.completed'))
    const statusAt = async (request: ReceivedRequest, ageMs: number): Promise<number> => {
      const { receiver } = makeReceiver({ ...limits, now: () => new Date(now.getTime() + ageMs) })
      return (await receiver.receive(request)).status
    }
    expect(await statusAt(event, 3 * dayMs)).toBe(200)
    expect(await statusAt(event, 3 * dayMs + 1)).toBe(401)
    expect(await statusAt(event, -1)).toBe(401)
    expect(await statusAt(attempt, 1000)).toBe(200)
    expect(await statusAt(attempt, 1001)).toBe(401)
  })
})

describe('a handler that fails', () => {
  const failures: readonly (readonly [what: string, () => unknown])[] = [
    [
      'throws',
      () => {
        throw new Error('password=hunter2')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('password=hunter2')
      },
    ],
    ['throws no Error', () => Promise.reject('password=hunter2')],
  ]

  it.each(failures)(
    'makes the reply 500, with nothing of what it threw, when it %s',
    async (_what, handler) => {
      const { receiver } = makeReceiver()
      receiver.on('scan.completed', handler)
      const reply = await receiver.receive(await signedRequest(envelopeOf('scan.completed')))
      expect(reply).toEqual({
        status: 500,
        headers: { 'content-type': 'application/json' },
        body: '{"status":"failed"}',
      })
    },
  )

  it('is logged with what it threw', async () => {
    const { receiver, entries } = makeReceiver()
    const error = new Error('down')
    receiver.on('scan.completed', () => Promise.reject(error))
    const request = await signedRequest(envelopeOf('scan.completed'))
    await receiver.receive({ ...request, headers: { ...request.headers, 'x-complywise-delivery': 'dlv_1' } })
    expect(entries).toEqual([
      {
        level: 'error',
        message: 'A webhook handler failed; the sender tries again.',
        details: {
          error,
          outcome: 'failed',
          handler: 'scan.completed#1',
          event: 'scan.completed',
          eventId,
          deliveryId: 'dlv_1',
        },
      },
    ])
  })

  it('does not keep the next handler from running', async () => {
    const { receiver } = makeReceiver()
    let runs = 0
    receiver.on('scan.completed', () => Promise.reject(new Error('down'))).onAny(() => (runs += 1))
    expect(await receiver.receive(await signedRequest(envelopeOf('scan.completed')))).toMatchObject({
      status: 500,
    })
    expect(runs).toBe(1)
  })

  it('gets the event again with the next attempt', async () => {
    const { receiver } = makeReceiver()
    const outcomes = [() => Promise.reject(new Error('down')), () => Promise.resolve()]
    receiver.on('scan.completed', () => outcomes.shift()?.())
    const request = await signedRequest(envelopeOf('scan.completed'))
    expect(await receiver.receive(request)).toMatchObject({ status: 500 })
    expect(await receiver.receive(request)).toMatchObject({ status: 200 })
  })
})

describe('verify', () => {
  it('returns the event and calls no handler', async () => {
    const { receiver } = makeReceiver()
    let runs = 0
    receiver.onAny(() => (runs += 1))
    const envelope = envelopeOf('scan.completed')
    const verification = await receiver.verify(await signedRequest(envelope))
    expect(verification).toMatchObject({ verified: true, event: envelope, context: { secretId: '0' } })
    expect(runs).toBe(0)
  })

  it('returns why a request is refused, and the reply that fits', async () => {
    const request = await signedRequest({ ...envelopeOf('scan.completed'), data: {} })
    const { receiver, entries } = makeReceiver()
    expect(await receiver.verify(request)).toMatchObject({
      verified: false,
      code: 'data_invalid',
      detail: expect.stringContaining('data.scan_job_id is missing'),
      reply: { status: 422, body: '{"status":"invalid"}' },
    })
    expect(entries).toEqual([])
  })
})

describe('registration', () => {
  it('is closed once an event has come in, handled or not', async () => {
    const { receiver } = makeReceiver()
    await receiver.receive(await signedRequest(envelopeOf('scan.completed')))
    const closed = expect.objectContaining({ code: 'registration_closed' })
    expect(() => receiver.on('scan.completed', () => undefined)).toThrow(closed)
    expect(() => receiver.onAny(() => undefined)).toThrow(closed)
    expect(() => receiver.onUnknown(() => undefined)).toThrow(closed)
    expect(() => receiver.onInvalid(() => undefined)).toThrow(closed)
    expect(() => receiver.onError(() => undefined)).toThrow(closed)
  })

  it('stays open while only strangers have knocked', async () => {
    const { receiver } = makeReceiver()
    const request = await signedRequest(envelopeOf('scan.completed'))
    await receiver.receive({ ...request, body: new Uint8Array() })
    expect(() => receiver.onAny(() => undefined)).not.toThrow()
  })

  it('refuses a handler that is no function', () => {
    const { receiver } = makeReceiver()
    // @ts-expect-error -- the compiler refuses it too.
    expect(() => receiver.onAny('page')).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  })

  it.each(['scan.complete', 'constructor', '*'])(
    'refuses a handler for "%s", which would never run',
    (type) => {
      const { receiver } = makeReceiver()
      // @ts-expect-error -- the compiler refuses it too.
      const register = (): unknown => receiver.on(type, () => undefined)
      expect(register).toThrow(expect.objectContaining({ code: 'event_type_unknown' }))
    },
  )
})

describe('createReceiver', () => {
  const refused: readonly (readonly [what: string, code: string, ReceiverOptions])[] = [
    ['no secret', 'secret_empty', { secret: undefined }],
    ['an empty secret', 'secret_empty', { secret: '' }],
    ['an empty list of secrets', 'secret_empty', { secret: [] }],
    ['a secret with a line break', 'secret_whitespace', { secret: `${secret}\n` }],
    ['a quoted secret', 'secret_quoted', { secret: `"${secret}"` }],
    ['a second secret that is truncated', 'secret_not_base64', { secret: [secret, secret.slice(0, -1)] }],
    ['a maxAgeMs that outlives no retry', 'option_invalid', { secret, maxAgeMs: 2 * dayMs - 1 }],
    ['a maxAgeMs without end', 'option_invalid', { secret, maxAgeMs: Infinity }],
    ['a clockSkewMs below zero', 'option_invalid', { secret, clockSkewMs: -1 }],
    [
      'an attemptWindowMs below the second that signed times are cut to',
      'option_invalid',
      { secret, attemptWindowMs: 999 },
    ],
    ['a maxBodyBytes that is no number', 'option_invalid', { secret, maxBodyBytes: NaN }],
    ['a maxBodyBytes of zero', 'option_invalid', { secret, maxBodyBytes: 0 }],
    ['two secrets of one id', 'option_invalid', { secret: [secret, { id: '0', value: oldSecret }] }],
    [
      'a retentionMs in which a replay would still be accepted',
      'option_invalid',
      { secret, maxAgeMs: 3 * dayMs, clockSkewMs: minuteMs, retentionMs: 3 * dayMs + minuteMs - 1 },
    ],
    ['a leaseMs that no renewal could keep', 'option_invalid', { secret, leaseMs: 999 }],
    ['a storeTimeoutMs of zero', 'option_invalid', { secret, storeTimeoutMs: 0 }],
  ]

  it.each(refused)('refuses %s', (_what, code, options) => {
    expect(() => createReceiver(options)).toThrow(WebhookError)
    expect(() => createReceiver(options)).toThrow(expect.objectContaining({ code }))
  })

  // From JavaScript, or from the environment of a program that says `as`.
  it.each([
    ['a secret that is a number', { secret: 5 }],
    ['a secret that is an object', { secret: { id: 'a', value: secret } }],
    ['a secret whose value is no text', { secret: [{ id: 'a', value: 5 }] }],
    ['an end of a secret that is no date', { secret: [{ id: 'a', value: secret, notAfter: 'tomorrow' }] }],
    ['a store that was not called', { secret, store: () => undefined }],
    ['a store that was not awaited', { secret, store: Promise.resolve() }],
    ['a controller in place of its signal', { secret, signal: new AbortController() }],
    ['a time that no timer can wait', { secret, storeTimeoutMs: Number.MAX_SAFE_INTEGER }],
  ])('refuses %s', (_what, options) => {
    // @ts-expect-error -- the compiler refuses most of them, too.
    expect(() => createReceiver(options)).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  })

  it('names a refused secret by its index and never by its text', () => {
    const quoted = `'${oldSecret}'`
    expect(() => createReceiver({ secret: [secret, quoted] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(oldSecret) }),
    )
    expect(() => createReceiver({ secret: [secret, quoted] })).toThrow(/secrets\[1\]/)
  })

  it('warns about a weak secret without quoting it', () => {
    const { entries } = makeReceiver({ secret: ['your-secret', secret] })
    expect(entries).toMatchObject([{ level: 'warn', details: { code: 'secret_short', secretId: '0' } }])
    expect(JSON.stringify(entries)).not.toContain('your-secret')
  })

  it('tells adapters where to stop reading', () => {
    expect(makeReceiver().receiver.maxBodyBytes).toBe(1_048_576)
    expect(makeReceiver({ maxBodyBytes: 2000 }).receiver.maxBodyBytes).toBe(2000)
  })

  it('keeps the secrets it was given, whatever happens to the list', async () => {
    const secrets = [secret]
    const { receiver } = makeReceiver({ secret: secrets })
    secrets.pop()
    expect(await receiver.receive(await signedRequest(envelopeOf('scan.completed')))).toMatchObject({
      status: 200,
    })
  })
})

describe('receive', () => {
  const hooks: readonly (readonly [what: string, number, ReceiverOptions])[] = [
    [
      'a clock that throws',
      500,
      {
        secret,
        now: () => {
          throw new Error('hunter2')
        },
      },
    ],
    ['a clock that tells no time', 401, { secret, now: () => new Date(NaN) }],
  ]

  it.each(hooks)('never rejects, for all %s', async (_what, status, options) => {
    const { receiver } = makeReceiver(options)
    const reply = await receiver.receive(await signedRequest(envelopeOf('scan.completed')))
    expect(reply.status).toBe(status)
    expect(reply.body).not.toContain('hunter2')
  })

  it.each([
    [
      'throw',
      (): never => {
        throw new Error('broken')
      },
    ],
    ['reject', () => Promise.reject(new Error('broken'))],
  ])('gives the reply that is due when every hook would %s', async (_what, hook) => {
    // oxlint-disable typescript/no-misused-promises -- what nobody should write, and somebody will
    const log: Log = { warn: hook, error: hook }
    const telemetry: Telemetry = { record: hook, trace: hook }
    // oxlint-enable typescript/no-misused-promises
    const { receiver } = makeReceiver({ log, telemetry, onRejected: hook, onDrift: hook })
    let runs = 0
    receiver.onAny(() => (runs += 1)).onError(hook)
    const request = await signedRequest({ ...envelopeOf('scan.completed'), added_later: 1 })
    expect(await receiver.receive({ ...request, method: 'GET' })).toMatchObject({ status: 405 })
    expect(await receiver.receive(request)).toMatchObject({ status: 200 })
    expect(runs).toBe(1)
  })

  it('gives the reply that is due when the log throws', async () => {
    const { receiver } = makeReceiver({ log: { warn: failToWrite, error: failToWrite } })
    const request = await signedRequest(envelopeOf('scan.completed'))
    expect(await receiver.receive({ ...request, method: 'GET' })).toMatchObject({ status: 405 })
  })
})

type Change = (request: SignedRequest) => ReceivedRequest

function failToWrite(): never {
  throw new Error('disk full')
}

function withHeader(name: string, value: string | readonly string[] | undefined): Change {
  return (request) => ({ ...request, headers: { ...request.headers, [name]: value } })
}
