import { decodeBase64, hmacSha256 } from './openssl.ts'
import { attempt, utf8 } from './samples.ts'

/** A header as it is sent; a name may be there more than once. */
export type Header = readonly [name: string, value: string]

/** The value of `X-ComplyWise-Signature`. */
export function bodySignature(secret: string, body: Buffer): string {
  return `sha256=${hmacSha256(utf8(secret), body).toString('hex')}`
}

/** One entry of `webhook-signature`. */
export function attemptSignature(secret: string, body: Buffer, { id, timestamp } = attempt): string {
  const signed = Buffer.concat([utf8(`${id}.${timestamp}.`), body])
  return `v1,${hmacSha256(attemptKey(secret), signed).toString('base64')}`
}

/** The key of `webhook-signature`. */
export function attemptKey(secret: string): Buffer {
  return secret.startsWith('whsec_') ? decodeBase64(secret.slice('whsec_'.length)) : utf8(secret)
}

/** `X-ComplyWise-Signature` as a header. */
export function signatureHeader(value: string): Header {
  return ['x-complywise-signature', value]
}

/** The Standard Webhooks trio as headers; what is `undefined` is left out. */
export function trio(
  id: string | undefined,
  timestamp: string | undefined,
  signature: string | undefined,
): readonly Header[] {
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
}
