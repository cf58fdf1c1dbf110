import { describe, expect, it } from 'vitest'
import { envelopeSchema } from '../wire/envelope.ts'
import { parseEvent } from './parse-event.ts'

const envelope = {
  event: 'policy.approved',
  event_id: '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e',
  timestamp: '2026-03-01T12:00:00.000Z',
  data: {},
}

describe('parseEvent', () => {
  // A receiver does without the library that `envelopeSchema` is written with; both must mean the same.
  it.each<[what: string, Readonly<Record<string, unknown>>]>([
    ['all as it should be', {}],
    ['fields that it does not know', { version: 2 }],
    ['data that it does not know', { data: { a: [{}], b: null } }],
    ['an upper-case id', { event_id: '0F4C2C4E-7C8D-4C56-8E0F-9D1A2B3C4D5E' }],
    ['an id of no version', { event_id: '00000000-0000-0000-0000-000000000000' }],
    ['an id without hyphens', { event_id: '0f4c2c4e7c8d4c568e0f9d1a2b3c4d5e' }],
    ['an id in braces', { event_id: '{0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e}' }],
    ['no id', { event_id: undefined }],
    ['an offset', { timestamp: '2026-03-01T13:00:00+01:00' }],
    ['microseconds', { timestamp: '2026-03-01T12:00:00.123456Z' }],
    ['no fraction', { timestamp: '2026-03-01T12:00:00Z' }],
    ['no seconds', { timestamp: '2026-03-01T12:00Z' }],
    ['no offset', { timestamp: '2026-03-01T12:00:00' }],
    ['no time', { timestamp: '2026-03-01' }],
    ['a thirteenth month', { timestamp: '2026-13-01T12:00:00Z' }],
    ['Unix seconds', { timestamp: 1772366400 }],
    ['no timestamp', { timestamp: undefined }],
    ['a type that is no string', { event: 5 }],
    ['no type', { event: undefined }],
    ['no data', { data: undefined }],
    ['data that is null', { data: null }],
    ['data that is an array', { data: [] }],
    ['data that is a string', { data: '{}' }],
  ])('agrees with envelopeSchema about an envelope with %s', (_what, change) => {
    const json = JSON.stringify({ ...envelope, ...change })
    const parsed = parseEvent(new TextEncoder().encode(json))
    expect(parsed.code === undefined).toBe(envelopeSchema.safeParse(JSON.parse(json)).success)
  })
})
