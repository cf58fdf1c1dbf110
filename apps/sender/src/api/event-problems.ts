import { MAX_ENVELOPE_BYTES } from '../domain/envelope.ts'
import { ProblemError } from '../http/problem.ts'

/** A 413 that has the limit. */
export function eventTooLarge(bytes: number, cause?: unknown): ProblemError {
  return new ProblemError('event_too_large', describeTooLarge(bytes), { cause })
}

/** How many bytes an envelope would have, and how many it may. */
export function describeTooLarge(bytes: number): string {
  return `The envelope would have ${format(bytes)} bytes, more than the ${format(MAX_ENVELOPE_BYTES)} allowed.`
}

/** A 409 for an event_id that another event was published with. */
export function eventIdConflict(): ProblemError {
  return new ProblemError(
    'event_id_conflict',
    'Another event, or the same with other data, was published with this event_id.',
  )
}

function format(bytes: number): string {
  return bytes.toLocaleString('en-US')
}
