import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesAny } from '../../src/routing/pattern.ts'

describe('a pattern', () => {
  it.each<readonly [pattern: string, text: string | undefined, matches: boolean]>([
    ['CC6.1', 'CC6.1', true],
    ['cc6.1', 'CC6.1', true],
    ['CC6.1', 'CC6.10', false],
    ['CC6.*', 'CC6.1', true],
    ['CC6.*', 'CC6.', true],
    ['CC6.*', 'CC61', false],
    ['*.1', 'CC6.1', true],
    ['*.1', 'CC6.11', false],
    ['*.1*', 'CC6.11', true],
    ['C*.*', 'CC6.1', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*', '', true],
    ['*', undefined, false],
    ['', '', true],
    ['', 'a', false],
    ['soc  2', ' SOC\t2 ', true],
    ['caf\u00E9', 'CAFE\u0301', true],
    ['\u0130', 'i\u0307', true],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
    ['**', 'a', true],
  ])('%j matches %j: %s', (pattern, text, matches) => {
    expect(matchesAny([pattern], text) !== undefined).toBe(matches)
  })

  it('is told by the one of several that matches', () => {
    expect(matchesAny(['CC7.1', 'CC6.*'], 'cc6.12')).toBe('CC6.*')
  })

  it('matches what the regular expression does that it stands for', () => {
    fc.assert(
      fc.property(letters('*'), letters(), (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
        expect(matchesAny([pattern], text) !== undefined).toBe(expression.test(text))
      }),
    )
  })

  it('with many stars does not take for ever', () => {
    expect(matchesAny([`${'a*'.repeat(100)}b`], 'a'.repeat(10_000))).toBeUndefined()
  })
})

function letters(...extra: readonly string[]) {
  return fc.string({ unit: fc.constantFrom('a', 'b', ...extra), maxLength: 10 })
}
