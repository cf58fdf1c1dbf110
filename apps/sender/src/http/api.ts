import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { z } from 'zod'

/** The server as the modules that add routes see it: their schemas are zod's. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** A JSON answer in a route's `schema.response`. */
export interface JsonAnswer<Schema extends z.ZodType> {
  readonly description: string
  readonly content: { readonly 'application/json': { readonly schema: Schema } }
}

/** Describes a JSON answer; what is sent is checked against the schema and stripped to it. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema): JsonAnswer<Schema> {
  return { description, content: { 'application/json': { schema } } }
}
