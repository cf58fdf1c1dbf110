import { describeRedirect } from '../domain/redirect.ts'
import type { ClassifiedError } from '../network/classify-error.ts'
import type { CertificateSummary } from '../network/errors.ts'
import type { Network } from '../network/open-connection.ts'
import { probe, type ProbeResult } from '../network/probe.ts'

/** What a look at an endpoint found, before anything is sent to it. */
export type Preflight =
  | {
      readonly permitted: false
      /** Why it is refused: a range of `forbiddenRange`, or `port`, or `url`. */
      readonly range: string
      /** For a person. */
      readonly detail: string
    }
  | ({ readonly permitted: true; readonly findings: readonly Finding[] } & EndpointFacts)

/** What was seen of an endpoint that may be used. */
export interface EndpointFacts {
  /** What the host stands for; empty when it has no address. */
  readonly addresses: readonly string[]
  /** Of `https:`, also where it is not trusted; `undefined` when none was shown. */
  readonly certificate: CertificateSummary | undefined
  /** Of the answer, if there was one. */
  readonly httpStatus: number | undefined
  /** From the look-up to the end, in whole milliseconds. */
  readonly durationMs: number
}

/** Something that whoever set the endpoint up should know. */
export interface Finding {
  readonly code: FindingCode
  /** `error`: as things are, deliveries fail. `warning`: they will one day, or may. */
  readonly severity: 'error' | 'warning'
  /** What was found, for a person. */
  readonly detail: string
  /** What to do about it. */
  readonly remedy: string
}

/** All kinds of findings. */
export const findingCodes = [
  'url_not_encrypted',
  'host_unresolved',
  'connection_refused',
  'connection_unreachable',
  'connection_timeout',
  'connection_reset',
  'certificate_expired',
  'certificate_not_yet_valid',
  'certificate_name_mismatch',
  'certificate_self_signed',
  'certificate_unknown_authority',
  'certificate_untrusted',
  'certificate_expires_soon',
  'tls_failed',
  'answer_not_http',
  'endpoint_redirects',
  'endpoint_slow',
] as const

/** One kind of finding. */
export type FindingCode = (typeof findingCodes)[number]

/** What a pre-flight may differ in. */
export interface PreflightOptions {
  /** The way that attempts take. */
  readonly network: Network
  /** Whether to connect at all; else only the name is looked up. */
  readonly connects: boolean
  /** For everything. Default 5,000. */
  readonly timeoutMs?: number
  /** Default: now. */
  readonly now?: Date
  /** Ends it early; what it found is then of no use. */
  readonly signal?: AbortSignal
}

/**
 * Looks the endpoint's name up, connects, checks its certificate and sends an unsigned HEAD, which changes nothing. Only the rules for addresses,
 * ports and URLs refuse it; everything else is a finding. Whatever it answers is fine, since few endpoints know HEAD,
 * but for a redirect.
 *
 * A help for whoever types the URL: the decision that counts is made again on each connection.
 */
export async function preflight(url: URL, options: PreflightOptions): Promise<Preflight> {
  const { network, connects, timeoutMs = 5000, now = new Date(), signal } = options
  const { ending, addresses, certificate, durationMs } = await probe(url, network, {
    connects,
    timeoutMs,
    signal,
  })
  if (ending.kind === 'failed' && ending.failure.code === 'endpoint_forbidden') {
    const { range = 'unrecognized', detail } = ending.failure
    return { permitted: false, range, detail }
  }
  const httpStatus = ending.kind === 'answered' ? ending.httpStatus : undefined
  const facts = { addresses, certificate, httpStatus, durationMs: Math.round(durationMs) }
  if (ending.kind === 'resolved') return { permitted: true, ...facts, findings: [] }
  if (ending.kind === 'failed') return { permitted: true, ...facts, findings: interpretFailure(ending) }
  const findings = [
    ...judgeCertificate(certificate, now),
    ...judgeStatus(url, ending.httpStatus, ending.location),
    ...judgeLatency(ending.latencyMs),
  ]
  return { permitted: true, ...facts, findings }
}

