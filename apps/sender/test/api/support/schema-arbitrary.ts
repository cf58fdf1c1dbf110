import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

/** JSON Schema (draft 2020-12), as far as the API's description uses it. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly examples?: readonly unknown[]
}

/** Finds what a `$ref` stands for. */
export type Resolve = (ref: string) => JsonSchema

/**
 * Values that a schema describes, most of them: each part is sometimes something else, left out, or added to, so that
 * both sides of every rule are met. Real ids are mixed in where a UUID is asked for.
 */
export function schemaArbitrary(
  schema: JsonSchema,
  resolve: Resolve,
  knownIds: () => readonly string[],
): Arbitrary<unknown> {
  return build(schema, 0)

  function build(part: JsonSchema, depth: number): Arbitrary<unknown> {
    const right = buildRight(part, depth)
    const examples = part.examples?.map((example) => fc.constant(example)) ?? []
    return fc.oneof(
      { arbitrary: right, weight: 20 },
      ...examples.map((arbitrary) => ({ arbitrary, weight: 4 })),
      { arbitrary: hostile, weight: 1 },
    )
  }

  function buildRight(part: JsonSchema, depth: number): Arbitrary<unknown> {
    if (depth > 6) return fc.constant(null)
    if (part.$ref !== undefined) return build(resolve(part.$ref), depth + 1)
    if ('const' in part) return fc.constant(part.const)
    if (part.enum !== undefined) return fc.constantFrom(...part.enum)
    const variants = part.anyOf ?? part.oneOf
    if (variants !== undefined) return fc.oneof(...variants.map((variant) => build(variant, depth + 1)))
    const [first, ...others] = part.allOf ?? []
    if (first !== undefined) return others.length === 0 ? build(first, depth + 1) : buildAll(part, depth)
    return fc.oneof(...typesOf(part).map((type) => buildType(part, type, depth)))
  }

  function buildAll({ allOf = [] }: JsonSchema, depth: number): Arbitrary<unknown> {
    return fc
      .tuple(...allOf.map((each) => build(each, depth + 1)))
      .map((parts) => Object.assign({}, ...parts.filter((value) => typeof value === 'object')))
  }

  function buildType(part: JsonSchema, type: string, depth: number): Arbitrary<unknown> {
    switch (type) {
      case 'object':
        return buildObject(part, depth)
      case 'array':
        return fc.array(build(part.items ?? {}, depth + 1), {
          minLength: part.minItems ?? 0,
          maxLength: Math.min(part.maxItems ?? 4, Math.max(4, part.minItems ?? 0)),
        })
      case 'string':
        return buildString(part)
      case 'integer':
        return fc.integer({ min: clamp(part.minimum ?? -1000), max: clamp(part.maximum ?? 1_000_000) })
      case 'number':
        return fc.double({ min: part.minimum ?? -1e9, max: part.maximum ?? 1e9, noNaN: true })
      case 'boolean':
        return fc.boolean()
      default:
        return fc.constant(null)
    }
  }

  function buildObject(part: JsonSchema, depth: number): Arbitrary<unknown> {
    const required = new Set(part.required)
    const members = Object.entries(part.properties ?? {})
    const declared = fc.record(
      Object.fromEntries(
        members.map(([name, member]) => [
          name,
          fc.option(build(member, depth + 1), { freq: required.has(name) ? 30 : 2, nil: undefined }),
        ]),
      ),
    )
    const extra = typeof part.additionalProperties === 'object' ? part.additionalProperties : {}
    const isOpen = part.additionalProperties !== false
    const added = fc.option(fc.dictionary(propertyName, build(extra, depth + 1), { maxKeys: 3 }), {
      freq: isOpen ? 2 : 20,
      nil: {},
    })
    return fc.tuple(declared, added).map(([known, more]) => ({ ...more, ...definedOf(known) }))
  }

  function buildString(part: JsonSchema): Arbitrary<string> {
    if (part.format === 'uuid') {
      return fc.oneof(
        fc.uuid(),
        // Which ids there are is known only when the value is made.
        fc.nat().map((index) => {
          const ids = knownIds()
          return ids[index % ids.length] ?? '00000000-0000-7000-8000-000000000000'
        }),
      )
    }
    if (part.format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
    if (part.pattern !== undefined) return fc.stringMatching(new RegExp(part.pattern, 'u'))
    return fc.string({
      minLength: part.minLength ?? 0,
      maxLength: Math.min(part.maxLength ?? 40, 300),
      unit: 'binary',
    })
  }
}

const propertyName = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('__proto__', 'constructor', 'x-y', ''),
)

/** What no schema asks for. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -0,
    2 ** 53,
    1e308,
    '',
    '\0',
    '\uD800',
    '\u202E',
    '../../etc/passwd',
    "'; drop table webhooks.event; --",
    'http://[::ffff:7f00:1]/',
    'x'.repeat(20_000),
    [],
    {},
    [[[[[]]]]],
  ),
  fc.jsonValue({ maxDepth: 3 }),
)

function typesOf({ type, properties }: JsonSchema): readonly string[] {
  if (typeof type === 'string') return [type]
  return type ?? [properties === undefined ? 'string' : 'object']
}

function clamp(value: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
}

function definedOf(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
