import { parseRetryAfter } from '@complywise/webhooks/wire'
import { parseEndpointUrl } from '../domain/endpoint-url.ts'
import { type AttemptResult, outcomeOf, type Phases } from '../domain/outcome.ts'
import { describeRedirect } from '../domain/redirect.ts'
import { classifyError, describeError } from '../network/classify-error.ts'
import { type Connection, createConnectionPool } from '../network/connection-pool.ts'
import { ForbiddenEndpointError, ProxyError } from '../network/errors.ts'
import { type Exchange, exchange, type IncomingResponse } from '../network/exchange.ts'
import { createNetwork, type NetworkOptions, openingPhases } from '../network/open-connection.ts'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'
import { buildHeaders, recordHeaders } from './build-headers.ts'
import { canceled, createEnding, EndedBySender, type Ending } from './ending.ts'

/** Makes attempts: one signed HTTP request each. */
export interface Attempter {
  /**
   * Never rejects: whatever happens is the attempt's outcome.
   *
   * @param isHeld whether the claim is still this process's; asked right before the request is written, because the
   * process may have stood still since. If it is not, nothing is written, and the outcome is `canceled`.
   */
  attempt(delivery: ClaimedDelivery, isHeld?: () => boolean): Promise<AttemptResult>
  /** Ends the attempt of exactly this claim, if it is under way, with the outcome `canceled`. */
  abort(delivery: ClaimedDelivery, detail: string): void
  /** Ends every attempt in flight, and every later one, with the outcome `canceled`. */
  cancelAll(): void
  /** Closes the connections that are kept alive. */
  close(): Promise<void>
}

/** How attempts are made. */
export interface AttempterOptions extends NetworkOptions {
  /**
   * Time for everything: name, connection, request, headers and body of the response. A delivery's own `timeoutMs`
   * takes its place.
   */
  readonly timeoutMs: number
  /** Connections to one origin at most. Attempts beyond that wait for one, in the time that they have. */
  readonly maxConnectionsPerOrigin: number
}

const MAX_RESPONSE_BODY_BYTES = 16 * 1024
// Many short headers take a hundred times their length in memory.
const MAX_RESPONSE_HEADER_BYTES = 8 * 1024

/** Attempts over HTTP/1.1, with connections kept alive. Redirects are not followed. */
export function createAttempter(options: AttempterOptions): Attempter {
  const pool = createConnectionPool({
    network: createNetwork(options),
    maxPerOrigin: options.maxConnectionsPerOrigin,
    maxHeaderBytes: MAX_RESPONSE_HEADER_BYTES,
  })
  const underWay = new Map<ClaimedDelivery, Ending>()
  let isCanceled = false

  async function attempt(delivery: ClaimedDelivery, isHeld = always): Promise<AttemptResult> {
    const startedAt = new Date()
    const began = performance.now()
    const ending = createEnding(delivery.timeoutMs ?? options.timeoutMs)
    underWay.set(delivery, ending)
    if (isCanceled) ending.end(canceled())
    const record: AttemptRecord = {}
    const result = await conclude(delivery, startedAt, isHeld, ending, record)
    ending.stop()
    underWay.delete(delivery)
    return { ...result, ...record, startedAt, durationMs: Math.round(performance.now() - began) }
  }

  async function conclude(
    delivery: ClaimedDelivery,
    startedAt: Date,
    isHeld: () => boolean,
    ending: Ending,
    record: AttemptRecord,
  ): Promise<Conclusion> {
    const signed = await signAttempt(delivery, startedAt)
    if ('outcome' in signed) return signed
    try {
      const endpoint = parseEndpointUrl(delivery.url)
      if (!endpoint.valid) throw new ForbiddenEndpointError('url', 'The URL is none that endpoints may have.')
      return interpret(
        endpoint.url,
        await send(endpoint.url, delivery, signed.headers, isHeld, ending, record),
      )
    } catch (error) {
      return concludeFailure(error, ending)
    }
  }

  async function send(
    url: URL,
    delivery: ClaimedDelivery,
    headers: Readonly<Record<string, string>>,
    isHeld: () => boolean,
    ending: Ending,
    record: AttemptRecord,
  ): Promise<IncomingResponse> {
    const request = { method: 'POST', path: url.pathname + url.search, headers, body: delivery.body } as const
    for (;;) {
      if (ending.reason !== undefined) throw ending.reason
      const kept = pool.take(url.origin)
      const connection = kept ?? (await open(url, ending))
      const current = exchange(connection.client, request, MAX_RESPONSE_BODY_BYTES, () =>
        isHeld() ? undefined : new EndedBySender('canceled', 'The lease ended before the request was sent.'),
      )
      ending.during(
        () => phaseOf(current),
        (reason) => current.abort(reason),
      )
      try {
        const response = await current.response
        if (response.isWhole) pool.release(connection)
        return response
      } catch (error) {
        pool.discard(connection)
        // A connection that was kept may have been closed by the server. If it was before this request was written, the
        // next one is as good.
        const isUnwritten = kept !== undefined && current.timing.sentAt === undefined
        if (!isUnwritten || ending.reason !== undefined || error instanceof EndedBySender) throw error
      } finally {
        noteDown(record, url, delivery, headers, connection, kept !== undefined, current)
      }
    }
  }

  async function open(url: URL, ending: Ending): Promise<Connection> {
    const controller = new AbortController()
    let phase: string = 'waiting for a connection'
    ending.during(
      () => phase,
      (reason) => controller.abort(reason),
    )
    const connection = await pool.open(url, controller.signal, (reached) => (phase = openingPhases[reached]))
    if (ending.reason === undefined) return connection
    pool.release(connection)
    throw ending.reason
  }

  return {
    attempt,
    abort(delivery, detail) {
      underWay.get(delivery)?.end(new EndedBySender('canceled', detail))
    },
    cancelAll() {
      isCanceled = true
      for (const ending of underWay.values()) ending.end(canceled())
    },
    close: () => pool.close(),
  }
}

