import type * as z from 'zod/mini'
import { receivedEventSchemas } from '../events/event-schemas.ts'
import { isEventType, type WebhookEvent } from '../events/event.ts'
import { envelopeSchema } from '../wire/envelope.ts'

/** An event, or what is wrong with the body, in words that name fields by their path and quote no value. */
export type ParsedEvent =
  | { readonly code: undefined; readonly event: WebhookEvent }
  | { readonly code: 'envelope_invalid' | 'data_invalid'; readonly detail: string }

/**
 * Reads the event in a body. The open world passes: types that are not in the catalog, fields that no schema has. The
 * event has all that was signed but a field called `__proto__` at its top or that of its `data`, which zod drops.
 */
export function parseEvent(body: Uint8Array): ParsedEvent {
  const json = parseJson(body)
  if (json === undefined) return { code: 'envelope_invalid', detail: 'The body is not JSON in UTF-8.' }
  const envelope = envelopeSchema.safeParse(json, { reportInput: true })
  if (!envelope.success) return { code: 'envelope_invalid', detail: listProblems(envelope.error, 'envelope') }
  const event = envelope.data
  if (!isEventType(event.event)) return { code: undefined, event }
  const data = receivedEventSchemas[event.event].safeParse(event.data, { reportInput: true })
  if (data.success) return { code: undefined, event }
  return { code: 'data_invalid', detail: `${event.event}: ${listProblems(data.error, 'data')}` }
}

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

// zod/mini has no messages of its own, and a locale would be a tenth of a receiver's bundle.
function listProblems({ issues }: z.core.$ZodError, root: string): string {
  return issues.map((issue) => `${[root, ...issue.path].join('.')} ${describeIssue(issue)}`).join('; ')
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'is missing'
  if (issue.code === 'invalid_type') return `should be of type ${issue.expected}`
  return issue.code === 'invalid_format'
    ? `should have the format ${issue.format}`
    : `is wrong: ${issue.code}`
}
