import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { NonRetryableError, RetryLaterError } from '../receive/handler-errors.ts'
import { createReceiver } from '../receive/receiver.ts'
import type { ReceivedRequest } from '../receive/request.ts'
import type { EventOutcome, Telemetry, TelemetryFacts } from '../receive/telemetry.ts'
import { sign } from '../wire/sign.ts'
import { openTelemetry } from './index.ts'

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => context.disable())

const cleanups: (() => unknown)[] = []
afterEach(() => Promise.all(cleanups.splice(0).map((cleanup) => cleanup())))

const facts: TelemetryFacts = {
  eventType: 'scan.completed',
  eventId: '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e',
  deliveryId: 'dlv_1',
  attempt: 2,
  secretId: 'new',
  tenant: 'acme',
}

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const canary = 'canary-4f1c'
const controlFailed = {
  control_id: 'CC6.1',
  framework: 'SOC 2',
  previous_status: 'passed',
  new_status: 'failed',
}

/** SpanKind and SpanStatusCode, by number as they are exported. */
const [internal, consumer, unset, error] = [0, 4, 0, 2]

describe('the span of an event', () => {
  it('tells of the delivery in the words of the messaging conventions and its own', async () => {
    const { telemetry, spans } = observe()
    await telemetry.trace?.({ name: 'event.handle', facts }, async () => 'done')
    expect(spans()).toMatchObject([
      { name: 'process scan.completed', kind: consumer, status: { code: unset } },
    ])
    expect(spans()[0]?.attributes).toEqual({
      'messaging.system.name': 'complywise',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.message.id': facts.eventId,
      'complywise.event.type': 'scan.completed',
      'complywise.delivery.id': 'dlv_1',
      'complywise.attempt': 2,
      'complywise.secret.id': 'new',
      'complywise.tenant': 'acme',
    })
  })

  it('has no attribute for what is not known', async () => {
    const { telemetry, spans } = observe()
    const sparse = { ...facts, deliveryId: undefined, attempt: undefined, tenant: undefined }
    await telemetry.trace?.({ name: 'event.handle', facts: sparse }, async () => undefined)
    const attributes = Object.keys(spans()[0]?.attributes ?? {})
    expect(attributes).toHaveLength(6)
    expect(attributes).not.toContain('complywise.tenant')
  })

  it('is not named after a type that is not in the catalog', async () => {
    const { telemetry, spans } = observe()
    const unknown = { ...facts, eventType: 'constructor' }
    await telemetry.trace?.({ name: 'event.handle', facts: unknown }, async () => undefined)
    expect(spans()).toMatchObject([
      { name: 'process', attributes: { 'complywise.event.type': 'constructor' } },
    ])
  })

  it('fails when its claim is lost', async () => {
    const { telemetry, spans } = observe()
    await telemetry.trace?.({ name: 'event.handle', facts }, async () =>
      telemetry.record({ name: 'claim.lost', facts }),
    )
    expect(spans()).toMatchObject([{ status: { code: error }, attributes: { 'error.type': 'claim_lost' } }])
  })

  it('is left alone by a claim that is found lost when it has ended', async () => {
    const { telemetry, spans } = observe()
    await telemetry.trace?.({ name: 'event.handle', facts }, async () => undefined)
    telemetry.record({ name: 'claim.lost', facts })
    expect(spans()).toMatchObject([{ status: { code: unset } }])
  })
})

describe('the span of a handler', () => {
  it('is a child of the event, and the parent of what the handler does', async () => {
    const { telemetry, tracer, spans } = observe()
    await runHandler(telemetry, async () => {
      await Promise.resolve()
      tracer.startSpan('INSERT').end()
    })
    const [query, handler, event] = spans()
    expect([query, handler, event]).toMatchObject([
      { name: 'INSERT' },
      { name: 'handle notify', kind: internal, attributes: { 'complywise.handler': 'notify' } },
      { name: 'process scan.completed' },
    ])
    expect(query?.parentSpanContext?.spanId).toBe(handler?.spanContext().spanId)
    expect(handler?.parentSpanContext?.spanId).toBe(event?.spanContext().spanId)
  })

  it.each([
    ['an error', new TypeError('boom'), 'TypeError', error],
    ['something else', { message: 'boom' }, '_OTHER', error],
    ['to be tried again later', new RetryLaterError(1000), 'RetryLaterError', error],
    ['to give up, which does not fail the event', new NonRetryableError('boom'), 'NonRetryableError', unset],
  ])('fails with a handler that throws %s', async (_what, thrown, errorType, eventStatus) => {
    const { telemetry, spans } = observe()
    await runHandler(telemetry, () => Promise.reject(thrown))
    const [handler, event] = spans()
    expect(handler).toMatchObject({ status: { code: error }, attributes: { 'error.type': errorType } })
    expect(event?.status).toEqual({ code: eventStatus })
  })

  it('returns and throws what the work does', async () => {
    const { telemetry } = observe()
    const span = { name: 'handler.run', facts, handler: 'notify' } as const
    const thrown = new Error('boom')
    await expect(telemetry.trace?.(span, async () => 42)).resolves.toBe(42)
    await expect(telemetry.trace?.(span, () => Promise.reject(thrown))).rejects.toBe(thrown)
  })
})

