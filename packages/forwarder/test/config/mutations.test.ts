import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatProblems } from '../../src/config/format-problems.ts'
import { readConfigFile } from '../../src/config/read-config-file.ts'
import { goodEnvironment, goodFile, readSampleSecret, sampleApp, sampleToken } from './sample-app.ts'

const secrets = [sampleToken, ...Object.values(goodEnvironment)].filter((value) => value.length > 6)
/** The same file with its secrets written into it, where a mistake can put them anywhere. */
const literalFile = goodFile
  .replace('${COMPLYWISE_WEBHOOK_SECRET}', goodEnvironment.COMPLYWISE_WEBHOOK_SECRET)
  .replace('file:/run/secrets/token', sampleToken)

const pieces = [
  '',
  ' ',
  '\n',
  '\t',
  ':',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '!!str ',
  '${',
  '${REGION}',
  '$${',
  '---\n',
  '? ',
  '|\n',
  '0',
  '.inf',
  'null',
  'true',
  '__proto__: ',
  '\u0000',
  '\uE000',
  '\uD800',
  '🔥',
  'file:',
  '\n\n  ',
]

const mutated = fc
  .tuple(
    fc.constantFrom(goodFile, literalFile),
    fc.array(fc.record({ at: fc.nat(), length: fc.nat({ max: 12 }), piece: fc.constantFrom(...pieces) }), {
      minLength: 1,
      maxLength: 6,
    }),
    fc.option(fc.tuple(fc.nat(), fc.nat())),
  )
  .map(([file, cuts, swap]) => {
    const text = cuts.reduce((text, { at, length, piece }) => {
      const from = at % text.length
      return text.slice(0, from) + piece + text.slice(from + length)
    }, file)
    if (swap === null) return text
    const lines = text.split('\n')
    const [a, b] = [swap[0] % lines.length, swap[1] % lines.length]
    return lines
      .with(a, lines[b] ?? '')
      .with(b, lines[a] ?? '')
      .join('\n')
  })

describe('a good file that was changed at random', () => {
  it('is read or refused with a place for every problem, and never shows a secret', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const reading = readConfigFile(text, sampleApp, goodEnvironment, {
          readSecretFile: readSampleSecret,
          now: new Date('2026-11-01T00:00:00Z'),
        })
        const problems = reading.ok ? reading.warnings : reading.problems
        const shown = formatProblems(problems)
        expect(secrets.filter((secret) => shown.includes(secret))).toStrictEqual([])
        expect(problems.filter(({ line = 0, column = 0 }) => line < 1 || column < 1)).toStrictEqual([])
        expect(reading.ok || problems.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    )
  }, 60_000)

  it('never throws on anything at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const reading = readConfigFile(
          text,
          sampleApp,
          {},
          { readSecretFile: readSampleSecret, now: new Date(0) },
        )
        expect(reading.ok).toBe(false)
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
