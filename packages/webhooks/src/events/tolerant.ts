import * as z from 'zod/mini'

/** `Data` in which every field, at any depth, may be absent. */
export type Tolerant<Data> = Data extends readonly (infer Element)[]
  ? readonly Tolerant<Element>[]
  : Data extends object
    ? { readonly [Name in keyof Data]?: Tolerant<Data[Name]> | undefined }
    : Data

/** `Schema` in which every field, at any depth, may be absent. */
export type TolerantSchema<Schema> =
  Schema extends z.ZodMiniObject<infer Fields, infer Config>
    ? z.ZodMiniObject<{ [Name in keyof Fields]: z.ZodMiniOptional<TolerantSchema<Fields[Name]>> }, Config>
    : Schema extends z.ZodMiniArray<infer Element>
      ? z.ZodMiniArray<TolerantSchema<Element>>
      : Schema

/**
 * Makes the schema that a receiver checks with of the one that a sender publishes by. A field that is there is checked
 * as before. `z.deepPartial` does this for schemas of every kind, at eight times the weight.
 */
export function tolerant<Schema extends z.core.$ZodType>(schema: Schema): TolerantSchema<Schema>
export function tolerant(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodMiniObject) {
    const fields = Object.entries(schema.shape).map(([name, field]) => [name, z.optional(tolerant(field))])
    return z.looseObject(Object.fromEntries(fields))
  }
  return schema instanceof z.ZodMiniArray ? z.array(tolerant(schema.def.element)) : schema
}
