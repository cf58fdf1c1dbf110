import { z } from 'zod'
import { fieldIssue } from '../http/validation.ts'

/** An instant in an answer: RFC 3339, UTC, milliseconds. */
export const timestamp = z.iso.datetime({ precision: 3 })

/** An instant in a request: RFC 3339 with any offset and any precision, within what four-digit years can say. */
export const instant = z.iso
  .datetime({ offset: true, error: 'Expected RFC 3339 with an offset, such as 2026-03-01T12:00:00Z' })
  .transform((text, context) => {
    const date = new Date(text)
    if (date >= EARLIEST && date < TOO_LATE) return date
    context.issues.push(fieldIssue('invalid_value', 'Expected a year from 1970 to 9999 in UTC.', text))
    return z.NEVER
  })

const EARLIEST = new Date(0)
// PostgreSQL would write later years with five digits, which RFC 3339 has no place for.
const TOO_LATE = new Date(Date.UTC(10_000, 0))
