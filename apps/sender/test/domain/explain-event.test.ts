import { describe, expect, it } from 'vitest'
import { isSameEvent } from '../../src/api/same-event.ts'
import { formatEnvelope } from '../../src/domain/envelope.ts'
import { explainAbsence } from '../../src/domain/explain-absence.ts'
import { explainMatch } from '../../src/domain/explain-match.ts'

const before = new Date('2026-03-01T11:00:00.000Z')
const published = new Date('2026-03-01T12:00:00.000Z')
const after = new Date('2026-03-01T13:00:00.000Z')

it.each([
  { matchedBy: '*', createdAt: after, updatedAt: after, code: 'created_later' },
  { matchedBy: null, createdAt: before, updatedAt: before, code: 'no_pattern_matches' },
  { matchedBy: null, createdAt: before, updatedAt: after, code: 'no_pattern_matches' },
  { matchedBy: '*', createdAt: before, updatedAt: after, code: 'changed_later' },
  { matchedBy: '*', createdAt: before, updatedAt: before, code: 'not_recorded' },
])('a subscription that has no delivery: $code', ({ code, ...absence }) => {
  expect(explainAbsence({ ...absence, publishedAt: published }).code).toBe(code)
})

it.each([
  { state: 'active', matchedBy: null, decision: 'no_match' },
  { state: 'disabled', matchedBy: null, decision: 'no_match' },
  { state: 'active', matchedBy: 'scan.*', decision: 'attempt' },
  { state: 'paused', matchedBy: 'scan.*', decision: 'hold' },
  { state: 'disabled', matchedBy: '*', decision: 'hold' },
] as const)(
  'a subscription that is $state and matches by $matchedBy: $decision',
  ({ decision, ...match }) => {
    expect(explainMatch(match).decision).toBe(decision)
  },
)

describe('an event that is published again', () => {
  const data = { a: 1, b: { c: [1, 'é', null], d: 1.5 } }
  const stored = formatEnvelope({
    event: 'scan.completed',
    eventId: crypto.randomUUID(),
    timestamp: published,
    data,
  })

  it.each([
    ['as it was', 'scan.completed', data, true],
    ['with members in another order', 'scan.completed', { b: { d: 1.5, c: [1, 'é', null] }, a: 1 }, true],
    ['with what JSON leaves out', 'scan.completed', { ...data, nothing: undefined }, true],
    ['as another type', 'scan.failed', data, false],
    ['with another value', 'scan.completed', { ...data, a: 2 }, false],
    ['with a number as text', 'scan.completed', { ...data, a: '1' }, false],
    ['with one member more', 'scan.completed', { ...data, z: null }, false],
    [
      'with elements in another order',
      'scan.completed',
      { ...data, b: { c: ['é', 1, null], d: 1.5 } },
      false,
    ],
    ['with nothing', 'scan.completed', {}, false],
  ])('%s', (_name, event, again, isSame) => {
    expect(isSameEvent({ event, data: again }, stored)).toBe(isSame)
  })

  it('with -0, which JSON does not have', () => {
    const zero = formatEnvelope({
      event: 'a.b',
      eventId: crypto.randomUUID(),
      timestamp: published,
      data: { n: -0 },
    })
    expect(isSameEvent({ event: 'a.b', data: { n: -0 } }, zero)).toBe(true)
  })
})
