import type { Schema, ValueSchema } from './schema.ts'

/** How strictly a value is checked. */
export interface CheckOptions {
  /** The dotted path of the value itself, which every problem starts with. */
  readonly path: string
  /** Whether fields, at any depth, may be absent. One that is there is checked either way. */
  readonly mayLackFields: boolean
}

/**
 * Checks a value parsed from JSON against a schema. A validation library would be most of a receiver's bundle, and
 * six flat events need no more than this.
 *
 * @returns one phrase for each fault, such as `data.passed should be of type integer`; empty when there is none. Only the
 * schema's words are quoted, never the value's.
 */
export function findProblems(schema: Schema, value: unknown, options: CheckOptions): readonly string[] {
  const { path, mayLackFields } = options
  if (value === undefined) return mayLackFields ? [] : [`${path} is missing`]
  if (schema.type === 'object') {
    if (!isObject(value)) return [`${path} should be an object`]
    return Object.entries(schema.properties).flatMap(([name, property]) =>
      findProblems(property, value[name], { path: `${path}.${name}`, mayLackFields }),
    )
  }
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`${path} should be an array`]
    return value.flatMap((item, index) =>
      findProblems(schema.items, item, { path: `${path}.${index}`, mayLackFields }),
    )
  }
  return isAllowed(schema, value) ? [] : [`${path} should be ${expectation(schema)}`]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAllowed(schema: ValueSchema, value: unknown): boolean {
  const { type, format } = schema
  if (typeof type !== 'string') return value === null || isAllowed({ ...schema, type: type[0] }, value)
  if (type === 'integer') return Number.isSafeInteger(value)
  // JSON has no infinity, but JSON.parse makes one of 1e400.
  if (type === 'number') return Number.isFinite(value)
  return typeof value === 'string' && (!format || formats[format](value))
}

const formats: Readonly<Record<NonNullable<ValueSchema['format']>, (value: string) => boolean>> = {
  uuid: (value) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value),
  'date-time': (value) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
}

function expectation({ type, format }: ValueSchema): string {
  const types = typeof type === 'string' ? type : type.join(' or ')
  return `of type ${types}${format ? ` with the format ${format}` : ''}`
}
