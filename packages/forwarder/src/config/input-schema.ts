import { z } from 'zod'
import { type FileOf, fileSections } from './file-schema.ts'

/** The part of JSON Schema that zod writes. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly propertyNames?: JsonSchema
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  /** Never to be shown. */
  readonly writeOnly?: boolean
}

/** What a file may hold, as JSON Schema, before references to variables and files were thought of. */
export function inputSchema<Target, Options>(app: FileOf<Target, Options>): JsonSchema {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What zod writes is JSON Schema.
  return z.toJSONSchema(z.strictObject(fileSections(app)), {
    io: 'input',
    unrepresentable: 'any',
  }) as JsonSchema
}

/** The schemas that may apply to one value: alternatives are all in it, and so is what joins them. */
export type Candidates = readonly JsonSchema[]

/** `schema` and its alternatives. */
export function candidatesOf(schema: JsonSchema): Candidates {
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return [schema, ...parts.flatMap((part) => candidatesOf(part))]
}

/** What applies to the value under a key, or in a list; none where nothing is known of it. */
export function candidatesUnder(candidates: Candidates, key: string | number): Candidates {
  return candidates.flatMap(({ properties, additionalProperties, items }) => {
    const under =
      typeof key === 'number'
        ? items
        : properties !== undefined && Object.hasOwn(properties, key)
          ? properties[key]
          : additionalProperties
    return typeof under === 'object' ? candidatesOf(under) : []
  })
}

/** What applies at a path of the file. */
export function candidatesAt(schema: JsonSchema, path: readonly (string | number)[]): Candidates {
  return path.reduce(candidatesUnder, candidatesOf(schema))
}

/** Whether a value of one of these JSON types may be there. */
export function takes(candidates: Candidates, ...types: readonly string[]): boolean {
  return candidates.some(({ type }) => type !== undefined && types.includes(type))
}

/** Names of settings that are secret even where a schema forgot to say so. */
const secretName = /(^|_)(secret|token|password|passwd|credentials?|routing_key|api_key|private_key)$/i

/** Whether the value under a key is secret: never shown, and possibly `file:`. */
export function isSecret(candidates: Candidates, path: readonly (string | number)[]): boolean {
  const name = path.findLast((part) => typeof part === 'string')
  return (
    candidates.some(({ writeOnly }) => writeOnly === true) || (name !== undefined && secretName.test(name))
  )
}

/** The keys that are known at a place, for suggestions. */
export function knownKeys(candidates: Candidates): readonly string[] {
  return candidates.flatMap(({ properties, propertyNames }) => [
    ...Object.keys(properties ?? {}),
    ...(propertyNames?.enum ?? []).map(String),
  ])
}

/** What a setting is for, as its schema says. */
export function descriptionOf(candidates: Candidates): string | undefined {
  return candidates.find(({ description }) => description !== undefined)?.description
}
