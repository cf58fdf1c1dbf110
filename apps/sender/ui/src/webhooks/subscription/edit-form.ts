import type { SubscriptionPatch } from '../../api/subscription-changes.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { readTimeoutMs } from '../read-timeout.ts'
import { type HeaderRow, headerChanges, headerRows } from './header-rows.ts'

/** What is entered when a subscription is edited. */
export interface EditForm {
  readonly url: string
  readonly events: readonly string[]
  readonly description: string
  readonly contactEmail: string
  readonly headers: readonly HeaderRow[]
  /** In seconds, as it is typed; empty for what the operator has set. */
  readonly timeout: string
  readonly isOrdered: boolean
}

/** A subscription as it is edited. */
export function toEditForm(subscription: Subscription): EditForm {
  const { timeout_ms: timeoutMs } = subscription
  return {
    url: subscription.url,
    events: subscription.events,
    description: subscription.description,
    contactEmail: subscription.contact_email ?? '',
    headers: headerRows(subscription.headers),
    timeout: timeoutMs === null ? '' : String(timeoutMs / 1000),
    isOrdered: subscription.is_ordered,
  }
}

/** What has to be changed of `base` for what was entered: nothing else is in it. Empty when nothing has to be. */
export function toPatch(form: EditForm, base: Subscription): SubscriptionPatch {
  const before = toEditForm(base)
  const headers = headerChanges(form.headers, base.headers)
  return {
    ...(form.url !== before.url && { url: form.url.trim() }),
    ...(!sameTexts(form.events, before.events) && { events: [...form.events] }),
    ...(form.description !== before.description && { description: form.description }),
    ...(form.contactEmail !== before.contactEmail && {
      contact_email: form.contactEmail.trim() === '' ? null : form.contactEmail.trim(),
    }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(form.timeout.trim() !== before.timeout && { timeout_ms: readTimeoutMs(form.timeout) ?? null }),
    ...(form.isOrdered !== before.isOrdered && { is_ordered: form.isOrdered }),
  }
}

/** Whether anything was entered that is not saved. */
export function isEdited(form: EditForm, base: Subscription): boolean {
  const hasRow = form.headers.some(({ kind, name, value }) => kind === 'new' && `${name}${value}` !== '')
  return hasRow || Object.keys(toPatch(form, base)).length > 0
}

/**
 * What was entered, on top of what somebody else has changed meanwhile: fields that were not touched show the others'
 * values, and fields that were stay as they were entered.
 */
export function rebaseForm(form: EditForm, base: Subscription, current: Subscription): EditForm {
  const touched = toPatch(form, base)
  const latest = toEditForm(current)
  return {
    url: touched.url === undefined ? latest.url : form.url,
    events: touched.events === undefined ? latest.events : form.events,
    description: touched.description === undefined ? latest.description : form.description,
    contactEmail: touched.contact_email === undefined ? latest.contactEmail : form.contactEmail,
    headers: isEditedHeaders(form, base) ? form.headers : latest.headers,
    timeout: touched.timeout_ms === undefined ? latest.timeout : form.timeout,
    isOrdered: touched.is_ordered === undefined ? latest.isOrdered : form.isOrdered,
  }
}

/** The fields of a subscription that are edited, in the API's names, in the order of the form. */
export const editedFields = [
  'url',
  'events',
  'description',
  'contact_email',
  'headers',
  'timeout_ms',
  'is_ordered',
] as const

/** One of {@link editedFields}. */
export type EditedField = (typeof editedFields)[number]

/** Which fields differ between two versions of a subscription. */
export function changedFields(before: Subscription, after: Subscription): readonly EditedField[] {
  return editedFields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}

function isEditedHeaders({ headers }: EditForm, base: Subscription): boolean {
  return (
    Object.keys(headerChanges(headers, base.headers)).length > 0 || headers.some(({ kind }) => kind === 'new')
  )
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index])
}
