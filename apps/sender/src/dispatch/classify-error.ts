import type { Outcome } from '../domain/outcome.ts'
import { ForbiddenAddressError } from './guarded-connector.ts'

/** A failure of the network, told apart by its cause. */
export interface ClassifiedError {
  readonly outcome: Outcome
  /** For a person; see {@link describeError}. */
  readonly detail: string
}

const byCode: Readonly<Record<string, Outcome>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ECONNREFUSED: 'connect',
  EHOSTUNREACH: 'connect',
  ENETUNREACH: 'connect',
  EADDRNOTAVAIL: 'connect',
  EACCES: 'connect',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
}

// OpenSSL's and Node's names for what can be wrong with a certificate or a handshake.
const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED_CERT$|HOSTNAME_MISMATCH$|INVALID_CA$)/

/** Tells what kind of failure an error thrown by undici or by a socket is. Whatever is not recognized is `reset`. */
export function classifyError(error: unknown): ClassifiedError {
  const cause = firstCause(error)
  if (cause instanceof ForbiddenAddressError) return { outcome: 'ssrf_blocked', detail: cause.message }
  const code = codeOf(cause)
  const outcome = tlsCode.test(code) ? 'tls' : (byCode[code] ?? 'reset')
  return { outcome, detail: describeError(cause) }
}

/** An error's message with its code, at most 500 characters, free of NUL, which PostgreSQL's text cannot hold. */
export function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : 'unknown error'
  const code = codeOf(error)
  const text = code === '' || message.includes(code) ? message : `${message} (${code})`
  return text.replaceAll('\0', '').slice(0, 500)
}

// Node reports several failed addresses of one host as an AggregateError.
function firstCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return firstCause(error.errors[0])
  return error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
