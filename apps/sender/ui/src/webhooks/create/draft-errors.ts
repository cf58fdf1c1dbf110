import type { FieldProblem } from '../../api/problem.ts'
import { strings } from '../../strings/index.ts'
import { readTimeoutMs } from '../read-timeout.ts'
import { type Draft, enteredHeaders } from './draft.ts'

/** What is wrong with a draft, by field; a text for a person each. */
export interface DraftErrors {
  readonly url?: string
  readonly events?: string
  readonly secret?: string
  readonly description?: string
  readonly contactEmail?: string
  /** Of the headers as a whole. */
  readonly headers?: string
  /** By the key of the row. */
  readonly headerRows: Readonly<Record<number, HeaderErrors>>
  readonly timeout?: string
  /** What belongs to no field of the form. */
  readonly others: readonly string[]
}

/** What is wrong with a row of headers. */
export interface HeaderErrors {
  readonly name?: string
  readonly value?: string
}

/** Nothing is wrong. */
export const noErrors: DraftErrors = { headerRows: {}, others: [] }

/** Whether something is wrong. */
export function hasErrors(errors: DraftErrors): boolean {
  const { headerRows, others, ...fields } = errors
  return Object.keys(fields).length > 0 || Object.keys(headerRows).length > 0 || others.length > 0
}

/** Whether something is wrong among the fields that may be folded away. */
export function hasDetailErrors({
  description,
  contactEmail,
  headers,
  headerRows,
  timeout,
}: DraftErrors): boolean {
  const texts = [description, contactEmail, headers, timeout]
  return texts.some((text) => text !== undefined) || Object.keys(headerRows).length > 0
}

/**
 * What the form itself sees: what is missing, and what the API could not be told. Everything else is the API's to judge.
 *
 * @param refusal why the endpoint is refused, as its check told.
 */
export function checkDraft(draft: Draft, refusal: string | undefined): DraftErrors {
  const { endpoint, events, secret, details } = strings.webhooks.creating
  const url = draft.url.trim() === '' ? endpoint.required : refusal
  return {
    ...(url !== undefined && { url }),
    ...(draft.events.length === 0 && { events: events.required }),
    ...(draft.hasOwnSecret && draft.secret === '' && { secret: secret.required }),
    ...(readTimeoutMs(draft.timeout) === undefined && { timeout: details.timeoutInvalid }),
    headerRows: checkHeaderRows(draft),
    others: [],
  }
}

/** What the API found wrong, at the fields of the form. Of several things about one field, all are told. */
export function assignErrors(problems: readonly FieldProblem[], draft: Draft): DraftErrors {
  return problems.reduce((errors, problem) => assign(errors, problem, draft), noErrors)
}

/** What is still wrong when fields of the draft have changed: nothing is said of those until it is sent again. */
export function withoutErrorsOf(errors: DraftErrors, changes: Partial<Draft>): DraftErrors {
  const { headerRows, others, ...fields } = errors
  const left = Object.fromEntries(Object.entries(fields).filter(([field]) => !Object.hasOwn(changes, field)))
  return { ...left, headerRows: changes.headers === undefined ? headerRows : {}, others }
}

const fields = {
  url: 'url',
  events: 'events',
  secret: 'secret',
  description: 'description',
  contact_email: 'contactEmail',
  timeout_ms: 'timeout',
} as const

function assign(errors: DraftErrors, { path, code, detail }: FieldProblem, draft: Draft): DraftErrors {
  const [, member = '', inner] = path.split('/')
  const field = Object.entries(fields).find(([name]) => name === member)?.[1]
  if (field !== undefined) return { ...errors, [field]: both(errors[field], detail) }
  if (member !== 'headers')
    return { ...errors, others: [...errors.others, path === '' ? detail : `${path.slice(1)}: ${detail}`] }
  const name = inner?.replaceAll('~1', '/').replaceAll('~0', '~')
  const row = draft.headers.find((row) => row.name.trim() === name)
  if (row === undefined) return { ...errors, headers: both(errors.headers, detail) }
  const earlier = errors.headerRows[row.key]
  const part = aboutValues.has(code) ? 'value' : 'name'
  const found = { ...earlier, [part]: both(earlier?.[part], detail) }
  return { ...errors, headerRows: { ...errors.headerRows, [row.key]: found } }
}

const aboutValues: ReadonlySet<string> = new Set(['header_value_invalid', 'header_value_masked', 'too_long'])

function both(one: string | undefined, other: string): string {
  return one === undefined ? other : `${one} ${other}`
}

// An object has each name once, so the API would never hear of the second.
function checkHeaderRows(draft: Draft): DraftErrors['headerRows'] {
  const { headerNameRequired, headerDuplicate } = strings.webhooks.creating.details
  const seen = new Set<string>()
  const found: Record<number, HeaderErrors> = {}
  for (const { key, name } of enteredHeaders(draft)) {
    const normal = name.trim().toLowerCase()
    if (normal === '') found[key] = { name: headerNameRequired }
    else if (seen.has(normal)) found[key] = { name: headerDuplicate }
    seen.add(normal)
  }
  return found
}
