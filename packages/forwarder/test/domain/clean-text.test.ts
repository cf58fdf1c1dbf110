import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText, truncate } from '../../src/domain/clean-text.ts'

const family = '👨‍👩‍👧‍👦'
const byteLength = (given: string): number => Buffer.byteLength(given)
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))

describe('cleanText', () => {
  it.each([
    ['line breaks', 'a\r\nb\n\u2028c', 'a b c'],
    ['control characters', 'a\u0000\u0007b\u009bc', 'a b c'],
    ['tabs and white space around', '\t a \t', 'a'],
    ['overrides of direction', 'invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['isolates', '\u2066CC6.1\u2069', 'CC6.1'],
    ['lone surrogates', 'a\ud800b\udc00', 'a\ufffdb\ufffd'],
    ['invisible characters', 'CC\u200b6\ufeff.1', 'CC6.1'],
    ['nothing but white space', ' \n ', ''],
  ])('takes out %s', (_, given, expected) => {
    expect(cleanText(given)).toBe(expected)
  })

  it.each([family, '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'é', 'שלום', 'می‌خواهم', '<!channel> & *bold*'])('leaves %s as it is', (given) => {
    expect(cleanText(given)).toBe(given)
  })

  it('makes one clean line of anything, within its length', () => {
    fc.assert(
      fc.property(text, fc.nat(40), (given, max) => {
        const clean = cleanText(given, max)
        expect(clean.length).toBeLessThanOrEqual(max)
        expect(clean.isWellFormed()).toBe(true)
        expect(clean).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
        expect(cleanText(clean, max)).toBe(clean)
      }),
    )
  })
})

describe('truncate', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    ['abcd', 0, ''],
    ['ab cd', 4, 'ab…'],
    [`${family}${family}`, 12, `${family}…`],
    [`${family}${family}`, 11, '…'],
    ['e\u0301e\u0301e\u0301', 4, 'e\u0301…'],
    ['', 0, ''],
  ])('makes of %j with %i: %j', (given, max, expected) => {
    expect(truncate(given, max)).toBe(expected)
  })

  it('measures in any unit', () => {
    expect(truncate('ääää', 8, byteLength)).toBe('ääää')
    expect(truncate('äääää', 8, byteLength)).toBe('ää…')
    expect(truncate('"""""', 10, (given) => JSON.stringify(given).length)).toBe('"""…')
  })

  it('keeps as much as fits', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (given, max) => {
        const cut = truncate(given, max)
        expect(cut.length).toBeLessThanOrEqual(max)
        const segments = [...new Intl.Segmenter('en').segment(given)].map(({ segment }) => segment)
        const prefixes = segments.map((_, index) => segments.slice(0, index).join(''))
        const longest = prefixes.findLast((prefix) => prefix.length < max) ?? ''
        expect(cut).toBe(given.length <= max ? given : `${longest.trimEnd()}…`)
      }),
    )
  })

  it('takes a megabyte', () => {
    expect(truncate('👍'.repeat(500_000), 100)).toBe(`${'👍'.repeat(49)}…`)
    expect(truncate(`a${'\u0301'.repeat(1_000_000)}`, 100)).toBe('…')
  })
})
