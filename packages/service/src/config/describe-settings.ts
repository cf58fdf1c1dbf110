import type { ConfigDefinition } from './define-config.ts'

/** What documentation says about one setting. */
export interface SettingDescription {
  readonly variable: string
  readonly description: string
  readonly required: boolean
  /** The default as text; `undefined` when the setting is required or simply optional. */
  readonly defaultText: string | undefined
  readonly secret: boolean
}

/** The settings of an app in the order they were declared. */
export function describeSettings(
  definition: Pick<ConfigDefinition, 'settings'>,
): readonly SettingDescription[] {
  return Object.values(definition.settings).map((setting) => {
    const absent = setting.schema.safeParse(undefined)
    return {
      variable: setting.env,
      description: setting.description,
      required: !absent.success,
      defaultText: setting.defaultText ?? textOf(absent.data),
      secret: setting.secret ?? false,
    }
  })
}

/** The settings as a Markdown table, for the documentation. */
export function formatSettingsTable(definition: Pick<ConfigDefinition, 'settings'>): string {
  const rows = describeSettings(definition).map((setting) =>
    [`\`${setting.variable}\``, markdownDefault(setting), notes(setting, '`')].join(' | '),
  )
  return [
    '| Variable | Default | What it is |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n')
}

/** The settings as indented text, for `--help`. */
export function formatSettingsHelp(definition: Pick<ConfigDefinition, 'settings'>): string {
  return describeSettings(definition)
    .map((setting) => `  ${setting.variable}${plainDefault(setting)}\n      ${notes(setting, '')}\n`)
    .join('')
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value)
}

function notes({ variable, description, secret }: SettingDescription, quote: string): string {
  return secret ? `${description} Or ${quote}${variable}_FILE${quote}: a file that holds it.` : description
}

function markdownDefault({ required, defaultText }: SettingDescription): string {
  if (required) return '**required**'
  return defaultText === undefined ? '–' : `\`${defaultText}\``
}

function plainDefault({ required, defaultText }: SettingDescription): string {
  if (required) return ' (required)'
  return defaultText === undefined ? '' : ` (default: ${defaultText})`
}
