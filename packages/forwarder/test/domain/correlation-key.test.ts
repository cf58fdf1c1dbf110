import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonical,
  controlKey,
  integrationKey,
  scanKey,
  scoreKey,
  scoreName,
  stormKey,
} from '../../src/domain/correlation-key.ts'

const acme = { instance: 'acme' }
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom('a:b', 'a', 'b', 'a%3a;b', ':', '%', '~', 'overall', 'scan', '\ud800', '\udc00', ''),
)

describe('a correlation key', () => {
  it.each([
    [controlKey(acme, 'SOC 2', 'CC6.1'), 'cw:acme:control:soc 2:cc6.1'],
    [scanKey(acme), 'cw:acme:scan'],
    [scoreKey(acme, undefined), 'cw:acme:score:overall'],
    [scoreKey(acme, 'ISO 27001'), 'cw:acme:score:iso 27001'],
    [integrationKey(acme, 'aws'), 'cw:acme:integration:aws'],
    [stormKey(acme, 'SOC 2'), 'cw:acme:storm:soc 2'],
    [scanKey({ instance: ' ACME  Prod ' }), 'cw:acme prod:scan'],
    [controlKey(acme, 'a:b', 'c%d~\u0000'), 'cw:acme:control:a%3a;b:c%25;d%7e;%00;'],
  ])('reads %s', (key, expected) => {
    expect(key).toBe(expected)
  })

  it.each([
    ['case', 'SOC 2', 'soc 2'],
    ['white space around it', ' SOC 2\n', 'SOC 2'],
    ['white space in it', 'SOC \t 2', 'SOC 2'],
    ['a no-break space', 'SOC\u00a02', 'SOC 2'],
    ['composition', 'Sécurité', 'Se\u0301curite\u0301'],
    ['composition that only lower case has', 'H\u0331', '\u1e96'],
  ])('does not depend on %s', (_, one, other) => {
    expect(controlKey(acme, one, 'x')).toBe(controlKey(acme, other, 'x'))
  })

  it('is shared by no two of instance, kind, framework and id', () => {
    fc.assert(
      fc.property(text, text, text, text, text, text, (a, b, c, d, e, f) => {
        const same = [a, b, c].map(canonical).join('\u{1}') === [d, e, f].map(canonical).join('\u{1}')
        const isEqual = controlKey({ instance: a }, b, c) === controlKey({ instance: d }, e, f)
        expect(isEqual).toBe(same)
      }),
      { numRuns: 2000 },
    )
  })

  it('is shared by no two kinds', () => {
    fc.assert(
      fc.property(text, text, text, (instance, a, b) => {
        const owner = { instance }
        const keys = [
          controlKey(owner, a, b),
          scanKey(owner),
          scoreKey(owner, a),
          integrationKey(owner, a),
          stormKey(owner, a),
        ]
        expect(new Set(keys).size).toBe(keys.length)
      }),
    )
  })

  it('differs when only the part beyond its length differs', () => {
    const long = 'x'.repeat(400)
    expect(controlKey(acme, 'SOC 2', `${long}1`)).not.toBe(controlKey(acme, 'SOC 2', `${long}2`))
    expect(controlKey(acme, 'SOC 2', long)).toMatch(/^cw:acme:control:soc 2:x+~[\da-f]{32}$/)
  })

  it('is at most 200 characters, well-formed and printable, whatever it is made of', () => {
    fc.assert(
      fc.property(text, text, text, (instance, framework, id) => {
        const key = controlKey({ instance }, framework, id)
        expect(key.length).toBeLessThanOrEqual(200)
        expect(key.isWellFormed()).toBe(true)
        expect(key).not.toMatch(/\p{C}/u)
      }),
    )
  })

  it('of what is canonical already is the same', () => {
    fc.assert(
      fc.property(text, (part) => {
        expect(canonical(canonical(part))).toBe(canonical(part))
      }),
    )
  })

  it('names a score by its framework, whose name may be that of the overall score', () => {
    expect(scoreName('SOC 2')).toBe('soc 2')
    expect(scoreName(undefined)).toBe('overall')
    expect(scoreName('x'.repeat(1000)).length).toBe(200)
  })
})
