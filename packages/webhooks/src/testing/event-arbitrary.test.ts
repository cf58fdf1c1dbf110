import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { publishedEventSchemas, receivedEventSchemas } from '../events/event-schemas.ts'
import { type EventOf, eventTypes, isEventType, type KnownEvent } from '../events/event.ts'
import { createReceiver } from '../receive/receiver.ts'
import { eventArbitrary, unknownEventArbitrary } from './event-arbitrary.ts'
import { signedRequest } from './signed-request.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const receiver = createReceiver({ secret })

describe('eventArbitrary', () => {
  it.each(eventTypes)('makes events of %s that a receiver accepts without a change', async (type) => {
    await fc.assert(
      fc.asyncProperty(eventArbitrary(type), async (event) => {
        expect(event.event).toBe(type)
        expect(receivedEventSchemas[type].parse(event.data)).toEqual(event.data)
        expect(await receiver.verify(await signedRequest(event, { secret }))).toMatchObject({
          verified: true,
          event,
        })
      }),
    )
  })

  it.each(eventTypes)(
    'makes events of %s with exactly the fields that are published, if asked to',
    (type) => {
      const published = Object.keys(publishedEventSchemas[type].shape)
      fc.assert(
        fc.property(eventArbitrary(type, { published: true }), (event) => {
          expect(Object.keys(event)).toEqual(['event', 'event_id', 'timestamp', 'data'])
          expect(publishedEventSchemas[type].parse(event.data)).toEqual(event.data)
          expect(Object.keys(event.data)).toEqual(published)
        }),
      )
    },
  )

  it('leaves out undocumented fields, at any depth, and adds unknown ones', () => {
    const events = fc.sample(eventArbitrary('scan.failed'), { numRuns: 500, seed: 1 })
    const errors = events.flatMap(({ data }) => data.error ?? [])
    expect({
      withoutError: events.length > errors.length,
      withoutCode: errors.some((error) => !('code' in error)),
      withUnknown: events.some((event) => Object.keys(event).length > 4),
      withUnknownBelow: errors.some((error) => Object.keys(error).some((name) => !/code|message/.test(name))),
    }).toEqual({ withoutError: true, withoutCode: true, withUnknown: true, withUnknownBelow: true })
  })

  it('makes events of every type in the catalog when it is given none', () => {
    const types = fc.sample(eventArbitrary(), { numRuns: 200, seed: 1 }).map(({ event }) => event)
    expect(new Set(types)).toEqual(new Set(eventTypes))
  })

  it('is typed by its type', () => {
    expectTypeOf(eventArbitrary('scan.failed')).toEqualTypeOf<fc.Arbitrary<EventOf<'scan.failed'>>>()
    expectTypeOf(eventArbitrary()).toEqualTypeOf<fc.Arbitrary<KnownEvent>>()
  })
})

describe('unknownEventArbitrary', () => {
  it('makes events that a receiver accepts and that no catalog has', async () => {
    await fc.assert(
      fc.asyncProperty(unknownEventArbitrary(), async (event) => {
        expect(isEventType(event.event)).toBe(false)
        expect(await receiver.verify(await signedRequest(event, { secret }))).toMatchObject({
          verified: true,
          event,
        })
      }),
    )
  })
})
