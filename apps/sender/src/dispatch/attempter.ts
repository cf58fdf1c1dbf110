import { parseRetryAfter } from '@complywise/webhooks/wire'
import { Agent, type Dispatcher } from 'undici'
import type { Network } from '../domain/address.ts'
import type { AttemptResult, Outcome } from '../domain/outcome.ts'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'
import { buildHeaders } from './build-request.ts'
import { classifyError } from './classify-error.ts'
import { createGuardedConnector } from './guarded-connector.ts'

/** Makes attempts: one signed HTTP request each. */
export interface Attempter {
  /** Never rejects: whatever happens is the attempt's outcome. */
  attempt(delivery: ClaimedDelivery): Promise<AttemptResult>
  /** Ends every attempt in flight with the outcome `canceled`. */
  cancelAll(): void
  /** Closes the connections that are kept alive. */
  close(): Promise<void>
}

/** How attempts are made. */
export interface AttempterOptions {
  /** Time for everything: name, connection, request, headers and body of the response. */
  readonly timeoutMs: number
  /** Connections to one origin at most. */
  readonly maxConnectionsPerOrigin: number
  /** Special-purpose networks in which endpoints may be nevertheless. */
  readonly allowedNetworks: readonly Network[]
}

const MAX_RESPONSE_BODY_BYTES = 16 * 1024
const MAX_RESPONSE_HEADER_BYTES = 16 * 1024

/**
 * Attempts over undici with connections kept alive. The response is read up to 16 KiB; redirects are not followed.
 */
export function createAttempter(options: AttempterOptions): Attempter {
  const { timeoutMs } = options
  const agent = new Agent({
    connect: createGuardedConnector(options.allowedNetworks, timeoutMs),
    connections: options.maxConnectionsPerOrigin,
    // The one timer below covers every phase.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
  })
  const underWay = new Set<AbortController>()

  async function attempt(delivery: ClaimedDelivery): Promise<AttemptResult> {
    const startedAt = new Date()
    const began = performance.now()
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort('timeout'), timeoutMs)
    underWay.add(abort)
    const partial = await request(delivery, startedAt, abort.signal).catch((error: unknown) =>
      explain(error, abort.signal),
    )
    clearTimeout(timer)
    underWay.delete(abort)
    return { ...partial, startedAt, durationMs: Math.round(performance.now() - began) }
  }

  async function request(
    delivery: ClaimedDelivery,
    startedAt: Date,
    signal: AbortSignal,
  ): Promise<PartialResult> {
    if (delivery.secrets.length === 0) {
      return {
        outcome: 'internal',
        detail: 'No signing secret could be decrypted. Check SENDER_ENCRYPTION_KEY.',
      }
    }
    const url = new URL(delivery.url)
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers: await buildHeaders(delivery, startedAt),
      body: delivery.body,
      signal,
    })
    return interpret(response, await readStart(response.body))
  }

  function explain(error: unknown, signal: AbortSignal): PartialResult {
    if (!signal.aborted) return classifyError(error)
    return signal.reason === 'timeout'
      ? { outcome: 'timeout', detail: `No complete answer within ${timeoutMs} ms.` }
      : { outcome: 'canceled', detail: 'The sender stopped before the answer came.' }
  }

  return {
    attempt,
    cancelAll() {
      for (const abort of underWay) abort.abort('canceled')
    },
    close: () => agent.destroy(),
  }
}

type PartialResult = Omit<AttemptResult, 'startedAt' | 'durationMs'>

function interpret(response: Dispatcher.ResponseData, responseBody: Uint8Array): PartialResult {
  const { statusCode: httpStatus, headers } = response
  const retryAfter = headers['retry-after']
  const retryAfterMs = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, new Date())
  return {
    outcome: outcomeOf(httpStatus),
    httpStatus,
    responseBody,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

function outcomeOf(httpStatus: number): Outcome {
  if (httpStatus >= 200 && httpStatus < 300) return 'succeeded'
  if (httpStatus >= 300 && httpStatus < 400) return 'redirect'
  return `http_${httpStatus}`
}

async function readStart(body: Dispatcher.ResponseData['body']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop destroys the connection, so an endless body ends here.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size >= MAX_RESPONSE_BODY_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BODY_BYTES)
}
