import { validateHeaderName, validateHeaderValue } from 'node:http'
import { assert, dictionary, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkCustomHeaders,
  isSensitiveHeader,
  MASK,
  maskHeaderValue,
} from '../../src/domain/custom-headers.ts'

function problemsOf(headers: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const checked = checkCustomHeaders(headers)
  return checked.valid ? [] : checked.problems.map(({ pointer, code }) => [pointer, code])
}

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, 'v']))
}

describe('headers of the customer', () => {
  test('are taken with their names in lower case and their values as they are', () => {
    const headers = { 'X-Api-Key': 'abc', Authorization: 'Basic YTpi', 'x-odd.~name!': 'a  b\tc; "d"' }
    expect(checkCustomHeaders(headers)).toEqual({
      valid: true,
      headers: { 'x-api-key': 'abc', authorization: 'Basic YTpi', 'x-odd.~name!': 'a  b\tc; "d"' },
    })
    expect(checkCustomHeaders({})).toEqual({ valid: true, headers: {} })
  })

  test.each(
    [
      'host Host content-length Content-Type content-digest content-encoding content-made-up connection keep-alive te',
      'transfer-encoding trailer upgrade expect http2-settings proxy-authorization proxy-connection user-agent',
      'traceparent tracestate baggage webhook-id webhook-timestamp Webhook-Signature webhook-anything forwarded via',
      'x-complywise-signature X-ComplyWise-Event x-complywise-anything x-real-ip x-forwarded-for X-Forwarded-Host',
    ].flatMap((names) => names.split(' ')),
  )('may not be called %s', (name) => {
    expect(problemsOf({ [name]: 'x' })).toEqual([[`/${name}`, 'header_reserved']])
  })

  test.each([
    '',
    ' ',
    'a b',
    'a:',
    ':authority',
    'a\r\nb',
    'a\0',
    'é',
    'a(b)',
    'ſet-cookie',
    'x'.repeat(129),
  ])('may not have the name %j', (name) => {
    expect(problemsOf({ [name]: 'x' })).toEqual([[`/${name}`, 'header_name_invalid']])
  })

  test('may not have the mask as a value', () => {
    expect(problemsOf({ 'x-note': MASK })).toEqual([['/x-note', 'header_value_masked']])
  })

  test.each([
    '',
    ' ',
    ' a',
    'a ',
    'a\tb\t',
    'a\r\nx: b',
    'a\nb',
    'a\rb',
    'a\0b',
    'a\x7f',
    'é',
    '“a”',
    '\u{1f512}',
  ])('may not have the value %j', (value) => {
    expect(problemsOf({ 'x-a': value })).toEqual([['/x-a', 'header_value_invalid']])
  })

  test('may not be there twice, whatever the case', () => {
    expect(problemsOf({ 'X-A': '1', 'x-a': '2' })).toEqual([['/x-a', 'header_duplicate']])
  })

  test('are at most twenty, of at most 6,144 characters', () => {
    expect([problemsOf(many(20)), problemsOf(many(21))]).toEqual([[], [['', 'headers_too_many']]])
    expect(problemsOf({ abc: 'v'.repeat(6141) })).toEqual([])
    expect(problemsOf({ abc: 'v'.repeat(6142) })).toEqual([['', 'headers_too_long']])
  })

  test('are all reported at once, where they are', () => {
    expect(problemsOf({ 'a/b~c': 'x', host: 'x', 'x-a': '' })).toEqual([
      ['/a~1b~0c', 'header_name_invalid'],
      ['/host', 'header_reserved'],
      ['/x-a', 'header_value_invalid'],
    ])
  })

  test('that are accepted can be sent, and no name of JavaScript objects is special', () => {
    assert(
      property(dictionary(string({ unit: 'binary' }), string({ unit: 'binary' })), (headers) => {
        const checked = checkCustomHeaders(headers)
        if (!checked.valid) return
        for (const [name, value] of Object.entries(checked.headers)) {
          validateHeaderName(name)
          validateHeaderValue(name, value)
        }
      }),
    )
    const odd = JSON.parse('{"__proto__":"a","constructor":"b"}')
    expect(Object.entries(checkCustomHeaders(odd).valid ? odd : {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })
})

describe('what is shown of a header', () => {
  test.each(
    [
      'authorization Cookie x-api-key apikey x-auth x-access-token x-client-secret password x-session-id',
      'ocp-apim-subscription-key x-hub-signature',
    ].flatMap((names) => names.split(' ')),
  )('called %s is nothing of its value', (name) => {
    expect(isSensitiveHeader(name)).toBe(true)
    expect(maskHeaderValue(name, 'Bearer abc')).toBe(MASK)
  })

  test.each(['Bearer abc', 'basic YTpi', 'eyJhbGciOiJIUzI1NiJ9.e30.x', 'https://user:pass@proxy.example'])(
    'is nothing of a value like %s, whatever the name',
    (value) => {
      expect(maskHeaderValue('x-note', value)).toBe(MASK)
    },
  )

  test('is its value otherwise', () => {
    expect(maskHeaderValue('x-tenant', 'acme')).toBe('acme')
  })
})
