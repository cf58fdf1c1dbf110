import { z } from 'zod'
import { findDocumentProblem } from './adf.ts'
import type { JiraChoice, JiraField, JiraProject, JiraUser } from './model.ts'

/** What values are checked against. */
export interface FieldContext {
  readonly project: JiraProject
  readonly users: readonly JiraUser[]
  readonly priorities: readonly JiraChoice[]
  readonly resolutions: readonly JiraChoice[]
  /** The id of the issue of this project with this key or id. */
  readonly findParentId: (keyOrId: string) => string | undefined
}

export type ParsedField =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false
      /** In Jira's words. */
      readonly message: string
      /** More than Jira says. */
      readonly why?: string
      /** Wrong on every site, not only on this one. */
      readonly isMalformed: boolean
    }

/** Checks what a client sent for `field` and brings it into the form that is stored; empties are `null` or `[]`. */
export function parseField(field: JiraField, raw: unknown, context: FieldContext): ParsedField {
  if (field.kind === 'summary') return parseSummary(raw)
  const isList = field.kind === 'labels' || field.kind === 'components' || field.kind === 'options'
  if (raw === null || raw === undefined) return valid(isList ? [] : null)
  switch (field.kind) {
    case 'document': {
      const problem = findDocumentProblem(raw)
      return problem === undefined ? valid(raw) : malformed(problem.message, problem.why)
    }
    case 'text':
      if (typeof raw !== 'string') return malformed('Operation value must be a string')
      return raw.length <= 255
        ? valid(raw)
        : malformed('The entered text is too long. It exceeds the allowed limit of 255 characters.')
    case 'number':
      return typeof raw === 'number' ? valid(raw) : malformed('Operation value must be a number')
    case 'labels':
      return parseLabels(raw)
    case 'date':
      return parseDate(raw)
    case 'datetime':
      return parseDateTime(raw)
    case 'user':
      return parseUser(raw, context.users, field)
    case 'priority':
      return parseChoice(raw, context.priorities, field)
    case 'resolution':
      return parseChoice(raw, context.resolutions, field)
    case 'parent':
      return parseParent(raw, context)
    case 'option':
      return parseOption(raw, field)
    default:
      return parseList(raw, (one) =>
        field.kind === 'options'
          ? parseOption(one, field)
          : parseChoice(one, context.project.components, field),
      )
  }
}

function valid(value: unknown): ParsedField {
  return { ok: true, value }
}

function malformed(message: string, why?: string): ParsedField {
  return { ok: false, message, isMalformed: true, ...(why === undefined ? {} : { why }) }
}

function unknown(message: string): ParsedField {
  return { ok: false, message, isMalformed: false }
}

function parseSummary(raw: unknown): ParsedField {
  if (raw === null || raw === undefined) return malformed('You must specify a summary of the issue.')
  if (typeof raw !== 'string') return malformed('Operation value must be a string')
  if (raw.trim() === '') return malformed('You must specify a summary of the issue.')
  if (/[\r\n]/.test(raw)) return malformed('The summary is invalid because it contains newline characters.')
  if (raw.length > 255)
    return malformed("Summary can't exceed 255 characters.", `it has ${raw.length} characters`)
  return valid(raw)
}

function parseLabels(raw: unknown): ParsedField {
  if (!Array.isArray(raw)) return malformed('Operation value must be an array')
  for (const label of raw as readonly unknown[]) {
    if (typeof label !== 'string') return malformed('Operation value must be a string')
    if (label === '') return malformed("The label '' can't be empty.")
    if (/\s/.test(label)) return malformed(`The label '${label}' contains spaces which is invalid.`)
    if (label.length > 255)
      return malformed(`The label '${label}' exceeds the maximum length of 255 characters.`)
  }
  return valid([...new Set(raw as readonly string[])])
}

function parseDate(raw: unknown): ParsedField {
  if (typeof raw !== 'string') return malformed('Operation value must be a string')
  return isCalendarDate(raw)
    ? valid(raw)
    : malformed(`Error parsing date string: ${raw}`, 'a date is yyyy-MM-dd and exists in the calendar')
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

function parseDateTime(raw: unknown): ParsedField {
  if (typeof raw !== 'string') return malformed('Operation value must be a string')
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})$/.test(raw)
  const at = Date.parse(raw)
  return isIso && !Number.isNaN(at) && isCalendarDate(raw.slice(0, 10))
    ? valid(new Date(at).toISOString().replace('Z', '+0000'))
    : malformed(`Error parsing time: ${raw}`)
}

const userReference = z.object({ accountId: z.string().nullish(), id: z.string().nullish() })

function parseUser(raw: unknown, users: readonly JiraUser[], field: JiraField): ParsedField {
  const reference = userReference.safeParse(raw)
  if (!reference.success) return malformed('data was not an object')
  const accountId = reference.data.accountId ?? reference.data.id
  if (accountId === undefined || accountId === null) return valid(null)
  const user = users.find((user) => user.accountId === accountId)
  if (user === undefined) return unknown('Specify a valid value for ' + field.id)
  if (field.id !== 'assignee' || (user.isActive && user.isAssignable)) return valid(accountId)
  return unknown(`User '${user.displayName}' cannot be assigned issues.`)
}

const choiceReference = z.object({ id: z.string().optional(), name: z.string().optional() })

function parseChoice(raw: unknown, choices: readonly JiraChoice[], field: JiraField): ParsedField {
  const reference = choiceReference.safeParse(raw)
  if (!reference.success) return malformed('data was not an object')
  const { id, name } = reference.data
  if (id === undefined && name === undefined)
    return malformed(`Could not find valid 'id' or 'name' in ${field.id} object.`)
  const choice = choices.find((choice) => (id === undefined ? choice.name === name : choice.id === id))
  if (choice !== undefined) return valid(choice.id)
  if (field.kind === 'priority') return unknown('The priority selected is invalid.')
  if (field.kind === 'resolution') return unknown('The resolution selected is invalid.')
  return unknown(`Component ${id === undefined ? 'name' : 'id'} '${id ?? name}' is not valid`)
}

const optionReference = z.object({ id: z.string().optional(), value: z.string().optional() })

function parseOption(raw: unknown, field: JiraField): ParsedField {
  const reference = optionReference.safeParse(raw)
  if (!reference.success || (reference.data.id === undefined && reference.data.value === undefined))
    return malformed(`Specify a valid 'id' or 'name' for ${field.name}`)
  const { id, value } = reference.data
  const option = field.options.find((option) =>
    id === undefined ? option.value === value : option.id === id,
  )
  if (option !== undefined) return valid(option.id)
  return unknown(id === undefined ? `Option value '${value}' is not valid` : `Option id '${id}' is not valid`)
}

const parentReference = z.object({ id: z.string().optional(), key: z.string().optional() })

function parseParent(raw: unknown, context: FieldContext): ParsedField {
  const reference = parentReference.safeParse(raw)
  if (!reference.success) return malformed('data was not an object')
  const named = reference.data.id ?? reference.data.key
  const id = named === undefined ? undefined : context.findParentId(named)
  return id === undefined ? unknown('Could not find issue by id or key.') : valid(id)
}

function parseList(raw: unknown, parseOne: (one: unknown) => ParsedField): ParsedField {
  if (!Array.isArray(raw)) return malformed('Operation value must be an array')
  const parsed = raw.map(parseOne)
  const problem = parsed.find(({ ok }) => !ok)
  if (problem !== undefined) return problem
  return valid([...new Set(parsed.map((one) => (one.ok ? one.value : undefined)))])
}
