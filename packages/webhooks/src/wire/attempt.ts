import { decodeBase64, decodeLatin1 } from './encoding.ts'
import { readHeader, type RequestHeaders } from './headers.ts'

/** The Standard Webhooks trio as a request presents it; nothing in it is verified yet. */
export interface PresentedAttempt {
  /** What is signed ahead of the body. */
  readonly prefix: Uint8Array
  /** Unix seconds. */
  readonly timestamp: number
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
  const id = readHeader(headers, 'webhook-id')
  const timestamp = readHeader(headers, 'webhook-timestamp')
  const signature = readHeader(headers, 'webhook-signature')
  if ((id ?? timestamp ?? signature) === undefined) return undefined
  // One that is missing is as malformed as an empty one.
  const prefix = encodePrefix(id ?? '', timestamp ?? '')
  const signatures = parseSignatures(signature ?? '')
  return prefix && signatures ? { prefix, timestamp: Number(timestamp), signatures } : 'malformed'
}

/**
 * Encodes what `webhook-signature` covers ahead of the body: `id.timestamp.`.
 *
 * The id is up to 256 ASCII letters, digits, `-` and `_`: without a full stop what is signed reads in one way only, and
 * without punctuation it cannot pass for the start of a JSON body, which the same key may sign. The timestamp is Unix
 * seconds in their one spelling; up to twelve digits, so milliseconds are not mistaken for them.
 *
 * @returns `undefined` when either is not so.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function encodePrefix(id: string, timestamp: string): Uint8Array | undefined {
  const prefix = `${id}.${timestamp}.`
  return /^[\w-]{1,256}\.(?:0|[1-9]\d{0,11})\.$/.test(prefix) ? decodeLatin1(prefix) : undefined
}

function parseSignatures(value: string): readonly Uint8Array[] | undefined {
  const signatures: Uint8Array[] = []
  for (const entry of value.split(' ')) {
    if (!/^v\d+[a-z]?,[\w+/=-]+$/.test(entry)) return undefined
    if (!entry.startsWith('v1,')) continue
    const signature = decodeBase64(entry.slice(3))
    if (signature?.length !== 32) return undefined
    signatures.push(signature)
  }
  return signatures
}
