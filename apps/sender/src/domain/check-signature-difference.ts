import type { BodyChange } from './check-signature-bodies.ts'

/** How one body differs from another. */
export interface BodyDifference {
  /** Of the first byte that differs, or is there only once; counted from 0. */
  readonly offset: number
  readonly sentBytes: number
  readonly receivedBytes: number
  /** What became of it, with what is at that place on both sides. */
  readonly detail: string
}

const BYTES_BEFORE = 16
const BYTES_SHOWN = 40

/**
 * Compares the body that was sent with the one that was hashed; `undefined` when they are the same.
 *
 * @param change what became of it.
 */
export function compareBodies(
  sent: Uint8Array,
  received: Uint8Array,
  { change }: BodyChange,
): BodyDifference | undefined {
  const offset = firstDifference(sent, received)
  if (offset === sent.length && offset === received.length) return undefined
  const at = `At byte ${offset} was sent ${excerpt(sent, offset)}, and hashed ${excerpt(received, offset)}.`
  return {
    offset,
    sentBytes: sent.length,
    receivedBytes: received.length,
    detail: `It was ${change}. ${at}`,
  }
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const offset = a.findIndex((byte, index) => byte !== b[index])
  return offset < 0 ? a.length : offset
}

/** What became of `sent`, as far as it can be told; `found` is the variant that `received` is. */
export function nameChange(
  sent: Uint8Array,
  received: Uint8Array,
  found: BodyChange | undefined,
): BodyChange {
  if (received.length === 0) return { code: 'body_empty', change: 'emptied' }
  if (found !== undefined) return found
  const isCut = isSameBody(sent.subarray(0, received.length), received)
  return { code: 'body_changed', change: isCut ? 'cut off' : 'changed' }
}

/** Whether two bodies are the same to the last byte. */
export function isSameBody(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

function excerpt(body: Uint8Array, offset: number): string {
  if (offset >= body.length) return 'nothing more'
  const start = Math.max(0, offset - BYTES_BEFORE)
  const shown = Buffer.from(body.subarray(start, start + BYTES_SHOWN)).toString('utf8')
  const isWhole = start + BYTES_SHOWN >= body.length
  // Line breaks and the like have to be seen.
  const visible = shown.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
  return `\`${start === 0 ? '' : '…'}${visible}${isWhole ? '' : '…'}\``
}
