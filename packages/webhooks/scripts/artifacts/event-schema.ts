import { eventCatalog } from '../../src/events/catalog.ts'
import { eventJsonSchema } from '../../src/events/event-json-schema.ts'
import type { EventType } from '../../src/events/event.ts'
import type { envelopeSchema } from '../../src/wire/envelope.ts'
import { exampleEvent } from './example.ts'

/** Where the package's files can be read on the web. */
const baseUrl = 'https://raw.githubusercontent.com/complywise/webhooks/main/packages/webhooks/schemas/'

/** The JSON Schema of a whole event as ComplyWise publishes it, as a document of its own. */
export function eventSchemaDocument(type: EventType): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${baseUrl}${type}.json`,
    ...eventSchema(type),
    examples: [exampleEvent(type)],
  }
}

/** The same as a part of another document. */
export function eventSchema(type: EventType): object {
  const { title, meaning } = eventCatalog[type]
  const properties = {
    event: { description: "The event's type.", type: 'string', const: type },
    event_id: {
      description: "The event's UUID, the same on every attempt: what duplicates are recognized by.",
      type: 'string',
      format: 'uuid',
    },
    timestamp: {
      description: 'When it happened, RFC 3339 with an offset. Events may arrive out of this order.',
      type: 'string',
      format: 'date-time',
    },
    data: eventJsonSchema(type),
  } satisfies Record<keyof typeof envelopeSchema.shape, unknown>
  return {
    title,
    description: sentence(meaning),
    type: 'object',
    properties,
    required: Object.keys(properties),
  }
}

/** The name of an event's schema in documents that name them, such as `ScanCompleted`. */
export function schemaName(type: EventType): string {
  return eventCatalog[type].title.split(' ').map(capitalize).join('')
}

/** Makes a sentence of a phrase. */
export function sentence(phrase: string): string {
  return `${capitalize(phrase)}.`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
