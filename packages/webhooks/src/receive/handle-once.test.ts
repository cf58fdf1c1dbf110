import { describe, expect, it } from 'vitest'
import { envelopeOf, eventId, makeReceiver, signedRequest } from '../../test/receiver-fixture.ts'
import { memoryStore } from '../stores/memory/memory-store.ts'
import type { DedupeStore } from './dedupe-store.ts'
import { NonRetryableError, RetryLaterError } from './handler-errors.ts'
import type { HandlerContext, HandlerFailure } from './handlers.ts'
import type { Receiver } from './receiver.ts'
import type { ReceivedRequest } from './request.ts'

describe('an event that comes again', () => {
  it('is answered "duplicate" once it was handled, and no handler runs', async () => {
    const { receiver } = makeReceiver()
    let runs = 0
    receiver.onAny(() => (runs += 1))
    const request = await signedRequest()
    expect(await statusesOf(receiver, [request, request, request])).toEqual([
      [200, 'processed'],
      [200, 'duplicate'],
      [200, 'duplicate'],
    ])
    expect(runs).toBe(1)
  })

  it('is the same event whatever the case of its id', async () => {
    const { receiver } = makeReceiver()
    let runs = 0
    receiver.onAny(() => (runs += 1))
    const upper = { ...envelopeOf('scan.completed'), event_id: eventId.toUpperCase() }
    await statusesOf(receiver, [await signedRequest(), await signedRequest(upper)])
    expect(runs).toBe(1)
  })

  it('is handled each time without a store', async () => {
    const { receiver } = makeReceiver({ store: false })
    const contexts: HandlerContext[] = []
    receiver.onAny((_event, context) => contexts.push(context))
    const request = await signedRequest()
    await statusesOf(receiver, [request, request])
    expect(contexts.map(({ claim }) => claim)).toEqual([undefined, undefined])
  })

  it('is handled by one of 100 requests at the same time, and none of the others is told of success', async () => {
    const { receiver } = makeReceiver()
    const gate = Promise.withResolvers<void>()
    let runs = 0
    receiver.onAny(async () => {
      runs += 1
      await gate.promise
    })
    const request = await signedRequest()
    const first = receiver.receive(request)
    const others = await Promise.all(Array.from({ length: 99 }, () => receiver.receive(request)))
    gate.resolve()
    expect(new Set(others.map(({ status, body }) => `${status} ${body}`))).toEqual(
      new Set(['409 {"status":"in_progress"}']),
    )
    expect(others.every(({ headers }) => Number(headers['retry-after']) >= 1)).toBe(true)
    expect(await first).toMatchObject({ status: 200 })
    expect(runs).toBe(1)
  })

  it('is handled by every receiver of its own name that shares the store', async () => {
    const store = memoryStore()
    const runs: string[] = []
    const request = await signedRequest()
    for (const name of ['alerts', 'audit', 'alerts/audit']) {
      const { receiver } = makeReceiver({ store, name })
      receiver.onAny((_event, { claim }) => runs.push(claim?.key ?? ''))
      await statusesOf(receiver, [request, request])
    }
    expect(runs).toEqual([`alerts/${eventId}`, `audit/${eventId}`, `alerts%2Faudit/${eventId}`])
  })
})

describe('a retry', () => {
  it('runs only the handlers that had not finished', async () => {
    const { receiver } = makeReceiver()
    const runs: string[] = []
    const jira = [() => Promise.reject(new Error('down')), () => undefined]
    receiver
      .onAny(() => runs.push('slack'), { name: 'slack' })
      .onAny(
        () => {
          runs.push('jira')
          return jira.shift()?.()
        },
        { name: 'jira' },
      )
      .onAny(() => runs.push('pagerduty'), { name: 'pagerduty' })
    const request = await signedRequest()
    expect(await statusesOf(receiver, [request, request, request])).toEqual([
      [500, 'failed'],
      [200, 'processed'],
      [200, 'duplicate'],
    ])
    expect(runs).toEqual(['slack', 'jira', 'pagerduty', 'jira'])
  })

  it('runs a handler that gave up no more, and the event is done when the others are', async () => {
    const { receiver, entries } = makeReceiver()
    const outcomes = [() => Promise.reject(new Error('down')), () => undefined]
    receiver
      .onAny(() => Promise.reject(new NonRetryableError('No such project.')), { name: 'jira' })
      .onAny(() => outcomes.shift()?.(), { name: 'slack' })
    const request = await signedRequest()
    expect(await statusesOf(receiver, [request, request, request])).toEqual([
      [500, 'failed'],
      [200, 'processed'],
      [200, 'duplicate'],
    ])
    expect(entries.map(({ details }) => [details['handler'], details['outcome']])).toEqual([
      ['jira', 'gave_up'],
      ['slack', 'failed'],
    ])
  })
})