/** What is to be said of a URL that can be used, by its text alone. */
export function judgeScheme({ protocol }: URL): readonly Finding[] {
  if (protocol === 'https:') return []
  const detail = 'Events are sent without encryption.'
  return [{ code: 'url_not_encrypted', severity: 'warning', detail, remedy: remedies.url_not_encrypted }]
}

function interpretFailure({ failure, isConnected }: ProbeResult['ending'] & { kind: 'failed' }): Finding[] {
  const code = findingOf(failure)
  if (code === undefined) return []
  // It may be only HEAD that the endpoint does not take.
  const severity = isConnected ? 'warning' : 'error'
  return [{ code, severity, detail: failure.detail, remedy: remedies[code] }]
}

/** `undefined` for faults of the sender and its proxy, which tell nothing of the endpoint. */
function findingOf({ code }: ClassifiedError): FindingCode | undefined {
  if (code === 'dns_absent' || code === 'dns_unanswered') return 'host_unresolved'
  return code === 'endpoint_forbidden' || code === 'sender_failed' || code === 'proxy_failed'
    ? undefined
    : code
}

const EXPIRES_SOON_DAYS = 14
const DAY_MS = 24 * 60 * 60 * 1000
const SLOW_MS = 2000

function judgeCertificate(certificate: CertificateSummary | undefined, now: Date): readonly Finding[] {
  const end = certificate?.validTo
  if (end === undefined || end.getTime() - now.getTime() > EXPIRES_SOON_DAYS * DAY_MS) return []
  const detail = `The certificate expires on ${end.toISOString().slice(0, 10)}.`
  return [
    {
      code: 'certificate_expires_soon',
      severity: 'warning',
      detail,
      remedy: remedies.certificate_expires_soon,
    },
  ]
}

function judgeStatus(url: URL, httpStatus: number, location: string | undefined): readonly Finding[] {
  if (httpStatus < 300 || httpStatus > 399) return []
  const target = describeRedirect(url, location)
  const detail = `It answers ${httpStatus}${target === undefined ? '' : ` and leads to ${target}`}; redirects are not followed.`
  return [{ code: 'endpoint_redirects', severity: 'error', detail, remedy: remedies.endpoint_redirects }]
}

function judgeLatency(latencyMs: number): readonly Finding[] {
  if (latencyMs < SLOW_MS) return []
  const detail = `It took ${(latencyMs / 1000).toFixed(1)} s to answer.`
  return [{ code: 'endpoint_slow', severity: 'warning', detail, remedy: remedies.endpoint_slow }]
}

const remedies: Readonly<Record<FindingCode, string>> = {
  url_not_encrypted: 'Use https: wherever the network is not your own.',
  host_unresolved:
    'Check the spelling and the records of the domain. Deliveries begin to arrive once it resolves.',
  connection_refused: 'Check the port, and that the server is running.',
  connection_unreachable: 'Check the address, the routes to it and its firewall.',
  connection_timeout: 'Check that no firewall drops the connection, and that the server answers in time.',
  connection_reset: 'Check what ends the connection: a firewall, a proxy, or the server itself.',
  certificate_expired: 'Renew the certificate and reload the server.',
  certificate_not_yet_valid: 'Check the clock of the machine that made it, or install one that is valid now.',
  certificate_name_mismatch: 'Install a certificate for this host, or use the name that it is for.',
  certificate_self_signed: 'Install a certificate of a public authority; there are free ones.',
  certificate_unknown_authority:
    'Send the whole chain with the intermediate certificates, or install a certificate of a public authority.',
  certificate_untrusted: 'Install a certificate of a public authority; there are free ones.',
  certificate_expires_soon: 'Renew it before then, and check that renewal is automatic.',
  tls_failed: 'Check that this port speaks TLS 1.2 or newer; a port for plain HTTP needs an http: URL.',
  answer_not_http: 'Check that this is the port of a web server.',
  endpoint_redirects: 'Use the URL that it leads to, whole, as the endpoint.',
  endpoint_slow: 'Answer first and do the work afterwards; attempts have a time limit.',
}
