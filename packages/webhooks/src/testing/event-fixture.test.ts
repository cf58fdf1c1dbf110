import { describe, expect, expectTypeOf, it } from 'vitest'
import { eventCatalog } from '../events/catalog.ts'
import { publishedEventSchemas } from '../events/event-schemas.ts'
import { type EventOf, eventTypes, type WebhookEvent } from '../events/event.ts'
import { envelopeSchema } from '../wire/envelope.ts'
import { type EventFixture, eventFixture, unknownEventFixture } from './event-fixture.ts'

describe('eventFixture', () => {
  it.each(eventTypes)('makes an event of %s as ComplyWise publishes it', (type) => {
    const event = eventFixture(type)
    expect(envelopeSchema.parse(event)).toEqual({ ...event, event: type })
    expect(publishedEventSchemas[type].parse(event.data)).toEqual(eventCatalog[type].example)
  })

  it('makes each event with an id of its own', () => {
    expect(eventFixture('scan.failed').event_id).not.toBe(eventFixture('scan.failed').event_id)
  })

  it('replaces what it is given, of data field by field', () => {
    const event = eventFixture('compliance.control_failed', {
      event_id: '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e',
      timestamp: '2026-03-01T12:00:00Z',
      data: { control_id: 'CC7.2' },
    })
    expect(event).toEqual({
      event: 'compliance.control_failed',
      event_id: '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e',
      timestamp: '2026-03-01T12:00:00Z',
      data: { ...eventCatalog['compliance.control_failed'].example, control_id: 'CC7.2' },
    })
  })

  it('shares nothing with the catalog', () => {
    Object.assign(eventFixture('scan.failed').data.error, { code: 'changed' })
    expect(eventCatalog['scan.failed'].example.error.code).toBe('integration_unauthorized')
  })

  it.each(['scan.complete', 'constructor'])('refuses the type %s, which is not in the catalog', (type) => {
    // @ts-expect-error: the compiler refuses it too
    expect(() => eventFixture(type)).toThrow(expect.objectContaining({ code: 'event_type_unknown' }))
  })

  it('is typed by its type, and fits a handler', () => {
    expectTypeOf(eventFixture('scan.failed').data.error.code).toEqualTypeOf<string>()
    expectTypeOf<EventFixture<'scan.failed'>>().toExtend<EventOf<'scan.failed'>>()
    expectTypeOf<EventFixture<'scan.failed' | 'scan.completed'>>().toExtend<WebhookEvent>()
  })
})

describe('unknownEventFixture', () => {
  it('makes an event of a type that is not in the catalog', () => {
    const event = unknownEventFixture()
    expect(envelopeSchema.parse(event)).toEqual({ ...event, event: 'example.unknown', data: {} })
  })

  it('has the type and the data it is given', () => {
    expect(unknownEventFixture('policy.approved', { data: { policy_id: 'access' } })).toMatchObject({
      event: 'policy.approved',
      data: { policy_id: 'access' },
    })
  })
})
