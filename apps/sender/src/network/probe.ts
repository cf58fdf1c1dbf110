import { TLSSocket } from 'node:tls'
import { Client } from 'undici'
import { userAgent } from '../version.ts'
import { type ClassifiedError, classifyError } from './classify-error.ts'
import { permittedAddresses } from './endpoint-rules.ts'
import { type CertificateSummary, UntrustedCertificateError } from './errors.ts'
import { exchange, type IncomingResponse } from './exchange.ts'
import { summarize } from './handshake.ts'
import { limitAnswer } from './limit-answer.ts'
import { type Network, openConnection, openingPhases, unlessAborted } from './open-connection.ts'

/** What became of a probe. */
export interface ProbeResult {
  readonly ending: ProbeEnding
  /** What the host stands for; empty when it has no address. Not for customers where an address is refused. */
  readonly addresses: readonly string[]
  /** Of `https:`, also where it is not trusted. */
  readonly certificate: CertificateSummary | undefined
  /** From the look-up to the end. */
  readonly durationMs: number
}

type ProbeEnding =
  | {
      readonly kind: 'failed'
      readonly failure: ClassifiedError
      /** It may be only HEAD that the endpoint does not take. */
      readonly isConnected: boolean
    }
  /** Nothing was connected to. */
  | { readonly kind: 'resolved' }
  | {
      readonly kind: 'answered'
      readonly httpStatus: number
      readonly location: string | undefined
      /** From the request to the first byte of the answer. */
      readonly latencyMs: number
    }

/** How far a probe goes. */
export interface ProbeLimits {
  /** Whether to connect at all; else only the name is looked up. */
  readonly connects: boolean
  /** For everything. */
  readonly timeoutMs: number
  /** Ends it early, as if the time were over. */
  readonly signal?: AbortSignal | undefined
}

const MAX_BODY_BYTES = 1024

/** Connects to `url` as an attempt would, over a connection of its own, and sends an unsigned HEAD without a body. */
export async function probe(url: URL, network: Network, limits: ProbeLimits): Promise<ProbeResult> {
  const { connects, timeoutMs } = limits
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(limits.signal ? [limits.signal] : [])])
  const startedAt = performance.now()
  let doing: string = openingPhases.dns
  let addresses: readonly string[] = []
  let certificate: CertificateSummary | undefined
  let client: Client | undefined

  const seen = (ending: ProbeEnding): ProbeResult => {
    return { ending, addresses, certificate, durationMs: performance.now() - startedAt }
  }

  try {
    addresses = await unlessAborted(permittedAddresses(url, network.rules, network.resolve), signal)
    if (!connects) return seen({ kind: 'resolved' })
    // What is connected to is what is told, though it is judged once more.
    const looked: Network = { ...network, resolve: async () => addresses }
    const { socket } = await openConnection(url, looked, signal, (phase) => (doing = openingPhases[phase]))
    doing = 'waiting for an answer'
    client = new Client(url.origin, {
      connect: (_options, done) => queueMicrotask(() => done(null, socket)),
      allowH2: false,
      maxHeaderSize: 16 * 1024,
    })
    limitAnswer(client, socket)
    certificate = socket instanceof TLSSocket ? summarize(socket) : undefined
    const askedAt = performance.now()
    const { httpStatus, location } = await head(client, url, signal)
    return seen({ kind: 'answered', httpStatus, location, latencyMs: performance.now() - askedAt })
  } catch (error) {
    if (error instanceof UntrustedCertificateError) ({ certificate } = error)
    const detail = `No answer within ${timeoutMs} ms: stuck ${doing}.`
    const failure = signal.aborted
      ? ({ outcome: 'timeout', code: 'connection_timeout', detail } as const)
      : classifyError(error)
    return seen({ kind: 'failed', failure, isConnected: client !== undefined })
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