const always = (): boolean => true

type Conclusion = Omit<AttemptResult, 'startedAt' | 'durationMs'>

/** What is known of a request however it ends. */
type AttemptRecord = { -readonly [Key in 'phases' | 'remoteAddress' | 'requestHeaders']?: AttemptResult[Key] }

function phaseOf({ timing }: Exchange): string {
  if (timing.sentAt === undefined) return 'waiting for a connection'
  if (timing.firstByteAt === undefined) return 'waiting for the first byte of the answer'
  return timing.headAt === undefined ? 'reading the head of the answer' : 'reading the body of the answer'
}

/** Of a request that was written. */
function noteDown(
  record: AttemptRecord,
  url: URL,
  delivery: ClaimedDelivery,
  headers: Readonly<Record<string, string>>,
  { opened }: Connection,
  wasKept: boolean,
  { timing: { sentAt, firstByteAt } }: Exchange,
): void {
  if (sentAt === undefined) return
  const answer: Phases =
    firstByteAt === undefined
      ? {}
      : { firstByteMs: firstByteAt - sentAt, bodyMs: performance.now() - firstByteAt }
  record.phases = wasKept ? answer : { ...opened.phases, ...answer }
  record.remoteAddress = opened.remoteAddress
  record.requestHeaders = recordHeaders(url, headers, delivery)
}

/** What cannot be signed is the sender's own fault, whatever the reason. */
async function signAttempt(
  delivery: ClaimedDelivery,
  startedAt: Date,
): Promise<Conclusion | { readonly headers: Record<string, string> }> {
  if (delivery.secrets.length === 0) {
    return {
      outcome: 'internal',
      detail: 'No signing secret could be decrypted.',
      operatorDetail: 'No signing secret could be decrypted. Check SENDER_ENCRYPTION_KEY.',
    }
  }
  try {
    return { headers: await buildHeaders(delivery, startedAt) }
  } catch (error) {
    return { outcome: 'internal', detail: `The attempt could not be signed. ${describeError(error)}` }
  }
}

function concludeFailure(error: unknown, ending: Ending): Conclusion {
  // A proxy that hangs ends with the attempt's time, but is not the endpoint's fault.
  const isProxyHanging = error instanceof ProxyError && ending.reason?.outcome === 'timeout'
  if (ending.reason !== undefined && !isProxyHanging) {
    return { outcome: ending.reason.outcome, detail: ending.reason.message }
  }
  if (error instanceof EndedBySender) return { outcome: error.outcome, detail: error.message }
  const { outcome, detail, operatorDetail } = classifyError(error)
  return { outcome, detail, ...(operatorDetail && { operatorDetail }) }
}

function interpret(url: URL, { httpStatus, retryAfter, location, body }: IncomingResponse): Conclusion {
  const retryAfterMs = parseRetryAfter(retryAfter, new Date())
  const outcome = outcomeOf(httpStatus)
  return {
    outcome,
    httpStatus,
    responseBody: body,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(outcome === 'redirect' ? { detail: explainRedirect(url, location) } : {}),
  }
}

function explainRedirect(url: URL, location: string | undefined): string {
  const target = describeRedirect(url, location)
  if (target === undefined) return 'The endpoint redirects; redirects are not followed.'
  return `The endpoint redirects to ${target}; redirects are not followed. Change the subscription’s URL to where it now is.`
}
