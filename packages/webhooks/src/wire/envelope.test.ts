import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Envelope, envelopeSchema } from './index.ts'

const envelope = {
  event: 'scan.completed',
  event_id: '0b2f7a54-6d0c-4b1e-9a55-1f7f0f5b3c21',
  timestamp: '2026-03-01T12:00:00.000Z',
  data: { score: 77.6 },
}

describe('envelopeSchema', () => {
  it('keeps what it does not know', () => {
    const unknown = {
      ...envelope,
      event: 'vendor.risk_raised',
      version: 2,
      data: { nested: { score: [1, null] } },
    }
    expect(envelopeSchema.parse(unknown)).toStrictEqual(unknown)
  })

  it.each([
    ['an empty data', { data: {} }],
    ['an uppercase id', { event_id: envelope.event_id.toUpperCase() }],
    ['an id that RFC 9562 gives no version', { event_id: '00000000-0000-0000-0000-000000000001' }],
    ['a timestamp without fractions', { timestamp: '2026-03-01T12:00:00Z' }],
    ['a timestamp with nanoseconds', { timestamp: '2026-03-01T12:00:00.123456789Z' }],
    ['a timestamp with an offset', { timestamp: '2026-03-01T14:00:00+02:00' }],
    ['an empty event', { event: '' }],
    ['an event named like a property of every object', { event: 'constructor' }],
  ])('accepts %s', (_, change) => {
    expect(envelopeSchema.safeParse({ ...envelope, ...change }).success).toBe(true)
  })

  it.each([
    ['an event that is not text', { event: 1 }],
    ['no event', { event: undefined }],
    ['an id that is no UUID', { event_id: 'msg_1' }],
    ['an id in braces', { event_id: `{${envelope.event_id}}` }],
    ['an id before a line break', { event_id: `${envelope.event_id}\n` }],
    ['no id', { event_id: undefined }],
    ['a timestamp without an offset', { timestamp: '2026-03-01T12:00:00' }],
    ['a timestamp of a day that does not exist', { timestamp: '2026-02-30T12:00:00Z' }],
    ['a date', { timestamp: '2026-03-01' }],
    ['Unix seconds', { timestamp: 1_772_366_400 }],
    ['data that is a list', { data: [] }],
    ['data that is null', { data: null }],
    ['data that is text', { data: '{}' }],
    ['no data', { data: undefined }],
  ])('refuses %s', (_, change) => {
    expect(envelopeSchema.safeParse({ ...envelope, ...change }).success).toBe(false)
  })

  it.each([null, [], 'text', 1, true])('refuses %j, which is no object', (value) => {
    expect(envelopeSchema.safeParse(value).success).toBe(false)
  })

  it('gives no object a prototype from the body', () => {
    const body = JSON.stringify(envelope)
      .replace('{', '{"__proto__":{"admin":true},')
      .replace('{"score"', '{"__proto__":{"admin":true},"score"')
    const parsed = envelopeSchema.parse(JSON.parse(body))
    expect([parsed, parsed.data].map((object) => Object.getPrototypeOf(object))).toStrictEqual([
      Object.prototype,
      Object.prototype,
    ])
  })

  it('gives an object whose documented fields are typed', () => {
    expectTypeOf<Envelope['event']>().toEqualTypeOf<string>()
    expectTypeOf<Envelope['data']>().toEqualTypeOf<Record<string, unknown>>()
  })
})
