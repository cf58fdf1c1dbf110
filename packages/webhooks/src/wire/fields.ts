import * as z from 'zod/mini'

/**
 * A UUID of any version or none, in either case (RFC 9562).
 *
 * The formats of zod would be a tenth of a receiver's bundle, so this file has the three that the wire needs. They
 * report what zod's own would: the same `code`, `format` and `expected`.
 */
export const uuid = z.string().check(format('uuid', isUuid))

/** An instant: RFC 3339 with an offset and any number of decimals, of a day that exists. */
export const instant = z.string().check(format('datetime', isInstant))

/** A whole number that a double holds exactly. */
export const integer = z.number().check(({ value, issues }) => {
  if (!Number.isSafeInteger(value)) issues.push({ code: 'invalid_type', expected: 'int', input: value })
})

function format(
  name: z.core.$ZodStringFormats,
  isOfFormat: (text: string) => boolean,
): z.core.CheckFn<string> {
  return ({ value, issues }) => {
    if (isOfFormat(value)) return
    issues.push({ code: 'invalid_format', format: name, origin: 'string', input: value })
  }
}

function isUuid(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)
}

const instantPattern =
  /^\d{4}-(0[1-9]|1[0-2])-\d\dT([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

function isInstant(text: string): boolean {
  return (
    instantPattern.test(text) &&
    // A day that does not exist, such as February 30, becomes another or none.
    new Date(text.slice(0, 10)).getUTCDate() === Number(text.slice(8, 10))
  )
}
