import type * as z from 'zod/mini'

/**
 * The fields of an object schema whose output is `Data`. `satisfies` it, and the compiler points at the field that is
 * missing, superfluous or of another type.
 */
export type SchemaFields<Data> = { readonly [Name in keyof Data]: z.ZodMiniType<Data[Name]> }
