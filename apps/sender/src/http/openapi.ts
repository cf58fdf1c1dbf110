import swagger from '@fastify/swagger'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Api, json } from './api.ts'
import { describeOperation, SECURITY_SCHEME, SESSION_SCHEME } from './openapi-operation.ts'
import { SECURE_COOKIE } from './session-cookie.ts'

/** What the document says about the API as a whole. */
export interface OpenApiInfo {
  readonly title: string
  readonly version: string
  /** CommonMark. */
  readonly description: string
  /** Groups of operations, in the order in which they are shown. */
  readonly tags: readonly { readonly name: string; readonly description: string }[]
}

/**
 * Describes the routes that are added afterwards in OpenAPI 3.1.
 *
 * Schemas come from the routes' zod schemas (those with an `id` become components), security and problems from their
 * configuration.
 */
export async function addOpenApi(app: Api, { tags, ...info }: OpenApiInfo): Promise<void> {
  const toJsonSchema = createJsonSchemaTransform({ zodToJsonConfig })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: { ...info, license: { name: 'MIT', identifier: 'MIT' } },
      tags: [...tags],
      components: { securitySchemes: { [SECURITY_SCHEME]: securityScheme, [SESSION_SCHEME]: sessionScheme } },
    },
    convertConstToEnum: false,
    transform: (document) => {
      const { schema, url } = toJsonSchema(document)
      return { schema: describeOperation(schema, document.route), url }
    },
    transformObject: createJsonSchemaTransformObject({ zodToJsonConfig }),
  })
}

/** Serves the document at `/openapi.json`. */
export function addOpenApiRoute(app: Api): void {
  let document: Readonly<Record<string, unknown>> | undefined
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { access: 'public' },
    schema: {
      operationId: 'getOpenApi',
      tags: ['Operation'],
      summary: 'Get this document',
      description: 'The description of this API.',
      response: { 200: json('An OpenAPI 3.1 document.', z.record(z.string(), z.unknown())) },
    },
    handler: async () => (document ??= tidy(app.swagger())),
  })
}

const securityScheme = {
  type: 'http',
  scheme: 'bearer',
  description:
    'An API key, `cwk_…`, or a JSON Web Token of the issuer that the sender was set up with. Its role decides what it may do; no role includes another.',
} as const

const sessionScheme = {
  type: 'apiKey',
  in: 'cookie',
  name: SECURE_COOKIE,
  description:
    'For pages of the sender: the cookie that `POST /api/session` sets, over plain HTTP under the name `cw_session`. It counts only where there is no `Authorization`, and for anything but GET and HEAD only in requests that come from a page of the sender, as `Sec-Fetch-Site` or `Origin` says.',
} as const

type OverrideContext = Parameters<NonNullable<z.core.ToJSONSchemaParams['override']>>[0]

const zodToJsonConfig = { target: 'draft-2020-12', override: adjust } as const

// What zod writes is right; this makes it what a reader or a generated client can use.
function adjust({ zodSchema, jsonSchema }: OverrideContext): void {
  // How the plugin recognizes an answer without a body.
  if (zodSchema instanceof z.ZodUndefined) jsonSchema.type = 'null'
  // A field that is added to an answer later must not break a client that was generated before.
  if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined) {
    delete jsonSchema.additionalProperties
  }
  // The regular expression beside each `format` has hundreds of characters for a date.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  delete jsonSchema.propertyNames
  // Dropped for a schema that transforms, because they might be of its output; here they never are.
  const { examples } = (zodSchema instanceof z.ZodType ? zodSchema.meta() : undefined) ?? {}
  if (Array.isArray(examples)) jsonSchema.examples = examples
}

type Schemas = Readonly<Record<string, unknown>>

// The transform makes every component twice, for requests and for answers; only what is referred to is kept.
function tidy(document: object): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(document)
  const { components, ...rest }: { readonly components: { readonly schemas: Schemas } } = JSON.parse(text)
  return { ...rest, components: { ...components, schemas: findReferenced(rest, components.schemas) } }
}

function findReferenced(from: unknown, schemas: Schemas, found: Record<string, unknown> = {}): Schemas {
  for (const [, name = ''] of JSON.stringify(from).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (Object.hasOwn(found, name)) continue
    found[name] = schemas[name]
    findReferenced(schemas[name], schemas, found)
  }
  return found
}
