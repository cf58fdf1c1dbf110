import type { FileOf } from './file-schema.ts'
import { inputSchema, type JsonSchema } from './input-schema.ts'

/**
 * The JSON Schema (draft 2020-12) of an app's configuration file, with descriptions and defaults, for completion in editors:
 * `# yaml-language-server: $schema=./slack-forwarder.schema.json`. Wherever a value has a form, a text with a reference such
 * as `${SCORE_LINE}` is accepted too.
 */
export function configJsonSchema<Target, Options>(app: FileOf<Target, Options>): JsonSchema {
  const { $schema, ...schema } = inputSchema(app)
  return {
    $schema,
    title: `Configuration of ${app.name}`,
    ...withReferences(schema),
    $defs: {
      reference: {
        description: 'A text with the value of an environment variable: ${NAME}.',
        type: 'string',
        pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}',
      },
      file: {
        description: 'The content of a file: file:/run/secrets/token.',
        type: 'string',
        pattern: '^file:',
      },
    },
  }
}

const reference = { $ref: '#/$defs/reference' }
const file = { $ref: '#/$defs/file' }

function withReferences(schema: JsonSchema): JsonSchema {
  const { description, default: byDefault, 'x-kind': _kind, ...rest } = schema
  const annotations = {
    ...(description === undefined ? {} : { description }),
    // An empty section says nothing that its keys do not say.
    ...(byDefault === undefined || isEmptyObject(byDefault) ? {} : { default: byDefault }),
  }
  if (rest.anyOf !== undefined && rest.anyOf.every(isForm)) {
    return { ...annotations, anyOf: [...rest.anyOf.map(withoutAnnotations), reference] }
  }
  if (!isForm(rest)) return { ...annotations, ...inside(rest) }
  return { ...annotations, anyOf: [rest, reference, ...(rest.writeOnly === true ? [file] : [])] }
}

function inside({ oneOf, ...schema }: JsonSchema): JsonSchema {
  const { properties, additionalProperties, items, allOf } = schema
  // A reference may fit several alternatives, which `oneOf` would refuse.
  const anyOf = schema.anyOf ?? oneOf
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, each]) => [key, withReferences(each)]),
      ),
    }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: withReferences(additionalProperties),
    }),
    ...(items && { items: withReferences(items) }),
    ...(anyOf && { anyOf: anyOf.map(withReferences) }),
    ...(allOf && { allOf: allOf.map(withReferences) }),
  }
}

/** Whether only some values fit, so that a text with a reference in it may not. */
function isForm({ type, ...rest }: JsonSchema): boolean {
  if (type === 'number' || type === 'integer' || type === 'boolean') return true
  return type === 'string' && ['enum', 'const', 'pattern', 'format', 'allOf'].some((form) => form in rest)
}

function withoutAnnotations({ 'x-kind': _kind, ...schema }: JsonSchema): JsonSchema {
  return schema
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
