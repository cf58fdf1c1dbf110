/** Where two texts of bytes first differ. */
export interface ByteDifference {
  /** Of the first byte that differs, or that one of them lacks; counted from 0. */
  readonly offset: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** Where `received` first differs from `sent`; `undefined` when they are the same. */
export function firstDifference(sent: Uint8Array, received: Uint8Array): ByteDifference | undefined {
  const shorter = Math.min(sent.length, received.length)
  let offset = 0
  while (offset < shorter && sent[offset] === received[offset]) offset += 1
  if (offset === sent.length && offset === received.length) return undefined
  return { offset, sentBytes: sent.length, receivedBytes: received.length }
}

/** Whether two texts differ in one place, one of them being at its end included. */
export function differsAt(sent: Uint8Array, received: Uint8Array, offset: number): boolean {
  return sent[offset] !== received[offset]
}

/** A line of a hex dump. */
export interface HexRow {
  /** Of its first byte. */
  readonly offset: number
  readonly bytes: readonly number[]
}

/** How many rows of `width` bytes a text of `length` bytes has. */
export function countRows(length: number, width: number): number {
  return Math.ceil(length / width)
}

/** The row `index` of a hex dump. */
export function hexRow(bytes: Uint8Array, index: number, width: number): HexRow {
  const offset = index * width
  return { offset, bytes: [...bytes.subarray(offset, offset + width)] }
}

/** Rows around a place: one before that of `offset`, and three after it; rows that lie behind the end have no bytes. */
export function rowsAround(bytes: Uint8Array, offset: number, width: number): readonly HexRow[] {
  const first = Math.max(0, Math.floor(offset / width) - 1)
  return Array.from({ length: ROWS_AROUND }, (_, index) => hexRow(bytes, first + index, width))
}

const ROWS_AROUND = 5

/** A byte as two hexadecimal digits. */
export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

/** An offset as eight hexadecimal digits. */
export function hexOffset(offset: number): string {
  return offset.toString(16).padStart(8, '0')
}

/** A byte as the ASCII character that it is, or a dot. */
export function asciiOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '.'
}
