import * as fc from 'fast-check'
import { publishedEventSchemas, receivedEventSchemas } from '../events/event-schemas.ts'
import {
  type EventIdentity,
  type EventOf,
  type EventType,
  eventTypes,
  isEventType,
  type UnknownEvent,
} from '../events/event.ts'
import { envelopeSchema } from '../wire/envelope.ts'
import { schemaArbitrary, withUnknownFields } from './schema-arbitrary.ts'

/** Which events are made. */
export interface EventArbitraryOptions {
  /** Whether `data` has exactly the fields that ComplyWise publishes today. Default: false. */
  readonly published?: boolean
}

/**
 * Events of one type, or of all in the catalog, as a receiver may hand them to a handler: undocumented fields may be
 * absent, at any depth; fields that this version does not know may be there; texts and numbers are any. Made from the
 * schemas that receivers check with.
 *
 * @example
 * fc.assert(fc.property(eventArbitrary('scan.failed'), (event) => render(event).text.length <= 3000))
 */
export function eventArbitrary<Type extends EventType = EventType>(
  type?: Type,
  options?: EventArbitraryOptions,
): fc.Arbitrary<EventOf<Type>>
export function eventArbitrary(
  type?: EventType,
  { published = false }: EventArbitraryOptions = {},
): fc.Arbitrary<EventIdentity> {
  if (type === undefined) return fc.oneof(...eventTypes.map((each) => eventArbitrary(each, { published })))
  const data = published
    ? schemaArbitrary(publishedEventSchemas[type], { unknownFields: false })
    : schemaArbitrary(receivedEventSchemas[type], { unknownFields: true })
  return envelopeArbitrary(fc.constant(type), data, !published)
}

/**
 * Events of types that are not in the catalog, names such as `constructor` among them, with any JSON object as `data`.
 *
 * @example
 * fc.assert(fc.property(fc.oneof(eventArbitrary(), unknownEventArbitrary()), (event) => summarize(event) !== ''))
 */
export function unknownEventArbitrary(): fc.Arbitrary<UnknownEvent> {
  const word = fc.stringMatching(/^[a-z][a-z_]{0,9}$/)
  const dotted = fc.tuple(word, word).map((words) => words.join('.'))
  const type = fc.oneof(dotted, fc.string(), fc.constantFrom('constructor', '__proto__', 'toString'))
  const data = withUnknownFields(fc.constant({}), [], { unknownFields: true })
  return envelopeArbitrary(
    type.filter((type) => !isEventType(type)),
    data,
    true,
  )
}

function envelopeArbitrary<Type extends string, Data>(
  event: fc.Arbitrary<Type>,
  data: fc.Arbitrary<Data>,
  unknownFields: boolean,
) {
  const { shape } = envelopeSchema
  const style = { unknownFields }
  const envelope = fc.record(
    {
      event,
      event_id: schemaArbitrary(shape.event_id, style),
      timestamp: schemaArbitrary(shape.timestamp, style),
      data,
    },
    { noNullPrototype: true },
  )
  return withUnknownFields(envelope, Object.keys(shape), style)
}
