import { checkEventData } from '../events/catalog.ts'
import { findProblems } from '../events/check.ts'
import { isEventType, type WebhookEvent } from '../events/event.ts'
import { instant, object, text, uuid } from '../events/schema.ts'

/** An event, or what is wrong with the body, in words that name fields by their path and quote no value. */
export type ParsedEvent =
  | { readonly code: undefined; readonly event: WebhookEvent }
  | { readonly code: 'envelope_invalid' | 'data_invalid'; readonly detail: string }

/**
 * Reads the event in a body. The open world passes: types that are not in the catalog, fields that no schema has.
 * Checking only looks, so the event is exactly the JSON that was signed.
 */
export function parseEvent(body: Uint8Array): ParsedEvent {
  const event = parseJson(body)
  if (event === undefined) return { code: 'envelope_invalid', detail: 'The body is not JSON in UTF-8.' }
  const problems = findProblems(envelope, event, { path: 'envelope', mayLackFields: false })
  if (!isEvent(event, problems)) return { code: 'envelope_invalid', detail: problems.join('; ') }
  const dataProblems = isEventType(event.event) ? checkEventData(event.event, event.data, 'received') : []
  if (dataProblems.length === 0) return { code: undefined, event }
  return { code: 'data_invalid', detail: `${event.event}: ${dataProblems.join('; ')}` }
}

const envelope = object('An event.', {
  event: text('The type.'),
  event_id: uuid('What duplicates are recognized by.'),
  timestamp: instant('When it happened.'),
  data: object('What happened.', {}),
})

// Fatal, because a replacement character in place of bad bytes would change what was signed.
const decoder = new TextDecoder('utf-8', { fatal: true })

/** `undefined`, which JSON cannot express, when the body is no JSON. */
function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body))
  } catch {
    return undefined
  }
}

function isEvent(_value: unknown, problems: readonly string[]): _value is WebhookEvent {
  return problems.length === 0
}
