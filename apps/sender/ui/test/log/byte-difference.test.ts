import { describe, expect, it } from 'vitest'
import {
  asciiOf,
  countRows,
  differsAt,
  firstDifference,
  hexByte,
  hexOffset,
  hexRow,
  rowsAround,
} from '../../src/log/delivery/byte-difference.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('the first difference of two bodies', () => {
  it.each([
    ['{"a":1}', '{"a": 1}', 5],
    ['{"a":1}', '{"a":1}\n', 7],
    ['{"a":1}', '', 0],
    ['', 'x', 0],
    ['é', 'e\u0301', 0],
    ['aé', 'a\u00E8', 2],
    ['\uFEFF{}', '{}', 0],
  ])('of %j and %j is at byte %i', (sent, received, offset) => {
    expect(firstDifference(bytes(sent), bytes(received))).toEqual({
      offset,
      sentBytes: bytes(sent).length,
      receivedBytes: bytes(received).length,
    })
    expect(differsAt(bytes(sent), bytes(received), offset)).toBe(true)
  })

  it('is none when they are the same', () => {
    expect(firstDifference(bytes('{"a":1}'), bytes('{"a":1}'))).toBeUndefined()
    expect(firstDifference(bytes(''), bytes(''))).toBeUndefined()
  })
})

describe('a hex dump', () => {
  it('has rows of a width, the last of which may be shorter', () => {
    const body = bytes('0123456789abcdef!')
    expect(countRows(body.length, 16)).toBe(2)
    expect(hexRow(body, 1, 16)).toEqual({ offset: 16, bytes: [0x21] })
    expect(countRows(0, 16)).toBe(0)
  })

  it('shows the rows around a place, and nothing behind the end', () => {
    const rows = rowsAround(bytes('x'.repeat(20)), 17, 8)
    expect(rows.map(({ offset, bytes }) => [offset, bytes.length])).toEqual([
      [8, 8],
      [16, 4],
      [24, 0],
      [32, 0],
      [40, 0],
    ])
    expect(rowsAround(bytes('xy'), 0, 8)[0]).toEqual({ offset: 0, bytes: [0x78, 0x79] })
  })

  it.each([
    [0x00, '00', '.'],
    [0x0a, '0a', '.'],
    [0x20, '20', ' '],
    [0x7b, '7b', '{'],
    [0x7f, '7f', '.'],
    [0xff, 'ff', '.'],
  ])('shows byte %i as %s and %j', (byte, hex, ascii) => {
    expect([hexByte(byte), asciiOf(byte)]).toEqual([hex, ascii])
  })

  it('counts in hexadecimal digits', () => {
    expect(hexOffset(262_143)).toBe('0003ffff')
  })
})