describe('metrics', () => {
  const type = { 'complywise.event.type': 'scan.completed' }

  it('count and time requests by how they were answered', async () => {
    const { telemetry, metrics } = observe()
    answer(telemetry, 'processed', 200)
    answer(telemetry, 'processed', 200)
    answer(telemetry, 'failed', 500)
    telemetry.record({ name: 'request.rejected', code: 'signature_mismatch', status: 401, durationMs: 1 })
    const processed = { 'complywise.outcome': 'processed', ...type }
    const failed = { 'complywise.outcome': 'failed', ...type }
    const rejected = { 'complywise.outcome': 'rejected' }
    const refusal = { 'error.type': 'signature_mismatch', 'http.response.status_code': 401 }
    expect(await metrics()).toMatchObject({
      'complywise.webhooks.requests': [
        { attributes: { ...processed, 'http.response.status_code': 200 }, value: 2 },
        { attributes: { ...failed, 'http.response.status_code': 500 }, value: 1 },
        { attributes: { ...rejected, ...refusal }, value: 1 },
      ],
      'complywise.webhooks.request.duration': [
        { attributes: processed, value: { count: 2, sum: 0.5 } },
        { attributes: failed, value: { count: 1, sum: 0.25 } },
        { attributes: rejected, value: { count: 1, sum: 0.001 } },
      ],
    })
  })

  it('count the requests of each secret', async () => {
    const { telemetry, metrics } = observe()
    answer(telemetry, 'processed', 200)
    answer(telemetry, 'duplicate', 200)
    answer(telemetry, 'processed', 200, { ...facts, secretId: 'old' })
    expect(await metrics()).toMatchObject({
      'complywise.webhooks.secret.matches': [
        { attributes: { 'complywise.secret.id': 'new' }, value: 2 },
        { attributes: { 'complywise.secret.id': 'old' }, value: 1 },
      ],
    })
  })

  it('time handlers in seconds, in buckets made for seconds', async () => {
    const { telemetry, metrics } = observe()
    const run = { name: 'handler.finished', facts, handler: 'notify' } as const
    telemetry.record({ ...run, outcome: 'succeeded', durationMs: 2000 })
    telemetry.record({ ...run, outcome: 'gave_up', durationMs: 20 })
    const attributes = { 'complywise.handler': 'notify', ...type }
    const boundaries = expect.arrayContaining([0.005, 10])
    expect(await metrics()).toMatchObject({
      'complywise.webhooks.handler.duration': [
        {
          attributes: { ...attributes, 'complywise.outcome': 'succeeded' },
          value: { count: 1, sum: 2, buckets: { boundaries } },
        },
        { attributes: { ...attributes, 'complywise.outcome': 'gave_up' }, value: { count: 1, sum: 0.02 } },
      ],
    })
  })

  it('count failures of the store and lost claims', async () => {
    const { telemetry, metrics } = observe()
    telemetry.record({ name: 'store.failed', operation: 'claim' })
    telemetry.record({ name: 'claim.lost', facts })
    expect(await metrics()).toMatchObject({
      'complywise.webhooks.store.failures': [
        { attributes: { 'complywise.store.operation': 'claim' }, value: 1 },
      ],
      'complywise.webhooks.claims.lost': [{ attributes: type, value: 1 }],
    })
  })

  it('have one series for all types that are not in the catalog', async () => {
    const { telemetry, metrics } = observe()
    for (const eventType of ['policy.approved', 'constructor', '__proto__']) {
      answer(telemetry, 'ignored', 200, { ...facts, eventType })
    }
    expect(await metrics()).toMatchObject({
      'complywise.webhooks.requests': [{ attributes: { 'complywise.event.type': '_OTHER' }, value: 3 }],
    })
  })

  it('are those that the documentation lists', async () => {
    const { telemetry, metrics } = observe()
    answer(telemetry, 'processed', 200)
    telemetry.record({ name: 'handler.finished', facts, handler: 'notify', outcome: 'failed', durationMs: 1 })
    telemetry.record({ name: 'store.failed', operation: 'renew' })
    telemetry.record({ name: 'claim.lost', facts })
    const source = readFileSync(new URL('open-telemetry.ts', import.meta.url), 'utf8')
    const documented = [...source.matchAll(/^ \* \| `(complywise\.webhooks\.[a-z.]+)`/gm)].map(
      ([, name]) => name,
    )
    expect(new Set(documented)).toEqual(new Set(Object.keys(await metrics())))
  })
})

