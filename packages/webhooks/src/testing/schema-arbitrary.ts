import * as fc from 'fast-check'
import * as z from 'zod/mini'
import { instant, integer, uuid } from '../wire/fields.ts'

/** How objects are made. */
export interface ObjectStyle {
  /** Whether they also have fields that their schema does not name. */
  readonly unknownFields: boolean
}

/**
 * Makes an arbitrary of what a schema accepts, each value as `JSON.parse` gives it.
 *
 * @throws {Error} for a kind of schema that no event has.
 */
export function schemaArbitrary<Schema extends z.core.$ZodType>(
  schema: Schema,
  style: ObjectStyle,
): fc.Arbitrary<z.output<Schema>>
export function schemaArbitrary(schema: z.core.$ZodType, style: ObjectStyle): fc.Arbitrary<unknown> {
  const ofFormat = formats.get(schema)
  if (ofFormat) return ofFormat
  if (schema instanceof z.ZodMiniString) return fc.string({ unit: 'grapheme' })
  if (schema instanceof z.ZodMiniNumber)
    return fc.double({ noNaN: true, noDefaultInfinity: true }).map(inJson)
  if (schema instanceof z.ZodMiniNullable) return fc.option(schemaArbitrary(schema.def.innerType, style))
  if (schema instanceof z.ZodMiniArray) {
    return fc.array(schemaArbitrary(schema.def.element, style), { maxLength: 5 })
  }
  if (schema instanceof z.ZodMiniObject) return objectArbitrary(schema.shape, style)
  throw new Error(`There is no arbitrary for a ${schema.constructor.name}.`)
}

/** Adds fields that the object does not have and that are not in `names`, if the style says so. */
export function withUnknownFields<Value extends object>(
  value: fc.Arbitrary<Value>,
  names: readonly string[],
  style: ObjectStyle,
): fc.Arbitrary<Value> {
  if (!style.unknownFields) return value
  const isFree = (name: string) => name !== '__proto__' && !names.includes(name) // zod drops `__proto__`
  const fields = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('constructor', 'toString', 'then')).filter(isFree),
    fc.jsonValue({ maxDepth: 2 }).map(inJson),
    { maxKeys: 3, noNullPrototype: true },
  )
  return fc.tuple(value, fields).map(([value, unknown]) => ({ ...value, ...unknown }))
}

function objectArbitrary(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  style: ObjectStyle,
): fc.Arbitrary<unknown> {
  const names = Object.keys(shape)
  const fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = Object.fromEntries(
    Object.entries(shape).map(([name, field]) => {
      // One that may be absent is left out by `fc.record`, so what is there has a value.
      const present = field instanceof z.ZodMiniOptional ? field.def.innerType : field
      return [name, schemaArbitrary(present, style)]
    }),
  )
  const known: fc.Arbitrary<object> = fc.record(fields, {
    requiredKeys: names.filter((name) => !(shape[name] instanceof z.ZodMiniOptional)),
    noNullPrototype: true,
  })
  return withUnknownFields(known, names, style)
}

/** As `JSON.parse` gives it: without negative zeros. */
function inJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function instantArbitrary(): fc.Arbitrary<string> {
  // In the past: a receiver refuses events that have not happened yet.
  const seconds = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2026, 0, 1) / 1000 - 1 })
  const ending = fc.constantFrom('Z', '.000Z', '.123Z', '.123456Z', '-08:00', '.5+05:45')
  return fc
    .tuple(seconds, ending)
    .map(([seconds, ending]) => new Date(seconds * 1000).toISOString().slice(0, 19) + ending)
}

// zod cannot tell what these accept: their checks are functions.
const formats = new Map<z.core.$ZodType, fc.Arbitrary<unknown>>([
  [
    uuid,
    fc.oneof(
      fc.uuid(),
      fc.uuid().map((text) => text.toUpperCase()),
    ),
  ],
  [instant, instantArbitrary()],
  [integer, fc.maxSafeInteger()],
])
