/** The endpoint may not be used: its scheme, port or address is forbidden. Nothing was sent. */
export class ForbiddenEndpointError extends Error {
  override readonly name = 'ForbiddenEndpointError'
  /** As `forbiddenRange` names it, or `port`, or `url`. */
  readonly range: string
  /** The message for whoever operates the sender. */
  readonly operatorDetail: string

  /** @param message for the customer: tells nothing that is not in the URL. */
  constructor(range: string, message: string, operatorDetail: string = message) {
    super(message)
    this.range = range
    this.operatorDetail = operatorDetail
  }
}

/** A host's name has no address, or nobody could be asked. */
export class ResolveError extends Error {
  override readonly name = 'ResolveError'
  /** Whether it is known that there is none; else the DNS servers did not answer, or failed. */
  readonly isAbsent: boolean

  constructor(message: string, isAbsent: boolean) {
    super(message)
    this.isAbsent = isAbsent
  }
}

/** What is wrong with a certificate, and the certificate. */
export class UntrustedCertificateError extends Error {
  override readonly name = 'UntrustedCertificateError'
  /** OpenSSL's or Node's: `CERT_HAS_EXPIRED`. */
  readonly code: string
  readonly certificate: CertificateSummary

  constructor(code: string, certificate: CertificateSummary) {
    super(`certificate not trusted (${code})`)
    this.code = code
    this.certificate = certificate
  }
}

/** What is told of a certificate, and of the connection over which it was shown. Texts are the peer's. */
export interface CertificateSummary {
  /** Of the connection: `TLSv1.3`. */
  readonly protocol?: string
  /** Whose signature it bears. */
  readonly issuer?: string
  /** Whom it is for. */
  readonly subject?: string
  readonly validFrom?: Date
  readonly validTo?: Date
  /** Names and addresses that it is for: `DNS:example.com, IP Address:192.0.2.1`. */
  readonly names?: string
}

/** The sender's own proxy failed; the endpoint was not asked. The message is for whoever operates it. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
}

/** The proxy works, and could not reach the endpoint. */
export class UnreachableThroughProxyError extends Error {
  override readonly name = 'UnreachableThroughProxyError'
}

/** An answer went on for longer than any that is meant, outside of its head and its body. */
export class EndlessAnswerError extends Error {
  override readonly name = 'EndlessAnswerError'
  readonly code = 'ANSWER_ENDLESS'

  constructor() {
    super('the answer has no end')
  }
}

/** A connection ended before a request was written to it. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
  readonly code = 'ECONNRESET'
}
