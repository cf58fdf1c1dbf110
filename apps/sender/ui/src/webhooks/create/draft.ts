import type { Schemas } from '../../api/client.ts'
import { readTimeoutMs } from '../read-timeout.ts'

/** A header as it is being entered. */
export interface HeaderRow {
  /** Stays the same while rows before it come and go. */
  readonly key: number
  readonly name: string
  readonly value: string
}

/** A subscription as it is being entered: texts as they were typed. */
export interface Draft {
  readonly url: string
  readonly events: readonly string[]
  readonly hasOwnSecret: boolean
  readonly secret: string
  readonly description: string
  readonly contactEmail: string
  readonly headers: readonly HeaderRow[]
  /** Seconds; empty for the default. */
  readonly timeout: string
  readonly isOrdered: boolean
  readonly isPaused: boolean
}

/** What nobody has entered anything into yet. */
export const emptyDraft: Draft = {
  url: '',
  events: [],
  hasOwnSecret: false,
  secret: '',
  description: '',
  contactEmail: '',
  headers: [],
  timeout: '',
  isOrdered: false,
  isPaused: false,
}

/** Whether something would be lost with a draft. */
export function isDirty(draft: Draft): boolean {
  return JSON.stringify(draft) !== JSON.stringify(emptyDraft)
}

/** What the API is asked to create. Rows of headers without anything in them are left out. */
export function toInput(draft: Draft): Schemas['CreateSubscriptionInput'] {
  const headers = enteredHeaders(draft)
  return {
    url: draft.url.trim(),
    events: [...draft.events],
    ...(draft.hasOwnSecret && { secret: draft.secret }),
    description: draft.description.trim(),
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value.trim()])),
    }),
    timeout_ms: readTimeoutMs(draft.timeout) ?? null,
    is_ordered: draft.isOrdered,
    contact_email: draft.contactEmail.trim() === '' ? null : draft.contactEmail.trim(),
    state: draft.isPaused ? 'paused' : 'active',
  }
}

/** The rows in which something stands. */
export function enteredHeaders({ headers }: Draft): readonly HeaderRow[] {
  return headers.filter(({ name, value }) => name.trim() !== '' || value.trim() !== '')
}
