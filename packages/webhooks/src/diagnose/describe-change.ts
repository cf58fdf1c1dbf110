import { decodeUtf8, parseJson, restorations } from './restorations.ts'

/**
 * Tells what happened to a body on its way, where both ends of it are known.
 *
 * @returns words that follow "it was"; `undefined` when nothing did.
 */
export function describeChange(sent: Uint8Array, received: Uint8Array): string | undefined {
  const offset = firstDifference(sent, received)
  if (offset === sent.length && offset === received.length) return undefined
  return `${nameChange(sent, received, offset)} (${sent.length} bytes became ${received.length}, the first other one at ${offset})`
}

function nameChange(sent: Uint8Array, received: Uint8Array, offset: number): string {
  if (received.length === 0) return 'emptied'
  for (const { change, body } of restorations(received)) {
    if (body.length === sent.length && firstDifference(body, sent) === sent.length) return change
  }
  if (offset === received.length) return 'cut off'
  const [before, after] = [sent, received].map((bytes) => JSON.stringify(parseJson(decodeUtf8(bytes))))
  if (before !== undefined && before === after) return 'parsed as JSON and written again'
  return 'changed'
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const offset = a.findIndex((byte, index) => byte !== b[index])
  return offset < 0 ? a.length : offset
}
