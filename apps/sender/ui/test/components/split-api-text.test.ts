import { expect, it } from 'vitest'
import { splitApiText } from '../../src/components/split-api-text.ts'

it.each([
  ['Nothing special.', [['text', 'Nothing special.']]],
  ['', []],
  [
    '`sha256=` goes first',
    [
      ['code', 'sha256='],
      ['text', ' goes first'],
    ],
  ],
  [
    'Use `a` or `b`.',
    [
      ['text', 'Use '],
      ['code', 'a'],
      ['text', ' or '],
      ['code', 'b'],
      ['text', '.'],
    ],
  ],
  ['One ` alone', [['text', 'One ` alone']]],
  ['Two `` of them', [['text', 'Two `` of them']]],
  [
    '`<b>` stays text',
    [
      ['code', '<b>'],
      ['text', ' stays text'],
    ],
  ],
  [
    'since 2026-03-01T11:00:00.000Z: x',
    [
      ['text', 'since '],
      ['instant', '2026-03-01T11:00:00.000Z'],
      ['text', ': x'],
    ],
  ],
  [
    'since 2026-99-99T11:00:00Z',
    [
      ['text', 'since '],
      ['text', '2026-99-99T11:00:00Z'],
    ],
  ],
])('splits %j at code and instants', (text, pieces) => {
  expect(splitApiText(text).map(({ kind, text }) => [kind, text])).toEqual(pieces)
})
