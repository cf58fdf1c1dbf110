import { describe, expect, it } from 'vitest'
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from './encoding.ts'

const samples = Array.from({ length: 130 }, (_, length) =>
  Uint8Array.from({ length }, (_, index) => (index * 151 + length * 7) % 256),
)

describe('base64', () => {
  it('is what Node makes of the same bytes, and decodes to them', () => {
    for (const bytes of samples) {
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(decodeBase64(encodeBase64(bytes))).toStrictEqual(bytes)
    }
  })

  it('has one spelling for two bytes among all texts of its alphabet', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const spellings = Array.from(alphabet, (last) => `AA${last}=`).filter(
      (text) => decodeBase64(text) !== undefined,
    )
    expect(spellings).toHaveLength(16)
  })

  it.each([
    'A',
    'AA',
    'AAA',
    'AAAAA',
    'AA=',
    'A===',
    '====',
    'AA==AA==',
    ' AAAA',
    'AAAA\n',
    'AA AA',
    '-_-_',
    'ÀAAA',
  ])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })

  it('refuses a long text in linear time', () => {
    expect(decodeBase64(`${'A'.repeat(1_000_000)}!`)).toBeUndefined()
  })
})

describe('hexadecimal', () => {
  it('is what Node makes of the same bytes, and decodes to them', () => {
    for (const bytes of samples) {
      expect(encodeHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
      expect(decodeHex(encodeHex(bytes))).toStrictEqual(bytes)
    }
  })

  it('takes no characters but 0 to 9 and a to f as digits', () => {
    const characters = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code))
    const high = characters.filter((character) => decodeHex(`${character}0`) !== undefined)
    const low = characters.filter((character) => decodeHex(`0${character}`) !== undefined)
    expect([high.join(''), low.join('')]).toStrictEqual(['0123456789abcdef', '0123456789abcdef'])
  })

  it.each(['0', '000', 'zz', '0x00', ' 00', '00 ', '00-00', 'AB'])('refuses %j', (text) => {
    expect(decodeHex(text)).toBeUndefined()
  })
})
