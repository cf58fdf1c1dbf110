import { eventTypes } from '@complywise/webhooks'
import { describe, expect, test } from 'vitest'
import { checkEventPattern, matchesEvent } from '../../src/domain/event-pattern.ts'

describe('a pattern', () => {
  test.each([...eventTypes, '*', 'scan.*', 'compliance.*', 'evidence.*', 'integration.*'])(
    'that matches a type of the catalog is valid: %s',
    (pattern) => {
      expect(checkEventPattern(pattern, eventTypes)).toEqual({ valid: true })
    },
  )

  test.each([
    ['scan.complete', 'scan.completed'],
    ['Scan.Completed', 'scan.completed'],
    ['scan_failed', 'scan.failed'],
    ['control_failed', 'compliance.control_failed'],
    ['compliance', 'compliance.*'],
    ['complience.*', 'compliance.*'],
    ['scans.*', 'scan.*'],
    ['scan*', 'scan.*'],
    ['scan.**', 'scan.*'],
    ['scan.completed.*', 'scan.completed'],
    ['*.failed', 'scan.failed'],
    ['**', '*'],
    ['.*', '*'],
    ['', '*'],
    [' *', '*'],
  ])('%j is refused, with %s as what was probably meant', (pattern, nearest) => {
    expect(checkEventPattern(pattern, eventTypes)).toEqual({ valid: false, nearest })
  })

  test('of a megabyte is refused without much work', () => {
    expect(checkEventPattern('scan'.repeat(250_000), eventTypes)).toMatchObject({ valid: false })
  })
})

test.each([
  ['*', 'a.b', true],
  ['a.*', 'a.b', true],
  ['a.*', 'a.b.c', true],
  ['a.b.*', 'a.b.c', true],
  ['a.*', 'ab.c', false],
  ['a.*', 'a', false],
  ['a.b.*', 'a.b', false],
  ['a.b', 'a.b', true],
  ['a.b', 'a.b.c', false],
  ['.*', 'a.b', false],
])('whether %s covers %s: %s', (pattern, type, expected) => {
  expect(matchesEvent(pattern, type)).toBe(expected)
})
