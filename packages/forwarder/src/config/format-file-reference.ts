import type { FileOf } from './file-schema.ts'
import { candidatesOf, inputSchema, type JsonSchema } from './input-schema.ts'

/**
 * Every key of an app's configuration file as a Markdown table for the documentation: path, type, default, meaning.
 * `[]` stands for each entry of a list, `<name>` for a name of one's own.
 */
export function formatFileReference<Target, Options>(app: FileOf<Target, Options>): string {
  const rows = rowsOf(inputSchema(app), '').map(
    ({ path, type, byDefault, meaning }) => `| \`${path}\` | ${type} | ${byDefault} | ${meaning} |`,
  )
  return ['| Key | Type | Default | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}

interface Row {
  readonly path: string
  readonly type: string
  readonly byDefault: string
  readonly meaning: string
}

function rowsOf(schema: JsonSchema, prefix: string): readonly Row[] {
  const candidates = candidatesOf(schema)
  const keys = candidates.flatMap(({ properties, required = [], additionalProperties }) => [
    ...Object.entries(properties ?? {}).map(([key, each]) => ({
      path: prefix === '' ? key : `${prefix}.${key}`,
      each,
      isRequired: required.includes(key),
    })),
    ...(typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0
      ? [{ path: `${prefix}.<name>`, each: additionalProperties, isRequired: false }]
      : []),
  ])
  const entries = candidates.flatMap(({ items }) =>
    items !== undefined && hasKeys(items) ? rowsOf(items, `${prefix}[]`) : [],
  )
  return [
    ...keys.flatMap(({ path, each, isRequired }) => [
      // What has any name says nothing by itself: its section does.
      ...(path.endsWith('>') && each.description === undefined ? [] : [row(path, each, isRequired)]),
      ...rowsOf(each, path),
    ]),
    ...entries,
  ]
}

function row(path: string, schema: JsonSchema, isRequired: boolean): Row {
  const byDefault = schema.default
  return {
    path,
    type: cell(typeText(schema)),
    byDefault:
      byDefault === undefined || isEmpty(byDefault)
        ? isRequired
          ? '**required**'
          : '–'
        : `\`${cell(typeof byDefault === 'string' ? byDefault : JSON.stringify(byDefault))}\``,
    meaning: cell(schema.description ?? ''),
  }
}

function typeText(schema: JsonSchema): string {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) return [...new Set(alternatives.map(typeText))].join(', or ')
  if (schema.writeOnly === true) return 'secret'
  if (schema['x-kind'] === 'duration') return 'duration'
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  switch (schema.type) {
    case 'string':
      return 'text'
    case 'integer':
      return `whole number${range(schema)}`
    case 'number':
      return `number${range(schema)}`
    case 'boolean':
      return '`true`, `false`'
    case 'array':
      return hasKeys(schema.items ?? {}) ? 'list' : `list of ${typeText(schema.items ?? {})}`
    case 'object': {
      const values = schema.additionalProperties
      const isOfTexts = typeof values === 'object' && !hasKeys(values) && Object.keys(values).length > 0
      return isOfTexts ? `section of ${typeText(values)}` : 'section'
    }
    default:
      return 'any'
  }
}

function range({ minimum, maximum }: JsonSchema): string {
  const parts = [
    ...(isBound(minimum) ? [`from ${String(minimum)}`] : []),
    ...(isBound(maximum) ? [`to ${String(maximum)}`] : []),
  ]
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`
}

function hasKeys(schema: JsonSchema): boolean {
  return candidatesOf(schema).some(({ type }) => type === 'object')
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function isBound(bound: unknown): boolean {
  return typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER
}
