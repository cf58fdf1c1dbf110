/** Ranges of time that end now, by their name in the URL. */
export const rangePresets = {
  '15m': 900,
  '1h': 3600,
  '24h': 86_400,
  '7d': 604_800,
  '30d': 2_592_000,
} as const

/** A name of {@link rangePresets}. */
export type RangePreset = keyof typeof rangePresets

/** A range of time as the URL has it. */
export interface TimeRange {
  readonly range?: RangePreset
  /** RFC 3339. */
  readonly since?: string
  /** RFC 3339. */
  readonly until?: string
}

/** A range of time in RFC 3339; what is absent has no end there. */
export interface TimeBounds {
  readonly since?: string
  readonly until?: string
}

/** Whether something is a name of {@link rangePresets}. */
export function isRangePreset(value: unknown): value is RangePreset {
  return typeof value === 'string' && Object.hasOwn(rangePresets, value)
}

/** The bounds of a range at the time `nowMs`. */
export function boundsOf({ range, since, until }: TimeRange, nowMs: number): TimeBounds {
  if (range !== undefined) return { since: new Date(nowMs - rangePresets[range] * 1000).toISOString() }
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) }
}

/** Whether a range moves on with the time, so that what is new belongs to it. */
export function isMoving({ until }: TimeRange): boolean {
  return until === undefined
}

/** An instant as `<input type="datetime-local">` takes it: in the viewer's time zone, to the second. */
export function toLocalInput(instant: string): string {
  const date = new Date(instant)
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()]
  const [month, day, hours, minutes, seconds] = parts.map((part) => String(part).padStart(2, '0'))
  return `${String(date.getFullYear()).padStart(4, '0')}-${month}-${day}T${hours}:${minutes}:${seconds}`
}

/** The reverse of {@link toLocalInput}, in RFC 3339; `undefined` for what is no time, such as an empty input. */
export function fromLocalInput(input: string): string | undefined {
  // Without a zone, a time is the viewer's; a date alone would be UTC's.
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(input)) return undefined
  const ms = Date.parse(input)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

/** What is wrong with a range that was entered; `undefined` for a usable one. */
export function checkCustomRange(since: string, until: string): 'empty' | 'reversed' | undefined {
  const [from, to] = [fromLocalInput(since), fromLocalInput(until)]
  if (from === undefined && to === undefined) return 'empty'
  return from !== undefined && to !== undefined && from >= to ? 'reversed' : undefined
}
