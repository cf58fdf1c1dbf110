import { describeRedirect } from '../domain/redirect.ts'
import { type ClassifiedError, classifyError } from '../network/classify-error.ts'
import { permittedAddresses } from '../network/endpoint-rules.ts'
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
  | { readonly permitted: true; readonly findings: readonly Finding[] }

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
}

/**
 * Looks the endpoint's name up, connects, checks its certificate and sends an unsigned HEAD, which changes nothing. Only the rules for addresses,
 * ports and URLs refuse it; everything else is a finding. Whatever it answers is fine, since few endpoints know HEAD,
 * but for a redirect.
 *
 * A help for whoever types the URL: the decision that counts is made again on each connection.
 */
export async function preflight(url: URL, options: PreflightOptions): Promise<Preflight> {
  const { network, connects, timeoutMs = 5000, now = new Date() } = options
  const result = connects ? await probe(url, network, timeoutMs) : await judge(url, network)
  if (result === undefined) return { permitted: true, findings: [] }
  if (result.kind === 'failed') return interpretFailure(result)
  const { certificate, httpStatus, location, latencyMs } = result
  const findings = [
    ...judgeCertificate(certificate, now),
    ...judgeStatus(url, httpStatus, location),
    ...judgeLatency(latencyMs),
  ]
  return { permitted: true, findings }
}

async function judge(url: URL, network: Network): Promise<ProbeResult | undefined> {
  try {
    await permittedAddresses(url, network.rules, network.resolve)
    return undefined
  } catch (error) {
    return { kind: 'failed', failure: classifyError(error), isConnected: false }
  }
}

function interpretFailure({ failure, isConnected }: ProbeResult & { kind: 'failed' }): Preflight {
  const { detail, range = 'unrecognized' } = failure
  if (failure.code === 'endpoint_forbidden') return { permitted: false, range, detail }
  const code = findingOf(failure)
  if (code === undefined) return { permitted: true, findings: [] }
  // It may be only HEAD that the endpoint does not take.
  const severity = isConnected ? 'warning' : 'error'
  return { permitted: true, findings: [{ code, severity, detail, remedy: remedies[code] }] }
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
