import { z } from 'zod'

/** Inclusive bounds of a number. */
export interface Bounds {
  readonly min: number
  readonly max: number
}

/** A whole number in decimal digits. */
export function integer(bounds: Bounds): z.ZodType<number, string> {
  return wholeNumber('a whole number', bounds)
}

/** A duration; the variable's name ends in `_MS`. */
export function milliseconds(bounds: Bounds): z.ZodType<number, string> {
  return wholeNumber('a whole number of milliseconds', bounds)
}

/** A duration; the variable's name ends in `_SECONDS`. */
export function seconds(bounds: Bounds): z.ZodType<number, string> {
  return wholeNumber('a whole number of seconds', bounds)
}

/** A switch: `true` or `1`, `false` or `0`. */
export function flag(): z.ZodType<boolean, string> {
  return z
    .enum(['true', '1', 'false', '0'], { error: 'must be true or false' })
    .transform((text) => text === 'true' || text === '1')
}

/** Names separated by commas; spaces around them and empty ones are dropped. */
export function list(): z.ZodType<readonly string[], string> {
  return z.string().transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
}

function wholeNumber(kind: string, { min, max }: Bounds): z.ZodType<number, string> {
  const message = `must be ${kind} from ${min} to ${max}`
  return z
    .string()
    .regex(/^-?\d+$/, { error: message, abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: message })
}
