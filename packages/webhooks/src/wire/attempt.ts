import { decodeBase64, isBase64 } from './encoding.ts'
import { headerNames, readHeader, type RequestHeaders } from './headers.ts'

/** The Standard Webhooks trio as it was read from a request; nothing in it is verified yet. */
export interface PresentedAttempt {
  readonly id: string
  readonly timestamp: string
  /** The 32 bytes of every `v1` signature, in the header's order. */
  readonly signatures: readonly Uint8Array[]
}

/**
 * Reads `webhook-id`, `webhook-timestamp` and `webhook-signature`.
 *
 * @returns `undefined` when none of them is there; `'malformed'` when one is missing, repeated or not strictly
 * formed. Signatures of versions other than `v1` are skipped.
 */
export function readAttempt(headers: RequestHeaders): PresentedAttempt | 'malformed' | undefined {
  const id = readHeader(headers, headerNames.webhookId)
  const timestamp = readHeader(headers, headerNames.webhookTimestamp)
  const signature = readHeader(headers, headerNames.webhookSignature)
  if (id === undefined && timestamp === undefined && signature === undefined) return undefined
  if (!isAttemptId(id) || !isAttemptTimestamp(timestamp)) return 'malformed'
  const signatures = parseSignatures(signature)
  return signatures ? { id, timestamp, signatures } : 'malformed'
}

/** Whether `id` can be signed: visible ASCII without a full stop, which separates the signed parts. */
export function isAttemptId(id: unknown): id is string {
  return typeof id === 'string' && /^[!-\-/-~]{1,256}$/.test(id)
}

/** Whether `timestamp` is Unix seconds in the one spelling that is signed; milliseconds are too long to be. */
export function isAttemptTimestamp(timestamp: unknown): timestamp is string {
  return typeof timestamp === 'string' && /^(?:0|[1-9]\d{0,11})$/.test(timestamp)
}

/** What `webhook-signature` covers ahead of the body: `id.timestamp.` as bytes. */
export function attemptPrefix(id: string, timestamp: string): Uint8Array {
  return new TextEncoder().encode(`${id}.${timestamp}.`)
}

function parseSignatures(value: unknown): Uint8Array[] | undefined {
  if (typeof value !== 'string') return undefined
  const signatures: Uint8Array[] = []
  for (const entry of value.split(' ')) {
    const [, version, encoded] = /^(v[0-9a-z]+),([!-+\--~]+)$/.exec(entry) ?? []
    if (version === undefined || encoded === undefined) return undefined
    if (version !== 'v1') continue
    if (encoded.length !== 44 || !isBase64(encoded) || !encoded.endsWith('=')) return undefined
    signatures.push(decodeBase64(encoded))
  }
  return signatures
}
