import { parseRetryAfter } from '@complywise/webhooks/wire'
import { Agent } from 'undici'
import type { Network } from '../domain/address.ts'
import type { AttemptResult, Outcome } from '../domain/outcome.ts'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'
import { buildHeaders } from './build-headers.ts'
import { classifyError, describeError } from './classify-error.ts'
import { exchange, type Exchange, type IncomingResponse } from './exchange.ts'
import { createGuardedConnector } from './guarded-connector.ts'

/** Makes attempts: one signed HTTP request each. */
export interface Attempter {
  /** Never rejects: whatever happens is the attempt's outcome. */
  attempt(delivery: ClaimedDelivery): Promise<AttemptResult>
  /** Ends every attempt in flight, and every later one, with the outcome `canceled`. */
  cancelAll(): void
  /** Closes the connections that are kept alive. */
  close(): Promise<void>
}

/** How attempts are made. */
export interface AttempterOptions {
  /** Time for everything: name, connection, request, headers and body of the response. */
  readonly timeoutMs: number
  /** Connections to one origin at most. Attempts beyond that wait for one, in the time that they have. */
  readonly maxConnectionsPerOrigin: number
  /** Special-purpose networks in which endpoints may be nevertheless. */
  readonly allowedNetworks: readonly Network[]
}

const MAX_RESPONSE_BODY_BYTES = 16 * 1024
const MAX_RESPONSE_HEADER_BYTES = 16 * 1024

/** Attempts over undici with connections kept alive: HTTP/1.1. Redirects are not followed. */
export function createAttempter(options: AttempterOptions): Attempter {
  const { timeoutMs } = options
  const agent = new Agent({
    connect: createGuardedConnector(options.allowedNetworks, timeoutMs),
    connections: options.maxConnectionsPerOrigin,
    // One HTTP/2 connection would carry all attempts of an endpoint, and one that went dead would fail them all for
    // as long as the system takes to notice.
    allowH2: false,
    // One timer covers every phase of an attempt.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
  })
  const underWay = new Set<Exchange>()
  let isCanceled = false

  async function attempt(delivery: ClaimedDelivery): Promise<AttemptResult> {
    const startedAt = new Date()
    const began = performance.now()
    const ending = await end(delivery, startedAt)
    return { ...ending, startedAt, durationMs: Math.round(performance.now() - began) }
  }

  async function end(delivery: ClaimedDelivery, startedAt: Date): Promise<Ending> {
    const signed = await signAttempt(delivery, startedAt)
    if ('outcome' in signed) return signed
    try {
      return interpret(await send(delivery, signed.headers))
    } catch (error) {
      return error instanceof EndedBySender
        ? { outcome: error.outcome, detail: error.message }
        : classifyError(error)
    }
  }

  async function send(delivery: ClaimedDelivery, headers: Record<string, string>): Promise<IncomingResponse> {
    if (isCanceled) throw canceled()
    const current = exchange(
      agent,
      { url: delivery.url, headers, body: delivery.body },
      MAX_RESPONSE_BODY_BYTES,
    )
    const timer = setTimeout(() => {
      current.abort(new EndedBySender('timeout', `No complete answer within ${timeoutMs} ms.`))
    }, timeoutMs)
    underWay.add(current)
    try {
      return await current.response
    } finally {
      clearTimeout(timer)
      underWay.delete(current)
    }
  }

  return {
    attempt,
    cancelAll() {
      isCanceled = true
      for (const current of underWay) current.abort(canceled())
    },
    close: () => agent.destroy(),
  }
}

class EndedBySender extends Error {
  readonly outcome: 'timeout' | 'canceled'

  constructor(outcome: 'timeout' | 'canceled', message: string) {
    super(message)
    this.outcome = outcome
  }
}

function canceled(): EndedBySender {
  return new EndedBySender('canceled', 'The sender stopped before the answer came.')
}

type Ending = Omit<AttemptResult, 'startedAt' | 'durationMs'>

/** What cannot be signed is the sender's own fault, whatever the reason. */
async function signAttempt(
  delivery: ClaimedDelivery,
  startedAt: Date,
): Promise<Ending | { readonly headers: Record<string, string> }> {
  if (delivery.secrets.length === 0) {
    return {
      outcome: 'internal',
      detail: 'No signing secret could be decrypted. Check SENDER_ENCRYPTION_KEY.',
    }
  }
  try {
    return { headers: await buildHeaders(delivery, startedAt) }
  } catch (error) {
    return { outcome: 'internal', detail: `The attempt could not be signed. ${describeError(error)}` }
  }
}

function interpret({ httpStatus, headers, body }: IncomingResponse): Ending {
  const retryAfter = headers['retry-after']
  const retryAfterMs = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, new Date())
  return {
    outcome: outcomeOf(httpStatus),
    httpStatus,
    responseBody: body,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

function outcomeOf(httpStatus: number): Outcome {
  if (httpStatus >= 200 && httpStatus < 300) return 'succeeded'
  if (httpStatus >= 300 && httpStatus < 400) return 'redirect'
  return `http_${httpStatus}`
}
