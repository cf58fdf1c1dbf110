import * as z from 'zod/mini'
import { receivedEventSchemas } from '../events/event-schemas.ts'
import { isKnownEvent, type WebhookEvent } from '../events/event.ts'
import { envelopeSchema } from '../wire/envelope.ts'

/** Fields of an event that no schema of this version has. */
export interface FieldDrift {
  /** The event's type. */
  readonly event: string
  /** Their paths, such as `data.error.region` or `data.controls[].owner`. */
  readonly fields: readonly string[]
}

/** The paths of the fields that an event has and its schema does not. None for a type that is not in the catalog. */
export function findDrift(event: WebhookEvent): readonly string[] {
  if (!isKnownEvent(event)) return []
  return [
    // The envelope's own `data` is open and says nothing.
    ...Object.keys(event).filter((name) => !Object.hasOwn(envelopeSchema.shape, name)),
    ...unknownFields(receivedEventSchemas[event.event], event.data, 'data'),
  ]
}

function unknownFields(schema: z.core.$ZodType, value: unknown, path: string): readonly string[] {
  if (schema instanceof z.ZodMiniOptional) return unknownFields(schema.def.innerType, value, path)
  if (schema instanceof z.ZodMiniArray && Array.isArray(value)) {
    return [...new Set(value.flatMap((item) => unknownFields(schema.def.element, item, `${path}[]`)))]
  }
  if (!(schema instanceof z.ZodMiniObject) || typeof value !== 'object' || value === null) return []
  const { shape } = schema
  return Object.entries(value).flatMap(([name, field]) => {
    const below = `${path}.${name}`
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined
    return known ? unknownFields(known, field, below) : [below]
  })
}
