import type { Outcome } from '../domain/outcome.ts'
import {
  ForbiddenEndpointError,
  ProxyError,
  ResolveError,
  UnreachableThroughProxyError,
  UntrustedCertificateError,
} from './errors.ts'

/** A failure of the network, told apart by its cause. */
export interface ClassifiedError {
  readonly outcome: Outcome
  /** What exactly it is, for programs. */
  readonly code: FailureCode
  /** For a person: a sentence that names no secret, at most 500 characters, free of NUL. */
  readonly detail: string
  /** The same for whoever operates the sender, where it tells more; not for customers. */
  readonly operatorDetail?: string
  /** Of `endpoint_forbidden`: why; see {@link ForbiddenEndpointError.range}. */
  readonly range?: string
}

/** What exactly failed. */
export type FailureCode =
  | 'endpoint_forbidden'
  | 'dns_absent'
  | 'dns_unanswered'
  | 'connection_refused'
  | 'connection_unreachable'
  | 'connection_timeout'
  | 'connection_reset'
  | 'certificate_expired'
  | 'certificate_not_yet_valid'
  | 'certificate_name_mismatch'
  | 'certificate_self_signed'
  | 'certificate_unknown_authority'
  | 'certificate_untrusted'
  | 'tls_failed'
  | 'answer_not_http'
  | 'proxy_failed'
  | 'sender_failed'

/** Tells what kind of failure an error of this folder, of undici or of a socket is; `reset` if nothing else fits. */
export function classifyError(error: unknown): ClassifiedError {
  const classified = classify(firstCause(error))
  const { detail, operatorDetail } = classified
  return {
    ...classified,
    detail: printable(detail),
    ...(operatorDetail && { operatorDetail: printable(operatorDetail) }),
  }
}

/** An error's message with its code, in the form of {@link ClassifiedError.detail}. */
export function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : 'unknown error'
  const code = codeOf(error)
  return printable(code === '' || message.includes(code) ? message : `${message} (${code})`)
}

function classify(error: unknown): ClassifiedError {
  if (error instanceof ForbiddenEndpointError) {
    const { message, range, operatorDetail } = error
    return { ...failure('ssrf_blocked', 'endpoint_forbidden', message), range, operatorDetail }
  }
  if (error instanceof ResolveError) {
    return failure('dns', error.isAbsent ? 'dns_absent' : 'dns_unanswered', error.message)
  }
  if (error instanceof ProxyError) {
    const detail = 'The sender’s own proxy failed; the endpoint was not asked.'
    return { ...failure('internal', 'proxy_failed', detail), operatorDetail: error.message }
  }
  if (error instanceof UnreachableThroughProxyError) {
    return failure('connect', 'connection_unreachable', error.message)
  }
  if (error instanceof UntrustedCertificateError) return classifyCertificate(error)
  return classifyCode(error, codeOf(error))
}

function classifyCertificate({ code, certificate }: UntrustedCertificateError): ClassifiedError {
  const { validFrom, validTo, names } = certificate
  const tls = (failureCode: FailureCode, text: string): ClassifiedError =>
    failure('tls', failureCode, `${text} (${code}).`)
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return tls('certificate_expired', `The certificate expired${on(validTo)}`)
    case 'CERT_NOT_YET_VALID':
      return tls(
        'certificate_not_yet_valid',
        `The certificate is not valid yet${on(validFrom, ', but from ')}`,
      )
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return tls(
        'certificate_name_mismatch',
        `The certificate is for another host: ${names ?? 'it names none'}`,
      )
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return tls('certificate_self_signed', 'The certificate is self-signed')
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return tls(
        'certificate_unknown_authority',
        'The certificate is by no known authority, or the server does not send the intermediate certificates',
      )
    default:
      return tls('certificate_untrusted', 'The certificate is not trusted')
  }
}

function on(date: Date | undefined, preposition = ' on '): string {
  return date === undefined ? '' : `${preposition}${date.toISOString().slice(0, 10)}`
}

// Node's and OpenSSL's names for what can be wrong with a handshake.
const tlsCode = /^(?:ERR_TLS_|ERR_SSL_|EPROTO$)/

function classifyCode(error: unknown, code: string): ClassifiedError {
  if (tlsCode.test(code))
    return failure('tls', 'tls_failed', `The TLS handshake failed: ${reasonOf(error)} (${code}).`)
  switch (code) {
    case 'ECONNREFUSED':
      return failure('connect', 'connection_refused', `Nothing accepts connections${at(error)} (${code}).`)
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'EPERM':
      return failure(
        'connect',
        'connection_unreachable',
        `There is no way to the endpoint${at(error)} (${code}).`,
      )
    // The sender's own limits.
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOBUFS':
    case 'UND_ERR_INVALID_ARG':
      return failure('internal', 'sender_failed', describeError(error))
    case 'ETIMEDOUT':
      return failure('timeout', 'connection_timeout', `Nothing answers${at(error)} (${code}).`)
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'HPE_HEADER_OVERFLOW':
      return failure('reset', 'answer_not_http', 'The head of the answer is too long.')
    case 'ANSWER_ENDLESS':
      return failure(
        'reset',
        'answer_not_http',
        'The answer has no end: informational answers or chunk extensions go on and on.',
      )
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return failure('reset', 'connection_reset', `The connection ended before the answer did (${code}).`)
    default:
      // undici gives some of its parser's errors no code.
      return (error instanceof Error && error.name === 'HTTPParserError') || code.startsWith('UND_ERR_')
        ? failure('reset', 'answer_not_http', `The answer is not HTTP/1.1: ${describeError(error)}.`)
        : failure('reset', 'connection_reset', `The connection failed: ${describeError(error)}.`)
  }
}

function failure(outcome: Outcome, code: FailureCode, detail: string): ClassifiedError {
  return { outcome, code, detail }
}

function at(error: unknown): string {
  const { address, port } = Object(error)
  return typeof address === 'string' && typeof port === 'number' ? ` at ${address}, port ${port}` : ''
}

// OpenSSL's own messages begin with places in its source.
function reasonOf(error: unknown): string {
  const { reason } = Object(error)
  return typeof reason === 'string' ? reason : 'the connection ended'
}

function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- PostgreSQL's text cannot hold NUL, and people read no others
  return text.replaceAll(/[\0-\x1f\x7f]+/g, ' ').slice(0, 500)
}

// Node reports several failed addresses of one host as an AggregateError.
function firstCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return firstCause(error.errors[0])
  return error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
