import { isIP, type Socket } from 'node:net'
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { ready } from './connect-tcp.ts'
import { type CertificateSummary, UntrustedCertificateError } from './errors.ts'

/**
 * Speaks TLS over a connected socket and checks the certificate, anew on every connection, for `host`, a name or an
 * address. HTTP/1.1 is the only protocol offered: one HTTP/2 connection would carry all attempts of an endpoint, and
 * one that went dead would fail them all for as long as the system takes to notice.
 *
 * @throws {UntrustedCertificateError} when the certificate is not for this host, not valid now, or of nobody known.
 */
export async function handshake(socket: Socket, host: string, signal: AbortSignal): Promise<TLSSocket> {
  const name = host.replace(/\.$/, '')
  const secure = connect({
    socket,
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ALPNProtocols: ['http/1.1'],
    // Checked right below instead, where the certificate can still be asked for when it expired.
    rejectUnauthorized: false,
  })
  await ready(secure, 'secureConnect', signal)
  if (secure.authorized) return secure
  const error = new UntrustedCertificateError(String(secure.authorizationError), summarize(secure))
  secure.destroy()
  throw error
}

/** What the peer's certificate says of itself. */
export function summarize(socket: TLSSocket): CertificateSummary {
  const certificate = socket.getPeerCertificate()
  const { valid_from: from, valid_to: to, subjectaltname: names } = certificate
  const protocol = socket.getProtocol()
  const issuer = nameOf(certificate.issuer)
  const subject = nameOf(certificate.subject)
  return {
    ...(protocol === null ? {} : { protocol }),
    ...(issuer === '' ? {} : { issuer }),
    ...(subject === '' ? {} : { subject }),
    ...(Number.isNaN(Date.parse(from)) ? {} : { validFrom: new Date(from) }),
    ...(Number.isNaN(Date.parse(to)) ? {} : { validTo: new Date(to) }),
    ...(names === undefined ? {} : { names }),
  }
}

const MAX_NAME_CHARACTERS = 200

/** The common name and the organization; what authorities are called by is sometimes one, sometimes the other. */
function nameOf(party: Partial<PeerCertificate['subject']> | undefined): string {
  return [party?.CN, party?.O]
    .flatMap((name) => name ?? [])
    .join(', ')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, MAX_NAME_CHARACTERS)
}
