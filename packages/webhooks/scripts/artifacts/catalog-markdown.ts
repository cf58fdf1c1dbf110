import { eventCatalog } from '../../src/events/catalog.ts'
import { eventJsonSchema } from '../../src/events/event-json-schema.ts'
import { type EventType, eventTypes } from '../../src/events/event.ts'
import { isGuaranteed } from './catalog-json.ts'
import { sentence } from './event-schema.ts'
import { exampleEvent } from './example.ts'

/** The event catalog for readers: `docs/events.md`. */
export function catalogMarkdown(): string {
  return `<!-- Made from packages/webhooks/src/events by \`pnpm generate\`. -->

# Events

${table(
  ['Type', 'Meaning'],
  eventTypes.map((type) => [`[\`${type}\`](#${anchor(type)})`, eventCatalog[type].meaning]),
)}

Every event is one JSON object. \`event_id\` is its UUID, the same on every attempt; \`timestamp\` is when it happened;
\`data\` is described below. Types and fields are added over time: ignore those that you do not know. [The wire
format](wire-format.md) says how events are sent and signed.

In [packages/webhooks/schemas](../packages/webhooks/schemas) are the same facts for programs: a JSON Schema of each event,
OpenAPI 3.1, AsyncAPI 3.0 and a plain list.

${eventTypes.map(section).join('\n')}`
}

function section(type: EventType): string {
  const { meaning, description, fields } = eventCatalog[type]
  const types = new Map(fieldTypes(eventJsonSchema(type)))
  const reliance = isGuaranteed(type)
    ? 'Every field is always there.'
    : 'ComplyWise sends every field, but a receiver accepts the event without any of them.'
  return `## ${type}

${sentence(meaning)} \`data\` holds ${description.charAt(0).toLowerCase()}${description.slice(1)}
${reliance}

${table(
  ['Field', 'Type', 'What it holds'],
  Object.entries(fields).map(([path, text]) => [`\`${path}\``, types.get(path) ?? '', text]),
)}

\`\`\`json
${JSON.stringify(exampleEvent(type), null, 2)}
\`\`\`
`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '-'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** As forges make it of a heading. */
function anchor(type: EventType): string {
  return type.replaceAll('.', '')
}

type JsonSchema = ReturnType<typeof eventJsonSchema>
type Part = JsonSchema['items']

/** The type in words of every field, by its path. */
function fieldTypes(schema: Part, path = ''): readonly (readonly [path: string, type: string])[] {
  if (!isSchema(schema)) return []
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const fieldPath = path === '' ? name : `${path}.${name}`
    return [[fieldPath, typeInWords(field)] as const, ...fieldTypes(field, fieldPath)]
  })
  return [...below, ...fieldTypes(schema.items, `${path}[]`)]
}

function typeInWords(schema: Part): string {
  if (!isSchema(schema)) return 'any'
  if (schema.anyOf) return schema.anyOf.map(typeInWords).join(' or ')
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  if (schema.type === 'array') return `array of ${typeInWords(schema.items)}s`
  const { format } = schema
  if (format === 'uuid') return 'UUID'
  return format === 'date-time' ? 'date and time' : String(schema.type)
}

function isSchema(value: Part): value is JsonSchema {
  return typeof value === 'object' && !Array.isArray(value)
}