it('exports nothing of the data, of the secret, or of what a handler says about them', async () => {
  const { telemetry, spans, metrics } = observe()
  const receiver = createReceiver({
    secret,
    telemetry,
    log: { warn: () => undefined, error: () => undefined },
  })
  receiver.onAny((event) => Promise.reject(new Error(JSON.stringify(event), { cause: event })))
  receiver.onInvalid((_event, { problems }) => Promise.reject(new Error(`${canary} ${problems}`)))
  for (const event of [
    { event: 'compliance.control_failed', data: { ...controlFailed, note: canary } },
    { event: 'compliance.control_failed', data: { control_id: canary } },
    { event: 'policy.approved', data: { [canary]: canary } },
  ]) {
    const request = await signed(event)
    await receiver.receive(request)
    const headers = { ...request.headers, 'x-complywise-signature': `sha256=${canary}` }
    await receiver.receive({ ...request, headers })
  }
  const exported = inspect(
    [
      spans().map(({ name, attributes, status, events, links }) => [name, attributes, status, events, links]),
      await metrics(),
    ],
    { depth: null, maxArrayLength: null, maxStringLength: null },
  )
  for (const expected of ['handle any#1', 'handle invalid#1', 'signature_malformed']) {
    expect(exported).toContain(expected)
  }
  for (const kept of [canary, secret, controlFailed.control_id]) expect(exported).not.toContain(kept)
})

it('fails the span of an event with a handler of a receiver', async () => {
  const { telemetry, spans } = observe()
  const log = { warn: () => undefined, error: () => undefined }
  const receiver = createReceiver({ secret, telemetry, log })
  receiver.onAny(() => Promise.reject(new TypeError('boom')), { name: 'first' })
  receiver.onAny(() => undefined, { name: 'second' })
  await receiver.receive(await signed({ event: 'compliance.control_failed', data: controlFailed }))
  const failed = { status: { code: error }, attributes: { 'error.type': 'TypeError' } }
  expect(spans()).toMatchObject([
    { name: 'handle first', ...failed },
    { name: 'handle second', status: { code: unset } },
    { name: 'process compliance.control_failed', ...failed },
  ])
})

it('runs work directly without a tracer, and measures nothing without a meter', () => {
  expect(openTelemetry({})).not.toHaveProperty('trace')
  expect(() => openTelemetry({}).record({ name: 'store.failed', operation: 'renew' })).not.toThrow()
})

/** A telemetry over the real SDK, and what it has exported. */
function observe() {
  const spanExporter = new InMemorySpanExporter()
  const processor = new SimpleSpanProcessor({ exporter: spanExporter })
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('test')
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter })
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  cleanups.push(() => reader.shutdown())
  return {
    tracer,
    telemetry: openTelemetry({ tracer, meter }),
    spans: (): readonly ReadableSpan[] => spanExporter.getFinishedSpans(),
    /** Of each metric, the values by attributes. */
    metrics: async () => {
      const { resourceMetrics } = await reader.collect()
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
      return Object.fromEntries(metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]))
    },
  }
}

/** Runs a handler as a receiver does: what it throws is no failure of the event's own work. */
function runHandler(telemetry: Telemetry, handle: () => Promise<unknown>) {
  return telemetry.trace?.({ name: 'event.handle', facts }, async () => {
    await telemetry.trace?.({ name: 'handler.run', facts, handler: 'notify' }, handle).catch(() => undefined)
  })
}

function answer(telemetry: Telemetry, outcome: EventOutcome, status: number, about = facts): void {
  telemetry.record({ name: 'event.answered', facts: about, outcome, status, durationMs: 250 })
}

async function signed(content: object): Promise<ReceivedRequest> {
  const eventId = crypto.randomUUID()
  const envelope = { event_id: eventId, timestamp: new Date().toISOString(), ...content }
  const body = new TextEncoder().encode(JSON.stringify(envelope))
  const headers = await sign({ eventId, body, attemptedAt: new Date(), secrets: [secret] })
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
}
