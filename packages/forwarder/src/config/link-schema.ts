import { z } from 'zod'

/** An http(s) address with `{placeholders}` out of `names`; optional. */
export function linkSchema(names: readonly string[]) {
  const known = names.map((name) => `{${name}}`).join(', ')
  return z
    .string()
    .refine((template) => isAddress(template), {
      error: 'must be an https:// address, without a name or password',
      abort: true,
    })
    .refine((template) => placeholdersOf(template).every((name) => names.includes(name)), {
      error: `must have no placeholder but ${known}`,
    })
    .optional()
}

function placeholdersOf(template: string): readonly string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)
}

function isAddress(template: string): boolean {
  const filled = template.replace(/\{[^{}]*\}/g, 'x')
  if (!URL.canParse(filled)) return false
  const { protocol, username, password } = new URL(filled)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}
