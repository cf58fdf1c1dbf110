import type { z } from 'zod'
import type { FilePath } from './file-problem.ts'

/** What a schema refuses, in words that read on from the path of the value. */
export interface Complaint {
  readonly path: FilePath
  /** `must be one of …`, `is required`. */
  readonly message: string
  /** What is at fault: the value, that there is none, or its key. */
  readonly kind: 'value' | 'missing' | 'unknown-key' | 'name'
  /** What may stand there instead. */
  readonly choices: readonly string[]
}

/** Words for what is wrong with a value, where its schema has none of its own. Given to `safeParse`. */
export function wordIssue(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is required'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kindNames[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive ?? true)
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), issue.inclusive ?? true)
    case 'invalid_format':
      return formatNames[issue.format] ?? `must match ${issue.pattern ?? issue.format}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    default:
      return 'is not valid'
  }
}

/** The complaints in an issue: of alternatives, those of the one that was most likely meant. */
export function complaintsOf(issue: z.core.$ZodIssue, base: FilePath = []): readonly Complaint[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
  const complaint = { path, message: issue.message, kind: 'value', choices: [] } as const
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...complaint, path: [...path, key], kind: 'unknown-key' }))
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => {
      const { message, choices } = complaintsOf(inner)[0] ?? complaint
      return { ...complaint, message: `is no name that can be used here: it ${message}`, choices }
    })
  }
  if (issue.code === 'invalid_union' && issue.message !== 'is required') {
    return ofAlternatives(issue.errors, path) ?? [complaint]
  }
  if (issue.message.startsWith('is required')) return [{ ...complaint, kind: 'missing' }]
  return [{ ...complaint, choices: choicesOf(issue) }]
}

/** The values of an enumeration, or those that a refinement names in its `params`. */
function choicesOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  const choices: unknown = issue.code === 'custom' ? issue.params?.['choices'] : undefined
  return Array.isArray(choices) ? choices.map(String) : []
}

type Alternatives = readonly (readonly z.core.$ZodIssue[])[]

function ofAlternatives(alternatives: Alternatives, path: FilePath): readonly Complaint[] | undefined {
  const [best] = alternatives.toSorted((a, b) => distance(a) - distance(b) || a.length - b.length)
  if (best === undefined) return undefined
  if (distance(best) < 2) return best.flatMap((issue) => complaintsOf(issue, path))
  const messages = alternatives.flatMap((issues) =>
    issues
      .flatMap((issue) => complaintsOf(issue, path))
      .map(({ message }) => message.replace(/^must be /, '')),
  )
  return [{ path, message: `must be ${[...new Set(messages)].join(' or ')}`, kind: 'value', choices: [] }]
}

/** How far a value is from an alternative: something inside it is wrong, it is itself wrong, it is of another kind. */
function distance(issues: readonly z.core.$ZodIssue[]): number {
  if (issues.every((issue) => issue.path.length > 0)) return 0
  return issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0) ? 2 : 1
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section of keys and values',
  record: 'a section of keys and values',
}

const formatNames: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address',
  url: 'must be an address such as https://example.com',
  uuid: 'must be a UUID',
}

function tooSmall(origin: string, minimum: number, inclusive: boolean): string {
  if (origin === 'number' || origin === 'int')
    return `must be ${inclusive ? 'at least' : 'more than'} ${minimum}`
  if (minimum === 1) return 'must not be empty'
  return `must have at least ${minimum} ${origin === 'string' ? 'characters' : 'entries'}`
}

function tooBig(origin: string, maximum: number, inclusive: boolean): string {
  if (origin === 'number' || origin === 'int')
    return `must be ${inclusive ? 'at most' : 'less than'} ${maximum}`
  return `must have at most ${maximum} ${origin === 'string' ? 'characters' : 'entries'}`
}
