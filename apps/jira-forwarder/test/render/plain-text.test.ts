import { expect, test } from 'vitest'
import { cutText, oneLine, plainText } from '../../src/render/plain-text.ts'

test.each([
  { name: 'control characters', value: 'a\u0000b\u001Bc\u007F', expected: 'abc' },
  { name: 'overrides of direction', value: '\u202Egnp.exe\u2066x', expected: 'gnp.exex' },
  { name: 'lone surrogates', value: 'a\uD800b', expected: 'a\uFFFDb' },
  { name: 'line breaks of other systems', value: 'a\r\nb\rc', expected: 'a\nb\nc' },
  { name: 'right-to-left text', value: 'مرحبا', expected: 'مرحبا' },
])('$name: $expected', ({ value, expected }) => {
  expect(plainText(value, 100)).toBe(expected)
})

test.each([
  { name: 'white space of every kind', value: 'a\nb\r\n\tc\u2028d\u0085e', expected: 'a b c d e' },
  { name: 'white space around it', value: '  a  ', expected: 'a' },
  { name: 'white space around what is left out', value: 'a \u0000 b', expected: 'a b' },
])('one line without $name', ({ value, expected }) => {
  expect(oneLine(value, 100)).toBe(expected)
})

test.each([
  { value: 'abcdef', max: 6, expected: 'abcdef' },
  { value: 'abcdef', max: 5, expected: 'abcd…' },
  { value: '🧑‍🧑‍🧒‍🧒🧑‍🧑‍🧒‍🧒', max: 13, expected: '🧑‍🧑‍🧒‍🧒…' },
  { value: '😀😀', max: 3, expected: '😀…' },
  { value: 'ab cdef', max: 4, expected: 'ab…' },
])('$value in $max', ({ value, max, expected }) => {
  expect(cutText(value, max)).toBe(expected)
})

test('a character with thousands of marks is cut all the same', () => {
  const cut = cutText(`e${'\u0301'.repeat(5_000)}`, 50)
  expect(cut.length).toBeLessThanOrEqual(50)
  expect(cut.isWellFormed()).toBe(true)
})

test('megabytes are cut without being read', () => {
  expect(oneLine('x\n'.repeat(5_000_000), 255)).toBe(`${'x '.repeat(126)}x…`)
})
