import { randomUUID } from 'node:crypto'
import type { FakeReply, FakeRequest, FakeService } from '../http/fake-service.ts'
import { slidingWindow } from '../http/rate-limit.ts'
import { alertEventSchema, changeEventSchema } from './event-schemas.ts'
import type { DropReason, Integration, KeyedAlertEvent } from './integration.ts'
import { parseEvent } from './parse-event.ts'

/** An event that was answered with 202 and then changed nothing. */
export interface DroppedEvent {
  readonly at: number
  /** `other-routing-key`: the incident is open, but it was triggered with another routing key. */
  readonly reason: DropReason | 'other-routing-key'
  readonly event: KeyedAlertEvent
}

/** What the service works on. */
export interface EventsState {
  readonly integrations: ReadonlyMap<string, Integration>
  readonly dropped: DroppedEvent[]
  readonly now: () => number
}

/** The limits of the Events API. */
export interface EventsLimits {
  /** For each routing key, in any 60 seconds; `Infinity` switches it off. */
  readonly eventsPerMinute: number
  /** Of the body of a request. */
  readonly maxEventBytes: number
}

const paths: Readonly<Record<string, string>> = {
  '/v2/enqueue': 'enqueue',
  '/v2/change/enqueue': 'change.enqueue',
}

/** PagerDuty's Events API v2 over some state. Its operations are `enqueue` and `change.enqueue`. */
export function createEventsService(state: EventsState, limits: EventsLimits): FakeService {
  const rate = slidingWindow({ limit: limits.eventsPerMinute, windowMs: 60_000 })

  return {
    operation: ({ path }) => paths[path] ?? path,
    parse: (request) => parseJson(request.body),
    handle(request) {
      const operation = paths[request.path]
      if (operation === undefined) return { status: 404, body: 'Not Found', error: 'not_found' }
      if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' }, error: 'wrong_method' }
      return enqueue(operation, request)
    },
    rateLimited: (retryAfterSeconds) =>
      failure(
        429,
        'throttle exceeded',
        'Requests for this service are arriving too quickly. Please retry later.',
        {
          headers: retryAfter(retryAfterSeconds),
        },
      ),
    unavailable: (retryAfterSeconds) =>
      failure(503, 'internal error', 'The server experienced an error while processing the event.', {
        headers: retryAfter(retryAfterSeconds),
      }),
  }

  function enqueue(operation: string, request: FakeRequest): FakeReply {
    if (request.body.length > limits.maxEventBytes) {
      return invalid([`Event is too large (maximum is ${limits.maxEventBytes} bytes)`])
    }
    const body = parseJson(request.body)
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      return failure(400, 'Unrecognized object', 'Event object format is unrecognized', {
        errors: ['JSON parse error'],
        refused: true,
      })
    }
    return operation === 'enqueue' ? enqueueAlert(body) : enqueueChange(body)
  }

  function enqueueAlert(body: object): FakeReply {
    const parsed = parseEvent(alertEventSchema, body)
    if (parsed.kind === 'invalid') return invalid(parsed.errors)
    const event: KeyedAlertEvent = {
      ...parsed.event,
      dedup_key: parsed.event.dedup_key ?? randomUUID().replaceAll('-', ''),
    }
    return admit(event.routing_key, (integration, at) => {
      const reason = integration.applyAlert(event, at)
      if (reason !== undefined) {
        state.dropped.push({ at, reason: isOpenElsewhere(event) ? 'other-routing-key' : reason, event })
      }
      return accepted({ dedup_key: event.dedup_key })
    })
  }

  function enqueueChange(body: object): FakeReply {
    const parsed = parseEvent(changeEventSchema, body)
    if (parsed.kind === 'invalid') return invalid(parsed.errors)
    return admit(parsed.event.routing_key, (integration, at) => {
      integration.applyChange(parsed.event, at)
      return accepted({})
    })
  }

  function admit(routingKey: string, apply: (integration: Integration, at: number) => FakeReply): FakeReply {
    const integration = state.integrations.get(routingKey)
    if (integration === undefined) {
      return failure(400, 'invalid event', 'Event object is invalid', { errors: ['Invalid routing key'] })
    }
    const at = state.now()
    // PagerDuty documents no Retry-After for this limit.
    return rate.take(routingKey, at) > 0
      ? failure(
          429,
          'throttle exceeded',
          'Requests for this service are arriving too quickly. Please retry later.',
        )
      : apply(integration, at)
  }

  function isOpenElsewhere(event: KeyedAlertEvent): boolean {
    return [...state.integrations.values()].some(({ incidents }) =>
      incidents.some(({ dedupKey, status }) => dedupKey === event.dedup_key && status !== 'resolved'),
    )
  }
}

function accepted(fields: { readonly dedup_key?: string }): FakeReply {
  return { status: 202, body: { status: 'success', message: 'Event processed', ...fields } }
}

function invalid(errors: readonly string[]): FakeReply {
  return failure(400, 'invalid event', 'Event object is invalid', { errors, refused: true })
}

function failure(
  httpStatus: number,
  status: string,
  message: string,
  more: {
    readonly errors?: readonly string[]
    readonly refused?: boolean
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): FakeReply {
  const { errors, refused = false, headers = {} } = more
  const why = errors?.join('; ') ?? message
  return {
    status: httpStatus,
    headers,
    body: { status, message, ...(errors === undefined ? {} : { errors }) },
    error: why,
    ...(refused ? { refusedBecause: why } : {}),
  }
}

function retryAfter(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
