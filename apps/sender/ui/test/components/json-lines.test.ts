import { describe, expect, it } from 'vitest'
import { foldable, formatJson, type JsonLine, visibleLines } from '../../src/components/json-lines.ts'

const write = (lines: readonly JsonLine[] = []): string =>
  lines
    .map(({ depth, key, value, hasComma }) => {
      return `${'  '.repeat(depth)}${key === undefined ? '' : `${key}: `}${value}${hasComma ? ',' : ''}`
    })
    .join('\n')

describe('formatted JSON', () => {
  it.each([
    { a: 1, b: [true, null, 'x'], c: { d: {}, e: [] } },
    [],
    {},
    [[], [[]], {}],
    'text',
    -1.5e-3,
    null,
    { 'a:b,{}[]': ':,{}[]"\\', '': '' },
    { event: 'scan.completed', data: { list: [{ a: 1 }, { a: 2 }] } },
  ])('is laid out as JSON.stringify does: %j', (value) => {
    expect(write(formatJson(JSON.stringify(value)))).toBe(JSON.stringify(value, null, 2))
  })

  it.each([
    ['a number that a double cannot hold', '{"n":12345678901234567890.000,"e":1E400,"z":-0}'],
    ['names twice, and names like numbers', '{"b":1,"2":2,"1":3,"b":4}'],
    ['escapes', String.raw`{"s":"\u0041\/\ud83c\udf89\"\\","__proto__":{"x":1}}`],
    ['raw unicode', '{"ñ":"\u202E🎉"}'],
  ])('keeps %s as it is written', (_, text) => {
    expect(write(formatJson(text)).replaceAll(/\n\s*/g, '').replaceAll(': ', ':')).toBe(text)
  })

  it('takes white space of any kind', () => {
    expect(write(formatJson('\r\n { "a" :\t[ 1 , 2 ] } \n'))).toBe('{\n  "a": [\n    1,\n    2\n  ]\n}')
  })

  it.each(['', 'x', '{', '{"a":1}}', "{'a':1}", '{"a":1,}', '<html>', 'NaN', '\uFEFF{}'])(
    'is none of what is not JSON: %j',
    (text) => {
      expect(formatJson(text)).toBeUndefined()
    },
  )

  it('takes any depth', () => {
    const depth = 100_000
    const lines = formatJson(`${'['.repeat(depth)}1${']'.repeat(depth)}`)
    expect(lines).toHaveLength(2 * depth + 1)
    expect(lines?.[0]?.end).toBe(2 * depth)
  })

  it('hides what is folded, but not its ends’ siblings', () => {
    const lines = formatJson('{"a":{"b":[1,2]},"c":3}') ?? []
    expect([...foldable(lines)]).toEqual([1, 2])
    expect(visibleLines(lines, new Set([2])).map((index) => lines[index]?.value)).toEqual([
      '{',
      '{',
      '[',
      '}',
      '3',
      '}',
    ])
    expect(visibleLines(lines, new Set([1, 2]))).toEqual([0, 1, 7, 8])
    expect(visibleLines(lines, new Set([0]))).toEqual([0])
  })
})