describe('a handler that decides the answer', () => {
  it('has its event answered 200 "ignored", once and for all, by giving up', async () => {
    const { receiver } = makeReceiver()
    receiver.onAny(() => Promise.reject(new NonRetryableError('No such project.')))
    const request = await signedRequest()
    expect(await statusesOf(receiver, [request, request])).toEqual([
      [200, 'ignored'],
      [200, 'duplicate'],
    ])
  })

  it('has the sender wait by asking for time, the longest that any handler asked for', async () => {
    const { receiver } = makeReceiver()
    const errors = [new RetryLaterError(1500), new Error('down'), new RetryLaterError(60_001)]
    for (const error of errors) receiver.onAny(() => Promise.reject(error))
    expect(await receiver.receive(await signedRequest())).toEqual({
      status: 503,
      headers: { 'content-type': 'application/json', 'retry-after': '61' },
      body: '{"status":"unavailable"}',
    })
  })

  it.each([-1, NaN, Infinity])('cannot ask for %d ms', (afterMs) => {
    expect(() => new RetryLaterError(afterMs)).toThrow(RangeError)
  })
})

describe('onError', () => {
  it('is told of every handler that threw, by name', async () => {
    const { receiver, entries } = makeReceiver()
    const failures: HandlerFailure[] = []
    const error = new Error('down')
    receiver
      .onAny(() => Promise.reject(error), { name: 'jira' })
      .onError((failure) => failures.push(failure))
      .onError(() => Promise.reject(new Error('broken too')))
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 500 })
    expect(failures).toEqual([
      { error, event: envelopeOf('scan.completed'), context: expect.objectContaining({ handler: 'jira' }) },
    ])
    expect(entries.map(({ message }) => message)).toContain('A callback of onError failed.')
  })
})

describe('while the store is down', () => {
  it('an event is answered 503 and not handled', async () => {
    const { receiver, entries } = makeReceiver({ store: broken('claim') })
    let runs = 0
    receiver.onAny(() => (runs += 1))
    const reply = await receiver.receive(await signedRequest())
    expect(reply).toMatchObject({ status: 503, body: '{"status":"unavailable"}' })
    expect(reply.headers['retry-after']).toBe('5')
    expect(runs).toBe(0)
    expect(entries).toMatchObject([{ level: 'error', details: { operation: 'claim' } }])
  })

  it('an event is handled without it, if that was chosen', async () => {
    const { receiver } = makeReceiver({ store: broken('claim'), onStoreError: 'process' })
    let runs = 0
    receiver.onAny(() => (runs += 1))
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 200 })
    expect(runs).toBe(1)
  })

  it('a store that does not answer counts as down', async () => {
    const store = { ...memoryStore(), claim: () => new Promise<never>(() => {}) }
    const { receiver, entries } = makeReceiver({ store, storeTimeoutMs: 1 })
    receiver.onAny(() => undefined)
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 503 })
    expect(entries).toMatchObject([
      { details: { error: expect.objectContaining({ code: 'store_timeout' }) } },
    ])
  })

  it('an event that was handled is not reported done, and its retry records it without handling it again', async () => {
    const records = memoryStore()
    const completes = [() => Promise.reject(new Error('down'))]
    const store: DedupeStore = {
      ...records,
      complete: async (claim) => {
        const fail = completes.shift()
        if (fail) await records.release(claim)
        return fail ? fail() : records.complete(claim)
      },
    }
    const { receiver } = makeReceiver({ store })
    let runs = 0
    receiver.onAny(() => (runs += 1))
    const request = await signedRequest()
    expect(await statusesOf(receiver, [request, request, request])).toEqual([
      [503, 'unavailable'],
      [200, 'duplicate'],
      [200, 'duplicate'],
    ])
    expect(runs).toBe(1)
  })

  it('a claim that is won after the store was given up is released', async () => {
    const records = memoryStore()
    const answer = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const claims = [answer.promise]
    const store: DedupeStore = {
      ...records,
      claim: async (key, terms) => {
        await claims.shift()
        return records.claim(key, terms)
      },
      release: async (claim) => {
        released.resolve()
        return records.release(claim)
      },
    }
    const { receiver } = makeReceiver({ store, storeTimeoutMs: 1 })
    receiver.onAny(() => undefined)
    const request = await signedRequest()
    expect(await receiver.receive(request)).toMatchObject({ status: 503 })
    answer.resolve()
    await released.promise
    expect(await receiver.receive(request)).toMatchObject({ status: 200 })
  })

  it('an event is handled once by this process even when it is handled without the store', async () => {
    const { receiver } = makeReceiver({ store: broken('claim'), onStoreError: 'process' })
    let runs = 0
    receiver.onAny(() => (runs += 1))
    const request = await signedRequest()
    expect(await statusesOf(receiver, [request, request])).toEqual([
      [200, 'processed'],
      [200, 'duplicate'],
    ])
    expect(runs).toBe(1)
  })

  it.each(['release', 'checkpoint'] as const)('a failure to %s changes no answer', async (verb) => {
    const { receiver } = makeReceiver({ store: broken(verb) })
    receiver.onAny(() => undefined).onAny(() => Promise.reject(new Error('down')))
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 500 })
  })
})

