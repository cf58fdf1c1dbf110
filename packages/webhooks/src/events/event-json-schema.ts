import * as z from 'zod/mini'
import { instant, integer, uuid } from '../wire/fields.ts'
import { eventCatalog } from './catalog.ts'
import { publishedEventSchemas } from './event-schemas.ts'
import type { EventType } from './event.ts'

type JsonSchema = z.core.JSONSchema.JSONSchema

/**
 * The JSON Schema (draft 2020-12) of an event's `data` as a sender publishes it, every field described as in the
 * catalog. It has no `$schema`, so that it can be a part of an OpenAPI or AsyncAPI document.
 *
 * @example
 * eventJsonSchema('scan.completed').properties?.['score']
 * // { description: 'The score after the scan, in percent.', type: 'number' }
 */
export function eventJsonSchema(type: EventType): JsonSchema {
  const { description, fields } = eventCatalog[type]
  const schema = z.toJSONSchema(publishedEventSchemas[type], { override: adjust })
  delete schema.$schema
  return { description, ...describeFields(schema, '', fields) }
}

type OverrideContext = Parameters<NonNullable<z.core.ToJSONSchemaParams['override']>>[0]

function adjust({ zodSchema, jsonSchema }: OverrideContext): void {
  Object.assign(jsonSchema, keywords.get(zodSchema))
  // Objects are open unless a schema says otherwise, and generators make a map of one that says so.
  delete jsonSchema.additionalProperties
}

// What zod cannot know about the checks of these.
const keywords = new Map<z.core.$ZodType, JsonSchema>([
  [uuid, { format: 'uuid' }],
  [instant, { format: 'date-time' }],
  [integer, { type: 'integer' }],
])

type Descriptions = Readonly<Record<string, string>>

/** Describes every field below `path`, which is empty for `data` itself. */
function describeFields(schema: JsonSchema, path: string, descriptions: Descriptions): JsonSchema {
  const { items, properties } = schema
  if (isSchema(items)) return { ...schema, items: describeFields(items, `${path}[]`, descriptions) }
  if (!properties) return schema
  const described = Object.entries(properties).map(([name, property]) => {
    const fieldPath = path === '' ? name : `${path}.${name}`
    const field = isSchema(property) ? describeFields(property, fieldPath, descriptions) : {}
    return [name, { description: descriptions[fieldPath], ...field }]
  })
  return { ...schema, properties: Object.fromEntries(described) }
}

function isSchema(value: JsonSchema['items']): value is JsonSchema {
  return typeof value === 'object' && !Array.isArray(value)
}
