import { describe, expect, it } from 'vitest'
import { findInvisible } from '../../src/components/invisible-characters.ts'

describe('characters that are not seen', () => {
  it.each([
    ['\u202E', 'U+202E'],
    ['\u200B', 'U+200B'],
    ['\uFEFF', 'U+FEFF'],
    ['\u0000', 'U+0000'],
    ['\u001B', 'U+001B'],
    ['\r', 'U+000D'],
    ['\u2028', 'U+2028'],
    ['\u{E0041}', 'U+E0041'],
  ])('are found: %j', (character, codePoint) => {
    expect(findInvisible(`a${character}b`)).toEqual([
      { text: 'a' },
      { text: character, codePoint },
      { text: 'b' },
    ])
  })

  it.each(['plain', 'two\nlines\t!', 'Prüfung 完了 🎉', '👩‍💻 👨🏽‍🚀 🏳️‍🌈', ''])('are none in %j', (text) => {
    expect(
      findInvisible(text)
        .map(({ text }) => text)
        .join(''),
    ).toBe(text)
    expect(findInvisible(text).every(({ codePoint }) => codePoint === undefined)).toBe(true)
  })
})