describe('a claim that was lost', () => {
  it('aborts the signal, keeps the next handler from running, and is no success', async () => {
    const store: DedupeStore = { ...memoryStore(), renew: () => Promise.resolve(false) }
    const { receiver, entries } = makeReceiver({ store, leaseMs: 1000 })
    let isNextRun = false
    receiver
      .onAny(async (_event, { signal }) => {
        const { promise, resolve } = Promise.withResolvers<void>()
        signal.addEventListener('abort', () => resolve())
        await promise
        expect(signal.reason).toMatchObject({ code: 'claim_lost' })
      })
      .onAny(() => (isNextRun = true))
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 409 })
    expect(isNextRun).toBe(false)
    expect(entries.map(({ message }) => message)).toEqual(['The claim on a webhook event was lost.'])
  })

  it('keeps the next handler from running also when the one before throws because of it', async () => {
    const store: DedupeStore = { ...memoryStore(), renew: () => Promise.resolve(false) }
    const { receiver } = makeReceiver({ store, leaseMs: 1000 })
    let isNextRun = false
    receiver
      .onAny(
        (_event, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
      )
      .onAny(() => (isNextRun = true))
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 409 })
    expect(isNextRun).toBe(false)
  })

  it('is not told of a renewal that completing the event has overtaken', async () => {
    const renewal = Promise.withResolvers<boolean>()
    const renewing = Promise.withResolvers<void>()
    const store: DedupeStore = {
      ...memoryStore(),
      renew: () => {
        renewing.resolve()
        return renewal.promise
      },
    }
    const { receiver, entries } = makeReceiver({ store, leaseMs: 1000 })
    receiver.onAny(() => renewing.promise)
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 200 })
    renewal.resolve(false)
    await renewal.promise
    expect(entries).toEqual([])
  })

  it('counts as lost when the store cannot be asked for as long as the lease lasts', async () => {
    const { receiver } = makeReceiver({ store: broken('renew'), leaseMs: 1000 })
    receiver.onAny(
      (_event, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    )
    expect(await receiver.receive(await signedRequest())).toMatchObject({ status: 500 })
  })

  it('is no success either when completing tells so', async () => {
    const store: DedupeStore = { ...memoryStore(), complete: () => Promise.resolve(false) }
    const { receiver } = makeReceiver({ store })
    receiver.onAny(() => undefined)
    expect(await receiver.receive(await signedRequest())).toMatchObject({
      status: 409,
      headers: { 'retry-after': '30' },
    })
  })

  it('stays held by renewal for as long as the handlers run', async () => {
    const records = memoryStore()
    const renewals = Promise.withResolvers<void>()
    let count = 0
    const store: DedupeStore = {
      ...records,
      renew: (claim) => {
        count += 1
        if (count === 4) renewals.resolve()
        return records.renew(claim)
      },
    }
    const { receiver } = makeReceiver({ store, leaseMs: 1000 })
    receiver.onAny(() => renewals.promise)
    const request = await signedRequest()
    const first = receiver.receive(request)
    await renewals.promise
    // More than the lease has passed since the claim.
    expect(await first).toMatchObject({ status: 200 })
    expect(await receiver.receive(request)).toMatchObject({ status: 200, body: '{"status":"duplicate"}' })
  })
})

describe("a handler's signal", () => {
  it('is part of a copy of the context', async () => {
    const { receiver } = makeReceiver()
    const copies: HandlerContext[] = []
    receiver.onAny((_event, context) => copies.push({ ...context }))
    await receiver.receive(await signedRequest())
    expect(copies.map(({ signal }) => signal)).toEqual([expect.any(AbortSignal)])
  })

  it('aborts when the client has gone, with its reason', async () => {
    const { receiver } = makeReceiver()
    const client = new AbortController()
    receiver.onAny((_event, { signal }) => {
      client.abort(new Error('gone'))
      signal.throwIfAborted()
    })
    const request = { ...(await signedRequest()), signal: client.signal }
    expect(await receiver.receive(request)).toMatchObject({ status: 500 })
  })

  it('aborts on shutdown; what comes in then is answered 503', async () => {
    const shutdown = new AbortController()
    const { receiver } = makeReceiver({ signal: shutdown.signal })
    receiver.onAny((_event, { signal }) => {
      shutdown.abort()
      signal.throwIfAborted()
    })
    const request = await signedRequest()
    expect(await statusesOf(receiver, [request, request])).toEqual([
      [500, 'failed'],
      [503, 'unavailable'],
    ])
  })
})

function broken(verb: keyof DedupeStore): DedupeStore {
  return { ...memoryStore(), [verb]: () => Promise.reject(new Error('connection refused')) }
}

/** The answers to requests that come one after the other. */
async function statusesOf(
  receiver: Receiver,
  requests: readonly ReceivedRequest[],
): Promise<readonly (readonly [status: number, word: string])[]> {
  const answers: [number, string][] = []
  for (const request of requests) {
    const { status, body } = await receiver.receive(request)
    answers.push([status, JSON.parse(body).status])
  }
  return answers
}
