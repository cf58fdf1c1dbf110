import { TLSSocket } from 'node:tls'
import { Client } from 'undici'
import { userAgent } from '../version.ts'
import { type ClassifiedError, classifyError } from './classify-error.ts'
import type { CertificateSummary } from './errors.ts'
import { exchange, type IncomingResponse } from './exchange.ts'
import { summarize } from './handshake.ts'
import { limitAnswer } from './limit-answer.ts'
import { type Network, openConnection, openingPhases } from './open-connection.ts'

/** What became of a probe. */
export type ProbeResult =
  | {
      readonly kind: 'failed'
      readonly failure: ClassifiedError
      /** It may be only HEAD that the endpoint does not take. */
      readonly isConnected: boolean
    }
  | {
      readonly kind: 'answered'
      readonly httpStatus: number
      readonly location: string | undefined
      /** Of `https:`. */
      readonly certificate: CertificateSummary | undefined
      /** From the request to the first byte of the answer. */
      readonly latencyMs: number
    }

const MAX_BODY_BYTES = 1024

/** Connects to `url` as an attempt would, over a connection of its own, and sends an unsigned HEAD without a body. */
export async function probe(url: URL, network: Network, timeoutMs: number): Promise<ProbeResult> {
  const signal = AbortSignal.timeout(timeoutMs)
  let doing: string = openingPhases.dns
  let client: Client | undefined
  try {
    const { socket } = await openConnection(url, network, signal, (phase) => (doing = openingPhases[phase]))
    doing = 'waiting for an answer'
    client = new Client(url.origin, {
      connect: (_options, done) => queueMicrotask(() => done(null, socket)),
      allowH2: false,
      maxHeaderSize: 16 * 1024,
    })
    limitAnswer(client, socket)
    const certificate = socket instanceof TLSSocket ? summarize(socket) : undefined
    const startedAt = performance.now()
    const { httpStatus, location } = await head(client, url, signal)
    return {
      kind: 'answered',
      httpStatus,
      location,
      certificate,
      latencyMs: performance.now() - startedAt,
    }
  } catch (error) {
    const detail = `No answer within ${timeoutMs} ms: stuck ${doing}.`
    const failure = signal.aborted
      ? ({ outcome: 'timeout', code: 'connection_timeout', detail } as const)
      : classifyError(error)
    return { kind: 'failed', failure, isConnected: client !== undefined }
  } finally {
    await client?.destroy()
  }
}

async function head(client: Client, url: URL, signal: AbortSignal): Promise<IncomingResponse> {
  const request = {
    method: 'HEAD',
    path: url.pathname + url.search,
    headers: { 'user-agent': userAgent },
  } as const
  const current = exchange(client, request, MAX_BODY_BYTES)
  const abort = (): void => current.abort(new Error('timed out'))
  signal.addEventListener('abort', abort)
  try {
    return await current.response
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
