import { eventCatalog } from '../../src/events/catalog.ts'
import { publishedEventSchemas, receivedEventSchemas } from '../../src/events/event-schemas.ts'
import { type EventType, eventTypes } from '../../src/events/event.ts'
import { exampleEvent } from './example.ts'

/** The event catalog as data, for programs in any language. */
export function catalogJson(): object {
  return {
    events: eventTypes.map((type) => {
      const { title, meaning, description, fields } = eventCatalog[type]
      const fieldsAreGuaranteed = isGuaranteed(type)
      return {
        type,
        title,
        meaning,
        description,
        fieldsAreGuaranteed,
        fields,
        schema: `${type}.json`,
        example: exampleEvent(type),
      }
    }),
  }
}

/** Whether a receiver can rely on every field of `data`. */
export function isGuaranteed(type: EventType): boolean {
  const [published, received]: readonly unknown[] = [publishedEventSchemas[type], receivedEventSchemas[type]]
  return published === received
}
