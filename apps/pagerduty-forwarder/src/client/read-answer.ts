import { EventsError } from './events-error.ts'
import type { Exchange } from './exchange.ts'
import { readRetryAfter } from './retry-after.ts'

/** What PagerDuty made of an event. */
export interface Accepted {
  /** What the incident is known by; change events have none. */
  readonly dedupKey?: string
  readonly status: number
}

/** How a call of the SDK ended. */
export interface CallEnd {
  /** Who was asked, for messages. */
  readonly server: string
  readonly exchange: Exchange
  /** The JSON of the answer; `undefined` when the call failed, or what came was no JSON. */
  readonly data: unknown
  /** What the call failed with. */
  readonly failure: unknown
  /** The signal of the caller. */
  readonly signal: AbortSignal
  /** Hidden in everything that is said. */
  readonly routingKey: string
  /** Milliseconds since 1970, against which dates in headers are read. */
  readonly now: number
}

/** How long to wait after a 429 that does not say; PagerDuty advises to try again every 30 seconds. */
const DEFAULT_RETRY_AFTER_MS = 30_000

const certificateErrors = /^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|HOSTNAME_)/

/** Decides what the end of a call means for its event. @throws {EventsError} unless PagerDuty has accepted it. */
export function readAnswer(end: CallEnd): Accepted {
  const { status } = end.exchange
  if (status === undefined) throw withoutAnswer(end)
  if (status === 429) {
    throw new EventsError('rate_limited', `PagerDuty takes no more events for the moment (429)`, {
      status,
      retryAfterMs: readRetryAfter(end.exchange.retryAfter, end.now) ?? DEFAULT_RETRY_AFTER_MS,
    })
  }
  if (status >= 500) {
    throw new EventsError('unavailable', `${end.server} answered ${status}`, {
      status,
      retryAfterMs: readRetryAfter(end.exchange.retryAfter, end.now),
      // A gateway says this also when it lost the answer to what it had passed on; a proxy, before anything was sent.
      isPossiblyAccepted: end.exchange.isConnected,
    })
  }
  if (status >= 200 && status < 300) return readAcceptance(end, status)
  if (status === 413 || (status === 400 && isPagerDutys(end.data))) throw refusal(status, errorsOf(end))
  if (end.signal.aborted) throw afterAbort(end)
  if (end.exchange.isBrokenOff) {
    throw new EventsError('no_answer', `${end.server} broke off its answer (${status})`, {
      status,
      cause: end.failure,
    })
  }
  throw new EventsError(
    'unexpected_answer',
    `${end.server} answered ${status}, as PagerDuty's Events API never does; check the server and the proxy that are configured`,
    { status, cause: end.failure },
  )
}

function readAcceptance(end: CallEnd, status: number): Accepted {
  const { data } = end
  if (fieldOf(data, 'status') === 'success') {
    const dedupKey = fieldOf(data, 'dedup_key')
    return typeof dedupKey === 'string' ? { dedupKey, status } : { status }
  }
  if (end.signal.aborted) throw afterAbort(end)
  throw new EventsError(
    'no_answer',
    `${end.server} answered ${status} with something else than PagerDuty's JSON, or with a part of it`,
    { status, isPossiblyAccepted: true, cause: end.failure },
  )
}

function refusal(status: number, errors: readonly string[]): EventsError {
  const said = errors.length === 0 ? 'it is too large' : errors.join('; ')
  return errors.some((error) => /routing.?key/i.test(error))
    ? new EventsError('unauthorized_key', `PagerDuty does not accept the routing key: ${said}`, {
        status,
        errors,
      })
    : new EventsError('refused', `PagerDuty refused the event: ${said}`, { status, errors })
}

/** Whether it has the fields that PagerDuty documents; a gateway's refusal says nothing about the event. */
function isPagerDutys(data: unknown): boolean {
  return typeof fieldOf(data, 'status') === 'string' && typeof fieldOf(data, 'message') === 'string'
}

function withoutAnswer(end: CallEnd): EventsError {
  if (end.signal.aborted) return afterAbort(end)
  const { server, exchange, failure: cause } = end
  const code = fieldOf(cause, 'code')
  const reason = typeof code === 'string' ? code : 'the connection ended'
  if (exchange.isConnected) {
    return new EventsError('no_answer', `${server} did not answer: ${reason}`, {
      isPossiblyAccepted: true,
      cause,
    })
  }
  if (certificateErrors.test(reason)) {
    return new EventsError(
      'untrusted_certificate',
      `The certificate of ${server} is not trusted (${reason}); ${certificateAdvice(reason)}`,
      { cause },
    )
  }
  return new EventsError('unavailable', `${server} cannot be reached: ${reason}`, { cause })
}

function certificateAdvice(code: string): string {
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return 'check its dates, and the clock of this machine'
  if (/ALTNAME|HOSTNAME/.test(code)) return 'check the name of the server'
  return 'name a file with the certificate of your authority in NODE_EXTRA_CA_CERTS'
}

function afterAbort({ server, exchange, signal }: CallEnd): EventsError {
  const cause: unknown = signal.reason
  const isPossiblyAccepted = exchange.isConnected
  return fieldOf(cause, 'name') === 'TimeoutError'
    ? new EventsError('no_answer', `${server} did not answer in time`, { isPossiblyAccepted, cause })
    : new EventsError('aborted', 'The call was aborted', { isPossiblyAccepted, cause })
}

/** What PagerDuty says is wrong. */
function errorsOf({ data, routingKey }: CallEnd): string[] {
  const errors = fieldOf(data, 'errors')
  const message = fieldOf(data, 'message')
  const said = Array.isArray(errors) && errors.length > 0 ? errors : [message]
  return said
    .filter((error) => typeof error === 'string')
    .map((error) => (routingKey === '' ? error : error.replaceAll(routingKey, '[routing key]')))
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
