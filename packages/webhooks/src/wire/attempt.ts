import { decodeBase64 } from './encoding.ts'
import { headerNames, readHeader, type RequestHeaders } from './headers.ts'

/** The Standard Webhooks trio as a request presents it; nothing in it is verified yet. */
export interface PresentedAttempt {
  readonly id: string
  readonly timestamp: string
  /** Every `v1` signature, each of 32 bytes. */
  readonly signatures: readonly Uint8Array[]
}

/**
 * Reads `webhook-id`, `webhook-timestamp` and `webhook-signature`.
 *
 * @returns `undefined` when the request has none of them; `'malformed'` when it lacks one, repeats one, or has one
 * that is not strictly formed. Signatures of versions other than `v1` are skipped.
 */
export function readAttempt(headers: RequestHeaders): PresentedAttempt | 'malformed' | undefined {
  const id = readHeader(headers, headerNames.webhookId)
  const timestamp = readHeader(headers, headerNames.webhookTimestamp)
  const signature = readHeader(headers, headerNames.webhookSignature)
  if (id === undefined && timestamp === undefined && signature === undefined) return undefined
  if (!isSignableId(id) || !isSignableTimestamp(timestamp)) return 'malformed'
  const signatures = parseSignatures(signature)
  return signatures ? { id, timestamp, signatures } : 'malformed'
}

/**
 * What `webhook-signature` covers ahead of the body.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function signedPrefix(id: string, timestamp: string): Uint8Array {
  return new TextEncoder().encode(`${id}.${timestamp}.`)
}

/**
 * Whether `id` can be a `webhook-id`: ASCII letters, digits, `-` and `_`. A full stop separates what is signed, and
 * no such id can pass for the start of a JSON body, which the same key may sign.
 */
export function isSignableId(id: unknown): id is string {
  return typeof id === 'string' && /^[\w-]{1,256}$/.test(id)
}

/** Whether `timestamp` is Unix seconds in their one spelling. Milliseconds have a digit too many until 33658. */
export function isSignableTimestamp(timestamp: unknown): timestamp is string {
  return typeof timestamp === 'string' && /^(?:0|[1-9]\d{0,11})$/.test(timestamp)
}

function parseSignatures(value: unknown): readonly Uint8Array[] | undefined {
  if (typeof value !== 'string') return undefined
  const signatures: Uint8Array[] = []
  for (const entry of value.split(' ')) {
    const [, version, encoded = ''] = /^(v\d+[a-z]?),([\w+/=-]+)$/.exec(entry) ?? []
    if (!version) return undefined
    if (version !== 'v1') continue
    const signature = decodeBase64(encoded)
    if (signature?.length !== 32) return undefined
    signatures.push(signature)
  }
  return signatures
}
