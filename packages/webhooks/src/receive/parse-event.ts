import type * as z from 'zod/mini'
import { receivedEventSchemas } from '../events/event-schemas.ts'
import { isEventType, type UnknownEvent, type WebhookEvent } from '../events/event.ts'
import { envelopeSchema } from '../wire/envelope.ts'

/** An envelope, or what is wrong with the body, in words that name fields by their path and quote no value. */
export type ParsedEnvelope =
  | { readonly event: UnknownEvent; readonly problems: undefined }
  | { readonly event: undefined; readonly problems: string }

/**
 * Reads the envelope in a body. The open world passes: types that are not in the catalog, fields that no schema has. The
 * event has all that was signed but a field called `__proto__` at its top or that of its `data`, which zod drops.
 */
export function parseEnvelope(body: Uint8Array): ParsedEnvelope {
  const json = parseJson(body)
  if (json === undefined) return { event: undefined, problems: 'The body is not JSON in UTF-8.' }
  const { success, data, error } = envelopeSchema.safeParse(json, { reportInput: true })
  return success
    ? { event: data, problems: undefined }
    : { event: undefined, problems: listProblems(error, 'envelope') }
}

/** What is wrong with the data of an event in the catalog, in words that quote no value; `undefined` when nothing is. */
export function findDataProblems({ event: type, data }: WebhookEvent): string | undefined {
  if (!isEventType(type)) return undefined
  const { success, error } = receivedEventSchemas[type].safeParse(data, { reportInput: true })
  return success ? undefined : `${type}: ${listProblems(error, 'data')}`
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
