/** The code of a socket's, TLS's or undici's error, wherever in the chain of causes it is; the name of an abort. */
export function networkCodeOf(error: unknown): string | undefined {
  let cause: unknown = error
  for (let depth = 0; cause instanceof Error && depth < 6; depth++) {
    // A DOMException's code is a number that says less than its name.
    if ('code' in cause && typeof cause.code === 'string') return cause.code
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return cause.name
    const [first] = cause instanceof AggregateError ? (cause.errors as unknown[]) : []
    cause = first ?? cause.cause
  }
  return undefined
}

/** Whether an error with this code comes before a request is sent, so that it has certainly done nothing. */
export function isNotSent(code: string | undefined): boolean {
  return code !== undefined && (unconnected.has(code) || isCertificateError(code))
}

/** Whether the other end is not who it says: a matter of certificates. */
export function isCertificateError(code: string | undefined): boolean {
  return (
    code !== undefined && /^(ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/.test(code)
  )
}

const unconnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])
