import { z } from 'zod'
import { durationPattern, formatDuration, parseDuration } from './duration.ts'

/**
 * Text that is never shown. In a file it may also be `file:/run/secrets/token`: the content of that file, without one
 * newline at its end. The result takes further checks and a description; their messages must not quote it.
 *
 * @example
 * z.strictObject({ token: secret().regex(/^xox/, 'must begin with xox').describe('Token of the bot.') })
 */
export function secret(): z.ZodString {
  return z.string().min(1).meta({ writeOnly: true })
}

/** Text that is not empty, of at most `max` characters. */
export function text(max = 500): z.ZodString {
  return z.string().min(1).max(max)
}

/**
 * A duration with its unit, `500ms` `8s` `15m` `26h` `7d` `2w`, as milliseconds. Its default is written in the same way:
 * `duration().prefault('7d')`.
 */
export function duration(bounds: { readonly minMs?: number; readonly maxMs?: number } = {}) {
  const { minMs = 0, maxMs = Number.MAX_SAFE_INTEGER } = bounds
  return z
    .string()
    .regex(durationPattern, { error: 'must be a duration such as 500ms, 8s, 15m, 26h or 7d', abort: true })
    .refine((value) => (parseDuration(value) ?? 0) >= minMs, {
      error: `must be at least ${formatDuration(minMs)}`,
    })
    .refine((value) => (parseDuration(value) ?? 0) <= maxMs, {
      error: `must be at most ${formatDuration(maxMs)}`,
    })
    .meta({ 'x-kind': 'duration' })
    .transform((value) => parseDuration(value) ?? 0)
}

/** One value, or a list of them; always read as a list. */
export function oneOrMany<Item extends z.ZodType>(item: Item) {
  return z.union([item, z.array(item)]).transform(
    (value): readonly z.output<Item>[] =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- No item is a list itself.
      (Array.isArray(value) ? value : [value]) as readonly z.output<Item>[],
  )
}

/** An object whose keys that are `undefined` are absent instead. */
export type Defined<Value> = {
  readonly [Key in keyof Value as undefined extends Value[Key] ? never : Key]: Value[Key]
} & {
  readonly [Key in keyof Value as undefined extends Value[Key] ? Key : never]?: Exclude<Value[Key], undefined>
}

/** `value` without the keys that are `undefined`, as types that know optional keys want it. */
export function defined<Value extends object>(value: Value): Defined<Value> {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What was left out is what the type makes optional.
  return Object.fromEntries(entries) as Defined<Value>
}
