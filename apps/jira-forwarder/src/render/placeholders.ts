const placeholderNames = [
  'headline',
  'summary',
  'framework',
  'control_id',
  'severity',
  'owner',
  'kind',
  'key',
  'instance',
  'event',
  'event_id',
  'timestamp',
  'due',
  'integration_id',
  'provider',
  'link',
] as const

/** A name that `{placeholders}` may have. */
export type PlaceholderName = (typeof placeholderNames)[number]

/** What stands for each name; what an event does not say is absent. */
export type PlaceholderValues = Readonly<Partial<Record<PlaceholderName, string>>>

/** `{names}` in a text that are no placeholders: they would be sent as they are. */
export function unknownPlaceholders(value: unknown): readonly string[] {
  return textsOf(value)
    .flatMap((text) => [...text.matchAll(placeholder)])
    .map(([, name = '']) => name)
    .filter((name) => !isPlaceholderName(name))
}

/**
 * `template` with its placeholders filled in, at any depth of it.
 *
 * @returns `undefined` for a text that only absent placeholders are in; members and items that become `undefined` are left out.
 */
export function fillPlaceholders(template: unknown, values: PlaceholderValues): unknown {
  if (typeof template === 'string') return fillText(template, values)
  if (Array.isArray(template)) {
    return template.map((item) => fillPlaceholders(item, values)).filter((item) => item !== undefined)
  }
  if (typeof template !== 'object' || template === null) return template
  const filled = Object.entries(template)
    .map(([name, item]) => [name, fillPlaceholders(item, values)] as const)
    .filter(([, item]) => item !== undefined)
  return filled.length === 0 && Object.keys(template).length > 0 ? undefined : Object.fromEntries(filled)
}

const placeholder = /\{([a-z_]+)\}/g

function fillText(template: string, values: PlaceholderValues): string | undefined {
  const names = [...template.matchAll(placeholder)].map(([, name = '']) => name)
  const isEmpty = names.length > 0 && names.every((name) => isPlaceholderName(name) && !values[name])
  if (isEmpty) return undefined
  return template.replaceAll(placeholder, (whole, name: string) =>
    isPlaceholderName(name) ? (values[name] ?? '') : whole,
  )
}

function isPlaceholderName(name: string): name is PlaceholderName {
  return (placeholderNames as readonly string[]).includes(name)
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}
