import type { z } from 'zod'

/** The event, or everything that is wrong with it in PagerDuty's words. */
export type ParsedEvent<Event> =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'invalid'; readonly errors: readonly string[] }

/** Checks a body against what one endpoint accepts. */
export function parseEvent<Event>(schema: z.ZodType<Event>, body: object): ParsedEvent<Event> {
  const parsed = schema.safeParse(body, { reportInput: true })
  if (parsed.success) return { kind: 'event', event: parsed.data }
  return { kind: 'invalid', errors: parsed.error.issues.map((issue) => describeIssue(issue, body)) }
}

function describeIssue(issue: z.core.$ZodIssue, body: object): string {
  if (issue.code === 'custom') return issue.message
  return `'${describePath(issue.path)}' ${describeProblem(issue, valueAt(body, issue.path))}`
}

function describeProblem(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type' && issue.expected === 'undefined') return 'is not a field of this event'
  if (value === undefined || value === null || value === '') return 'is missing or blank'
  switch (issue.code) {
    case 'too_big':
      return `is too long (maximum is ${issue.maximum} characters)`
    case 'invalid_union':
      return `is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')`
    case 'invalid_value': {
      const values = issue.values.map((allowed) => `'${String(allowed)}'`)
      return `is invalid (must be one of the following: ${values.slice(0, -1).join(', ')} or ${values.at(-1)})`
    }
    case 'invalid_format':
      return `is invalid (must be ${issue.format === 'url' ? 'a URL that is allowed here' : 'ISO 8601'})`
    case 'invalid_type':
      return `is invalid (must be of type ${issue.expected === 'record' ? 'object' : issue.expected})`
    default:
      return 'is invalid'
  }
}

/** `links[0].href` */
function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('')
}

function valueAt(body: object, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  )
}
