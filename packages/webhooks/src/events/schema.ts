/**
 * The part of JSON Schema (draft 2020-12) that the catalog is written in. Objects are open: fields that a schema
 * does not name are allowed.
 */
export type Schema = ValueSchema | ObjectSchema | ArraySchema

/** The schema of a string or a number. An `integer` is one that a double holds exactly. */
export interface ValueSchema<
  Type extends ValueType | readonly [ValueType, 'null'] = ValueType | readonly [ValueType, 'null'],
> {
  readonly type: Type
  readonly format?: 'uuid' | 'date-time'
  /** What the field holds, in sentences. */
  readonly description: string
}

/** The types that a {@link ValueSchema} can ask for. */
export type ValueType = 'string' | 'number' | 'integer'

/** The schema of an object. `required` names all of its `properties`. */
export interface ObjectSchema<
  Properties extends Readonly<Record<string, Schema>> = Readonly<Record<string, Schema>>,
> {
  readonly type: 'object'
  readonly description: string
  readonly properties: Properties
  readonly required: readonly string[]
}

/** The schema of an array. */
export interface ArraySchema<Items extends Schema = Schema> {
  readonly type: 'array'
  readonly description: string
  readonly items: Items
}

/** The schema that a TypeScript type asks for: it keeps a schema and an interface from drifting apart. */
export type SchemaFor<Value> = [Value] extends [readonly (infer Element)[]]
  ? ArraySchema<SchemaFor<Element>>
  : [Value] extends [object]
    ? ObjectSchema<PropertiesFor<Value>>
    : ValueSchema<null extends Value ? readonly [TypeFor<NonNullable<Value>>, 'null'] : TypeFor<Value>>

/** The schemas of all fields of an interface. */
export type PropertiesFor<Value> = { readonly [Name in keyof Value]: SchemaFor<Value[Name]> }

type TypeFor<Value> = Value extends number ? 'number' | 'integer' : 'string'

/** A string. */
export function text(description: string): ValueSchema<'string'> {
  return { type: 'string', description }
}

/** A UUID of any version. */
export function uuid(description: string): ValueSchema<'string'> {
  return { type: 'string', format: 'uuid', description }
}

/** A point in time: RFC 3339, with an offset. */
export function instant(description: string): ValueSchema<'string'> {
  return { type: 'string', format: 'date-time', description }
}

/** A finite number. */
export function number(description: string): ValueSchema<'number'> {
  return { type: 'number', description }
}

/** A whole number. */
export function integer(description: string): ValueSchema<'integer'> {
  return { type: 'integer', description }
}

/** What `schema` allows, or null. */
export function nullable<Type extends ValueType>(
  schema: ValueSchema<Type>,
): ValueSchema<readonly [Type, 'null']> {
  return { ...schema, type: [schema.type, 'null'] }
}

/** An open object in which every one of `properties` is required. */
export function object<Properties extends Readonly<Record<string, Schema>>>(
  description: string,
  properties: Properties,
): ObjectSchema<Properties> {
  return { type: 'object', description, properties, required: Object.keys(properties) }
}

/** An array of any length. */
export function list<Items extends Schema>(description: string, items: Items): ArraySchema<Items> {
  return { type: 'array', description, items }
}
